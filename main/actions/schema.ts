/** The form of an action, as it comes from a window, from the shelf and from the configuration file. */
import * as v from 'valibot';
import { safeText } from '../../shared/format/text.ts';
import type { Action, Attempt } from '../../shared/model/action.ts';
import { RpcError } from '../../shared/rpc.ts';

const name = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1),
  v.maxLength(128),
  v.check((text) => safeText(text) === text, 'a name has visible characters only'),
);
const names = v.pipe(v.array(v.pipe(v.string(), v.maxLength(255))), v.maxLength(256));
const minute = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1439));
const whole = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));

const actionSchema = v.strictObject({
  name,
  kind: v.pipe(v.string(), v.maxLength(32)),
  enabled: v.boolean(),
  settings: v.pipe(
    v.record(
      v.pipe(v.string(), v.maxLength(64)),
      v.union([v.string(), v.number(), v.boolean(), v.array(v.string())]),
    ),
    v.check((settings) => Object.keys(settings).length <= 64, 'An action has fewer settings.'),
  ),
  events: v.strictObject({
    kinds: v.pipe(v.array(v.picklist(['threshold', 'system'])), v.maxLength(2)),
    severities: v.pipe(v.array(v.picklist(['info', 'warning', 'critical'])), v.maxLength(3)),
    names,
    agents: names,
  }),
  onRaise: v.boolean(),
  onClear: v.boolean(),
  rateLimit: v.strictObject({ most: whole(1, 1000), perSeconds: whole(1, 86_400) }),
  quiet: v.nullable(v.strictObject({ fromMinute: minute, toMinute: minute })),
});

/** Throws RpcError 'refused' with a sentence that names the place. */
export function readAction(given: unknown): Action {
  const read = v.safeParse(actionSchema, given);
  if (read.success) return read.output;
  const issue = read.issues[0];
  throw new RpcError(
    'refused',
    `The action cannot be read: ${issue.message} (at ${v.getDotPath(issue) ?? 'its top'}).`,
  );
}

const attemptSchema: v.GenericSchema<unknown, Attempt> = v.object({
  atMs: v.number(),
  action: v.string(),
  eventId: v.nullable(v.number()),
  what: v.picklist(['raised', 'cleared', 'test']),
  result: v.picklist(['done', 'failed', 'again', 'limited', 'quiet']),
  detail: v.string(),
  nextMs: v.nullable(v.number()),
  tookMs: v.number(),
});

/** What is kept over a restart: the newest attempts, and by action the events whose clear is owed. */
const stateSchema = v.object({
  attempts: v.array(attemptSchema),
  owed: v.record(v.string(), v.array(v.number())),
});
export type KeptState = v.InferOutput<typeof stateSchema>;

/** null where it cannot be read: then nothing is recalled. */
export function readState(body: string): KeptState | null {
  try {
    return v.parse(stateSchema, JSON.parse(body));
  } catch {
    return null;
  }
}
