/** Values seen lately of a flow key, for completion: a question like any other, by frames. */
import type { FlowAnswer, FlowQuestion, Interval } from '../../shared/model/question.ts';

const LOOKED_AT = 1000;

/**
 * Values that begin with a prefix, whatever its case, most frequent first, at most `limit`. `ask` answers the question;
 * it refuses a key that does not exist.
 */
export async function seenValues(
  ask: (question: FlowQuestion) => Promise<FlowAnswer>,
  key: string,
  prefix: string,
  limit: number,
  interval: Interval | null,
): Promise<string[]> {
  const answer = await ask({
    keys: [key],
    value: 'frames',
    scope: { agent: null, ifIndex: null, direction: 'both' },
    filter: '',
    merge: 'sum',
    interval,
    stepMs: null,
    limit: LOOKED_AT,
  });
  const wanted = prefix.toLowerCase();
  return answer.keyTexts
    .filter((text) => text !== '' && text.toLowerCase().startsWith(wanted))
    .slice(0, limit);
}
