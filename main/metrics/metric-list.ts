/**
 * Lists of metrics as sFlow-RT's REST writes them: 'max:ifinutilization,22.tcp' (statistic, data source, name) and for
 * tables 'host_name,sort:load_one:-10,null:uptime'.
 */
import type { Statistic } from '../../shared/model/metric.ts';
import { RpcError } from '../../shared/rpc.ts';
import { isStatistic } from './statistics.ts';

const MOST_METRICS = 200;

export type AskedMetric = {
  /** As it was asked for. */
  asked: string;
  statistic: Statistic;
  /** '' for all data sources. */
  dataSource: string;
  name: string;
};

export type AskedColumn = {
  dataSource: string;
  name: string;
  optional: boolean;
  /** null: not sorted by; else how many rows are kept, negative where the largest come first. */
  sort: number | null;
};

/** 'max:22.tcp' in its parts. `isName` tells a name that begins with a number from one behind a data source. */
export function parseMetric(asked: string, isName: (name: string) => boolean): AskedMetric {
  const colon = asked.indexOf(':');
  const word = colon < 0 ? '' : asked.slice(0, colon);
  if (colon >= 0 && !isStatistic(word) && !isName(asked))
    throw new RpcError(
      'refused',
      `“${word}” of “${asked}” is no statistic; use max, min, sum, avg, var, sdev, med, q1, q2, q3, iqr or any.`,
    );
  const plain = colon < 0 || !isStatistic(word);
  const rest = plain ? asked : asked.slice(colon + 1);
  return { asked, statistic: plain ? 'max' : word, ...splitSource(rest, isName) };
}

/** '2.1.load_one' and '22.tcp': the data source and the name. */
export function splitSource(
  text: string,
  isName: (name: string) => boolean,
): { dataSource: string; name: string } {
  if (isName(text)) return { dataSource: '', name: text };
  const parts = /^(\d+(?:\.\d+)?)\.(.+)$/.exec(text);
  return parts ? { dataSource: parts[1]!, name: parts[2]! } : { dataSource: '', name: text };
}

export function parseMetrics(text: string, isName: (name: string) => boolean): AskedMetric[] {
  return wordsOf(text, ',').map((word) => parseMetric(word, isName));
}

export function parseColumns(text: string, isName: (name: string) => boolean): AskedColumn[] {
  return wordsOf(text, ',').map((word) => {
    let rest = word;
    let optional = false;
    let sort: number | null = null;
    for (;;) {
      if (rest.startsWith('null:')) {
        optional = true;
        rest = rest.slice(5);
      } else if (rest.startsWith('sort:')) {
        rest = rest.slice(5);
        const parts = /^(.*):(-?\d+)$/.exec(rest);
        sort = parts ? Number(parts[2]) : Number.POSITIVE_INFINITY;
        if (parts) rest = parts[1]!;
      } else return { ...splitSource(rest, isName), optional, sort };
    }
  });
}

export function wordsOf(text: string, divider: ',' | ';'): string[] {
  const words = text
    .split(divider)
    .map((word) => word.trim())
    .filter((word) => word !== '');
  if (words.length === 0) throw new RpcError('refused', 'No metric was named; name one, such as load_one.');
  if (words.length > MOST_METRICS)
    throw new RpcError('refused', `At most ${MOST_METRICS} metrics can be asked for at once.`);
  return words;
}
