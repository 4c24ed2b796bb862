/** What may be asked of events, as it must look at the edge. */
import * as v from 'valibot';
import { muteSchema } from '../events/mutes.ts';

const timeMs = v.pipe(v.number(), v.finite());
const names = v.pipe(v.array(v.pipe(v.string(), v.maxLength(255))), v.maxLength(1000));
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000));
/** Below zero: taken over from a damaged database. */
const id = v.pipe(v.number(), v.safeInteger());

export const eventSchemas = {
  mute: muteSchema,
  id,
  ids: v.pipe(v.array(id), v.maxLength(1000)),
  question: v.pipe(
    v.strictObject({
      ...{ fromMs: timeMs, toMs: timeMs },
      ...{ standing: v.nullable(v.boolean()), acknowledged: v.nullable(v.boolean()) },
      severities: v.pipe(v.array(v.picklist(['info', 'warning', 'critical'])), v.maxLength(3)),
      kinds: v.pipe(v.array(v.picklist(['threshold', 'system'])), v.maxLength(2)),
      ...{ names, agents: names, text: v.pipe(v.string(), v.maxLength(255)) },
      limit: v.pipe(count, v.maxValue(1000)),
      offset: count,
      bins: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2000)),
    }),
    v.check(({ fromMs, toMs }) => toMs > fromMs, 'A range ends after it begins.'),
  ),
};
