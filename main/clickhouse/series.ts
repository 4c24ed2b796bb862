/**
 * Counters and metrics of a time that has gone from here, asked of the server by SQL, in the form that the local store
 * gives. Summed up there into buckets, so that a year of a network comes as no more than a chart of it shows.
 */

import type { MetricSelection, StoredCounters, StoredMetric } from '../../shared/model/store.ts';
import { RpcError } from '../../shared/rpc.ts';
import { counting, identifier, quoted } from './schema.ts';
import type { Server } from './server.ts';

/** Rows of one answer; more are refused, so that no question fills the memory here. */
const MOST_ROWS = 500_000;

type CounterRow = [
  ...place: [agent: string, ifIndex: number],
  ...time: [fromMs: number, toMs: number, seconds: number],
  growth: number[],
  reported: number[],
];
type MetricRow = [
  string,
  ...place: [agent: string, dataSource: string, bucket: number],
  ...readings: [least: number, most: number, sum: number, count: number, last: number],
];

/**
 * Growth of the counters of one port or of all. In steps of one minute each interval stands by itself; in wider ones the
 * intervals that ended in a step are one, and what was not reported in each of them is not known.
 */
export async function farCounters(
  server: Server,
  database: string,
  source: string,
  port: { agent: string; ifIndex: number } | null,
  stepMinutes: number,
  from: number,
  to: number,
): Promise<StoredCounters[]> {
  const table = `${identifier(database)}.weir_counter`;
  const ofPort = port ? ` AND agent = ${quoted(port.agent)} AND if_index = ${Math.floor(port.ifIndex)}` : '';
  const where = `${counting(database, source, from, to)}${ofPort}`;
  const rows = await server.query<CounterRow>(
    stepMinutes === 1
      ? `SELECT agent, if_index, from_ms, to_ms, seconds, growth, reported FROM ${table} WHERE ${where} ORDER BY to_ms LIMIT ${MOST_ROWS}`
      : `SELECT agent, if_index, min(from_ms), max(to_ms) AS ended, sum(seconds), sumForEach(growth), minForEach(reported) FROM ${table} WHERE ${where} GROUP BY agent, if_index, intDiv(minute, ${stepMinutes}) ORDER BY ended LIMIT ${MOST_ROWS}`,
  );
  refuseBeyond(rows.length);
  return rows.map(([agent, ifIndex, fromMs, toMs, seconds, growth, reported]) => ({
    ...{ agent, ifIndex, fromMs: Number(fromMs), toMs: Number(toMs), seconds: Number(seconds) },
    growth: Float64Array.from(growth, (grown, column) =>
      Number(reported[column]) === 1 ? Number(grown) : Number.NaN,
    ),
  }));
}

/** One metric, or (null) every one, at every data source that is meant, in steps. */
export async function farMetrics(
  server: Server,
  database: string,
  source: string,
  { agent, dataSource, metric }: MetricSelection,
  stepMinutes: number,
  from: number,
  to: number,
): Promise<StoredMetric[]> {
  const ofAgent = agent === null ? '' : ` AND agent = ${quoted(agent)}`;
  const ofSource = dataSource === null ? '' : ` AND data_source = ${quoted(dataSource)}`;
  const ofMetric = metric === null ? '' : ` AND metric = ${quoted(metric)}`;
  const rows = await server.query<MetricRow>(
    `SELECT agent, data_source, metric, intDiv(minute, ${stepMinutes}) * ${stepMinutes} AS bucket, min(least), max(most), sum(mean * count), sum(count), argMax(last, minute) FROM ${identifier(database)}.weir_metric WHERE ${counting(database, source, from, to)}${ofMetric}${ofAgent}${ofSource} GROUP BY agent, data_source, metric, bucket ORDER BY agent, data_source, metric, bucket LIMIT ${MOST_ROWS}`,
  );
  refuseBeyond(rows.length);
  const found: StoredMetric[] = [];
  for (let first = 0, end = 0; first < rows.length; first = end) {
    const [place, name, told] = rows[first]!;
    const isOne = (row: MetricRow): boolean => row[0] === place && row[1] === name && row[2] === told;
    while (end < rows.length && isOne(rows[end]!)) end++;
    const own = rows.slice(first, end).map((row) => row.slice(3).map(Number));
    const column = (at: number): Float64Array => Float64Array.from(own, (row) => row[at]!);
    found.push({
      ...{ agent: place, dataSource: name, metric: told },
      ...{ minutes: column(0), least: column(1), most: column(2) },
      mean: Float64Array.from(own, (row) => row[3]! / row[4]!),
      ...{ count: column(4), last: column(5) },
    });
  }
  return found;
}

function refuseBeyond(rows: number): void {
  if (rows >= MOST_ROWS)
    throw new RpcError(
      'refused',
      `The ClickHouse server has more than ${MOST_ROWS.toLocaleString('en')} values of this range; choose a shorter range, or one agent.`,
    );
}
