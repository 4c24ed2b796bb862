/**
 * A threshold as a user, a script or the disk gives it, checked whole: what is returned can be used, and what is
 * refused says in one sentence which attribute is wrong and what was expected.
 */
import * as v from 'valibot';
import { safeText } from '../../shared/format/text.ts';
import { THRESHOLD_DEFAULTS as INITIAL, type Threshold } from '../../shared/model/threshold.ts';
import { RpcError } from '../../shared/rpc.ts';

const LONGEST_SECONDS = 86_400;
const LONGEST_WINDOW = 60;
const MOST_WORDS = 64;
const MOST_OVERRIDES = 5000;

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
const number = v.pipe(v.number(), v.finite());
const seconds = v.pipe(v.number(), v.minValue(0), v.maxValue(LONGEST_SECONDS));
const minutes = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LONGEST_WINDOW));
const place = v.pipe(v.string(), v.maxLength(255));

const schema = v.strictObject({
  metric: v.pipe(v.string(), v.minLength(1), v.maxLength(255)),
  value: number,
  filter: v.optional(
    v.pipe(
      v.record(v.pipe(v.string(), v.minLength(1), v.maxLength(255)), words),
      v.check((filter) => Object.keys(filter).length <= MOST_WORDS),
    ),
    {},
  ),
  byFlow: v.optional(v.boolean(), false),
  timeout: v.optional(seconds, INITIAL.timeout),
  kind: v.optional(v.picklist(['level', 'baseline', 'absence', 'contact']), 'level'),
  direction: v.optional(v.picklist(['above', 'below']), 'above'),
  of: v.optional(v.picklist(['value', 'speed']), 'value'),
  clearValue: v.optional(v.nullable(number), null),
  minutes: v.optional(
    v.nullable(
      v.pipe(
        v.strictObject({ above: minutes, window: minutes }),
        v.check(({ above, window }) => above <= window),
      ),
    ),
    null,
  ),
  holdSeconds: v.optional(seconds, 0),
  flapSeconds: v.optional(seconds, 0),
  learnMinutes: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(7 * 1440)), 0),
  overrides: v.optional(
    v.pipe(
      v.array(
        v.strictObject({
          agent: v.pipe(place, v.minLength(1)),
          dataSource: v.optional(place, ''),
          value: v.nullable(number),
        }),
      ),
      v.maxLength(MOST_OVERRIDES),
    ),
    [],
  ),
  severity: v.optional(v.picklist(['info', 'warning', 'critical']), 'warning'),
  enabled: v.optional(v.boolean(), true),
  description: v.optional(v.pipe(v.string(), v.maxLength(2000)), ''),
});

const EXPECTED: Record<keyof v.InferInput<typeof schema>, string> = {
  metric: 'metric: the name of a metric or of a flow definition, as in metric:"ifinutilization"',
  value: 'value: a number, as in value:80',
  filter: 'filter: text metrics and what they may be, as in filter:{ifspeed:[1000000000]}',
  byFlow: 'byFlow: true or false',
  timeout: `timeout: seconds from 0 to ${LONGEST_SECONDS}`,
  kind: 'kind: level, baseline, absence or contact',
  direction: 'direction: above or below',
  of: 'of: value or speed',
  clearValue: 'clearValue: a number, or null for the level itself',
  minutes: `minutes: how many of the last minutes, at most ${LONGEST_WINDOW}, as in minutes:{above:4,window:10}, or null`,
  holdSeconds: `holdSeconds: seconds from 0 to ${LONGEST_SECONDS}`,
  flapSeconds: `flapSeconds: seconds from 0 to ${LONGEST_SECONDS}`,
  learnMinutes: 'learnMinutes: minutes from 0 to a week',
  overrides: `overrides: at most ${MOST_OVERRIDES} levels of places, as in overrides:[{agent:"10.0.0.1",dataSource:"3",value:90}]`,
  severity: 'severity: info, warning or critical',
  enabled: 'enabled: true or false',
  description: 'description: a text of at most 2000 characters',
};

/** What does not fit together, in a sentence; '' where all does. */
function contradiction({
  kind,
  value,
  clearValue,
  direction,
  byFlow,
  of,
}: v.InferOutput<typeof schema>): string {
  const beyond = direction === 'above' ? 1 : -1;
  if (clearValue !== null && kind !== 'level' && kind !== 'baseline')
    return `has no clearValue, because it is one of ${kind}.`;
  if (clearValue !== null && (kind === 'baseline' ? clearValue - value : (clearValue - value) * beyond) > 0)
    return `takes a clearValue on the quiet side of its value (${value}).`;
  if (kind === 'baseline' && value <= 0) return 'takes a value above 0: how many usual spreads away.';
  if (kind === 'baseline' && byFlow)
    return 'cannot go by flow, because flows come and go and have no usual value; leave byFlow out.';
  if (kind === 'absence' && (value < 1 || value > 7 * LONGEST_SECONDS))
    return 'takes a value of 1 second to a week: how long nothing may be heard.';
  if ((kind === 'absence' || kind === 'contact') && of === 'speed')
    return `cannot be per cent of the speed, because it is one of ${kind}.`;
  return '';
}

/** The threshold, whole. Throws RpcError 'refused' with a sentence. */
export function readThreshold(name: string, input: unknown, preset = false): Threshold {
  if (name === '' || name.length > 255 || safeText(name) !== name)
    throw new RpcError('refused', 'The name of a threshold is 1 to 255 characters that can be seen.');
  // What an answer says of one may be given back as it is.
  const { preset: _, name: __, ...given } = Object(input) as Record<string, unknown>;
  const checked = v.safeParse(schema, typeof input === 'object' && input !== null ? given : input);
  if (checked.success) {
    const problem = contradiction(checked.output);
    if (problem) throw new RpcError('refused', `The threshold “${name}” ${problem}`);
    const { kind } = checked.output;
    return { name, ...checked.output, byFlow: kind === 'contact' || checked.output.byFlow, preset };
  }
  const attribute = String(checked.issues[0].path?.[0]?.key ?? '');
  const expected = Object.hasOwn(EXPECTED, attribute)
    ? EXPECTED[attribute as keyof typeof EXPECTED]
    : undefined;
  throw new RpcError(
    'refused',
    expected === undefined
      ? attribute === ''
        ? `The threshold “${name}” must be an object, as in {metric:"ifinutilization",value:80}.`
        : `A threshold has no attribute “${safeText(attribute, 40)}”; it has ${Object.keys(EXPECTED).join(', ')}.`
      : `The threshold “${name}” takes ${expected}.`,
  );
}
