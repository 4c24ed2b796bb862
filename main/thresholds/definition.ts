/**
 * A threshold as a user, a script or the disk gives it, checked whole: what is returned can be used, and what is
 * refused says in one sentence which attribute is wrong and what was expected.
 */
import * as v from 'valibot';
import { safeText } from '../../shared/format/text.ts';
import type { Threshold } from '../../shared/model/threshold.ts';
import { RpcError } from '../../shared/rpc.ts';

/** sFlow-RT's, in seconds. */
const DEFAULT_TIMEOUT = 60;
const LONGEST_TIMEOUT = 86_400;
const MOST_WORDS = 64;

const word = v.pipe(
  v.union([v.string(), v.number(), v.boolean()], 'texts or numbers'),
  v.transform(String),
  v.maxLength(255, 'texts of at most 255 characters'),
);
const words = v.union([
  v.pipe(v.array(word), v.maxLength(MOST_WORDS)),
  v.pipe(
    word,
    v.transform((one) => [one]),
  ),
]);

const schema = v.strictObject({
  metric: v.pipe(v.string(), v.minLength(1), v.maxLength(255)),
  value: v.pipe(v.number(), v.finite()),
  filter: v.optional(
    v.pipe(
      v.record(v.pipe(v.string(), v.minLength(1), v.maxLength(255)), words),
      v.check((filter) => Object.keys(filter).length <= MOST_WORDS),
    ),
    {},
  ),
  byFlow: v.optional(v.boolean(), false),
  timeout: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(LONGEST_TIMEOUT)), DEFAULT_TIMEOUT),
});

const EXPECTED: Record<string, string> = {
  metric: 'metric: the name of a metric or of a flow definition, as in metric:"ifinutilization"',
  value: 'value: a number, as in value:80',
  filter: 'filter: text metrics and what they may be, as in filter:{ifspeed:[1000000000]}',
  byFlow: 'byFlow: true or false',
  timeout: `timeout: seconds from 0 to ${LONGEST_TIMEOUT}`,
};

/** The threshold, whole. Throws RpcError 'refused' with a sentence. */
export function readThreshold(name: string, input: unknown): Threshold {
  if (name === '' || name.length > 255 || safeText(name) !== name)
    throw new RpcError('refused', 'The name of a threshold is 1 to 255 characters that can be seen.');
  const checked = v.safeParse(schema, input);
  if (checked.success) return { name, ...checked.output };
  const attribute = String(checked.issues[0].path?.[0]?.key ?? '');
  const expected = EXPECTED[attribute];
  throw new RpcError(
    'refused',
    expected === undefined
      ? attribute === ''
        ? `The threshold “${name}” must be an object, as in {metric:"ifinutilization",value:80}.`
        : `A threshold has no attribute “${safeText(attribute, 40)}”; it has ${Object.keys(EXPECTED).join(', ')}.`
      : `The threshold “${name}” takes ${expected}.`,
  );
}
