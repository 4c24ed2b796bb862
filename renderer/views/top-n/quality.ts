/** How good an answer is, in words: what was lost on the way, how it was sampled, how hops were counted. */
import { formatCount, formatPercent, formatSamplingRate } from '../../../shared/format/rates.ts';
import type { FlowAnswer, MergeRule, Scope } from '../../../shared/model/question.ts';
import type { Counting } from '../../components/chart/model.ts';
import { baseKey } from './keys.ts';

/** From this part of the datagrams on, a loss is critical. */
const CRITICAL_LOSS = 0.05;
/** A smaller part than this is not worth a word. */
const LEAST_UNPLACED = 0.001;

export type Loss = { figure: string; tone: 'plain' | 'warn' | 'crit' };

/** Datagrams lost in the range: '0 of 4 677', or the share with the count. */
export function lossOf({ lost, received }: Pick<FlowAnswer, 'lost' | 'received'>): Loss {
  const sum = (column: Float64Array) => column.reduce((total, value) => total + value, 0);
  const missing = sum(lost);
  const sent = missing + sum(received);
  const count = `${formatCount(missing)} of ${formatCount(sent)}`;
  if (missing === 0) return { figure: count, tone: 'plain' };
  const share = missing / sent;
  return { figure: `${formatPercent(share)}, ${count}`, tone: share < CRITICAL_LOSS ? 'warn' : 'crit' };
}

/** '1:20 000', or from the least to the most; '' where nothing was sampled. */
export function samplingOf({ samplingRate: { least, most } }: Pick<FlowAnswer, 'samplingRate'>): string {
  if (most === 0) return '';
  const [from, to] = [formatSamplingRate(least), formatSamplingRate(most)];
  return least === most ? to : `${from} – ${to}`;
}

/** Rows that name an agent are hops themselves: no rule can count a frame once over them. */
export const namesHops = (keys: readonly string[]) => keys.some((key) => baseKey(key) === 'agent');

/** The counting rule of an answer in two or three words. */
export function ruleOf(answer: Pick<FlowAnswer, 'keys' | 'merge'>, atPort: boolean): string {
  if (atPort) return 'at this port';
  if (answer.merge === 'sum' || namesHops(answer.keys)) return 'each hop counts';
  return answer.merge === 'once' ? 'counted once' : 'busiest port';
}

/** The counting rule of an answer, with what it means. */
export function countingOf(answer: Pick<FlowAnswer, 'keys' | 'merge'>, scope: Scope): Counting {
  const words = ruleOf(answer, scope.ifIndex !== null);
  if (scope.ifIndex !== null)
    return {
      words,
      about: 'Every sample of this port counts: what it carried, estimated from its own samples.',
    };
  if (namesHops(answer.keys))
    return {
      words,
      about:
        'Rows are ports of an agent: a frame is in the row of each sampled port that it passes, and so several times in the total.',
    };
  return { words, about: ruleAbout(answer.merge, scope.agent !== null) };
}

/** What a rule means, in a sentence or two; about one agent `once` is another matter. */
export function ruleAbout(merge: MergeRule, atAgent: boolean): string {
  if (merge === 'once' && atAgent)
    return 'A packet counts where it comes into this switch, whether it is sampled as it comes or as it leaves.';
  if (merge === 'once')
    return 'A packet counts at the one port where its sender enters the network that is heard, however many switches sample it on its way. The total is the same by whatever it is broken down.';
  return merge === 'max'
    ? 'Each row is taken from the one port that saw most of it, so that frames which pass several ports do not count several times. Coarse rows that enter at several ports are counted short.'
    : 'Every sample counts: a frame that passes three sampled ports is in the figures three times. Right for load, wrong for volume.';
}

/** The rule to ask by: rows that are hops are asked for hop by hop. */
export const ruleFor = (keys: readonly string[], chosen: MergeRule): MergeRule =>
  namesHops(keys) ? 'sum' : chosen;

/** The share of what was sampled that could not be placed; '' where it is too small to matter. */
export function unplacedOf({ unplaced }: Pick<FlowAnswer, 'unplaced'>): string {
  return unplaced >= LEAST_UNPLACED ? formatPercent(unplaced) : '';
}

/** What the data source of a row is to it under a rule. */
export const sourceHeading = (merge: MergeRule): string =>
  merge === 'once' ? 'Enters at' : merge === 'max' ? 'Counted at' : 'Most seen at';
