/** Who was behind a counter at a moment: the largest flows of the port in its direction, over the minute before. */
import type { Contributor } from '../../shared/model/event.ts';
import type { FlowAnswer, FlowQuestion } from '../../shared/model/question.ts';
import { MOST_CAUSES } from './threshold-events.ts';

/** Of a preset, so that memory has the answer already. */
const KEYS = ['or:ipsource:ip6source:macsource', 'or:ipdestination:ip6destination:macdestination'];
const OVER_MS = 60_000;

export async function contributorsAt(
  flows: (question: FlowQuestion) => FlowAnswer | Promise<FlowAnswer>,
  agent: string,
  ifIndex: number,
  metric: string,
  nowMs: number,
): Promise<Contributor[]> {
  const inOctets = !/pkts|errors|discards/.test(metric);
  const answer = await flows({
    ...{ keys: KEYS, value: inOctets ? 'bytes' : 'frames', filter: '', merge: 'max', limit: MOST_CAUSES },
    scope: {
      ...{ agent, ifIndex },
      direction: metric.startsWith('ifin') ? 'in' : metric.startsWith('ifout') ? 'out' : 'both',
    },
    ...{ interval: { fromMs: nowMs - OVER_MS, toMs: nowMs }, stepMs: null },
  });
  const seconds = (answer.interval.toMs - answer.interval.fromMs) / 1000;
  const total = answer.total.value[0] ?? 0;
  return Array.from(answer.rows.value, (value, row) => ({
    keys: KEYS.join(),
    key: answer.keyTexts.slice(row * KEYS.length, (row + 1) * KEYS.length).join(),
    value: (value / seconds) * (inOctets ? 8 : 1),
    share: total > 0 ? value / total : null,
  })).filter(({ value }) => value > 0);
}
