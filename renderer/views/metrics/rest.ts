/** A line of the chart, or the table, as the call of the REST interface that answers the same. */
import { type ChartLine, isSummary } from './lines.ts';

/** In a path: what a URL would read as its own is written by its number. A list keeps its commas and semicolons. */
const part = (text: string) => encodeURIComponent(text).replace(/%3A/gi, ':').replace(/%2C/gi, ',');

/** A word that a shell takes as it is, whatever is in it. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** The name of a metric as `/metric/` reads it: 'max:ifinutilization', '4.ifinoctets'. */
function metricWord(line: ChartLine): string {
  const source = line.dataSource === '' ? '' : `${line.dataSource}.`;
  return isSummary(line) ? `${line.statistic}:${source}${line.metric}` : `${source}${line.metric}`;
}

/**
 * The calls for some lines, one line of shell each: one call per agent that is named. `origin` is where the REST
 * interface listens.
 */
export function restCalls(lines: readonly ChartLine[], origin: string): string {
  const byAgent = new Map<string, string[]>();
  for (const line of lines) {
    const agent = line.agent || 'ALL';
    byAgent.set(agent, [...(byAgent.get(agent) ?? []), metricWord(line)]);
  }
  return [...byAgent]
    .map(
      ([agent, words]) =>
        `curl -s ${quoted(`${origin}/metric/${part(agent)}/${part(words.join(','))}/json`)}`,
    )
    .join('\n');
}
