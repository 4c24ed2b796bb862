/**
 * What trends cost: a chart of ten series over a day (B9), the disk for a thousand series (B10), the top 20 of an
 * hour, a day and a month of stored minutes from the store to the answer (B11), and the writing of a minute.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { stepFor } from '../../main/engine/choose-step.ts';
import { alignedSpan, flowAnswer } from '../../main/engine/flow-answer.ts';
import { restore } from '../../main/engine/minutes.ts';
import { trendLevel } from '../../main/engine/trend-level.ts';
import { keysOfStored } from '../../main/flows/stored-keys.ts';
import { FlowTable } from '../../main/flows/table.ts';
import { Network } from '../../main/samples/network.ts';
import { Store } from '../../main/store/store.ts';
import type { FlowMinute, MetricReadings, MinuteBatch } from '../../shared/model/store.ts';

const folder = mkdtempSync(join(tmpdir(), 'weir-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const empty: MinuteBatch = { flows: [], arrivals: [], counters: [], agents: [], interfaces: [], metrics: [] };

let seed = 1;
function random(): number {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
}
function zipf(most: number): number {
  return Math.floor(most ** random()) - 1;
}
function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}
/** Milliseconds of this process's own work: on a busy computer the clock tells of others. */
function work(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
function spread(name: string, values: number[]): void {
  const sorted = values.sort((a, b) => a - b);
  const at = (share: number): string =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!.toFixed(1);
  console.log(`${name}: median ${at(0.5)} ms, 99 % ${at(0.99)} ms, worst ${at(1)} ms`);
}

// B11: 1,000 keys of (source, destination) each minute of a day; a month of hours as the upkeep makes them.
const KEYS = ['ipsource', 'ipdestination'];
const definition = { keys: KEYS.join(','), filter: '', counts: '' };
const paths = Array.from({ length: 48 }, (_, i) => ({
  agent: `10.0.0.${1 + (i >> 3)}`,
  dataSource: 1 + (i & 7),
  input: 1 + (i & 7),
  output: 1 + ((i * 5) & 7),
  mark: 0 as const,
}));
function minuteOf(minute: number, rows = 1000): FlowMinute {
  const words = new Uint32Array(rows * 4);
  const sums = new Float64Array(rows * 5);
  const seen = new Set<number>();
  for (let row = 0; row < rows; row++) {
    let key = zipf(60_000);
    while (seen.has(key)) key++;
    seen.add(key);
    words.set(
      [1, 0x0a00_0000 + ((key * 7919) & 0xffff), 1, 0x0a01_0000 + ((key * 104_729) & 0xffff)],
      row * 4,
    );
    const samples = 1 + Math.floor(random() * (20_000 / (key + 20)));
    const length = 64 + Math.floor(random() * 1450);
    const rate = 1000;
    sums.set(
      [
        length * rate * samples,
        rate * samples,
        samples,
        samples * (length * rate) ** 2 * 0.999,
        samples * rate ** 2 * 0.999,
      ],
      row * 5,
    );
  }
  return {
    definition,
    minute,
    keyWords: 4,
    textWords: [],
    texts: [''],
    paths,
    pathOf: Uint32Array.from({ length: rows }, (_, row) => (words[row * 4 + 1]! * 31) % paths.length),
    hasKey: new Uint8Array(rows).fill(1),
    words,
    sums,
  };
}

const START = Math.floor(Date.UTC(2026, 0, 1) / 60_000);
const DAYS = Number(process.env.BENCH_DAYS ?? 30);
const LAST = START + DAYS * 1440;
{
  const directory = join(folder, 'flows');
  const store = new Store(directory, START * 60_000);
  const writes: number[] = [];
  const upkeeps: number[] = [];
  // Whole minutes for the last two days; before them a minute in ten stands for its neighbours.
  for (let minute = START; minute < LAST; minute += minute < LAST - 2 * 1440 ? 10 : 1) {
    const flows = [minuteOf(minute)];
    const arrivals = [{ minute, agent: '10.0.0.1', received: 1000, lost: 0 }];
    const before = work();
    store.write({ ...empty, flows, arrivals });
    writes.push(work() - before);
    for (let more = true; more; ) {
      const from = work();
      more = store.upkeep(minute * 60_000);
      if (more) upkeeps.push(work() - from);
    }
  }
  store.upkeep((LAST + 10) * 60_000);
  const report = store.report();
  spread('a minute of 1,000 flows written', writes);
  spread('a slice of upkeep', upkeeps);
  console.log(
    `${(statSync(join(directory, 'weir.sqlite')).size / 1e6).toFixed(1)} MB of database`,
    report.sizes,
  );
  for (const [name, minutes, goal] of [
    ['1 h', 60, 15],
    ['24 h', 1440, 30],
    ['30 days', 43_200, 100],
  ] as const) {
    const read: number[] = [];
    const all: number[] = [];
    let rows = 0;
    for (let round = 0; round < 7; round++) {
      const network = new Network();
      const interval = { fromMs: (LAST - minutes) * 60_000, toMs: LAST * 60_000 };
      const from = work();
      const step = Math.ceil(stepFor(null, minutes * 60_000) / 60_000);
      const { level, stepMinutes } = trendLevel(step, LAST - minutes, store.status().levels);
      const span = alignedSpan(interval, stepMinutes * 60_000, 60_000);
      const stored = store.flows(definition, level, span.fromBucket, span.toBucket)!;
      read.push(work() - from);
      const { keys, numberOf } = keysOfStored(new FlowTable(KEYS).keys);
      const table = new FlowTable(KEYS, { keys });
      await restore(stored, table, network, 0, { numberOf });
      rows = stored.pathOf.length;
      const question = {
        ...{
          keys: KEYS,
          value: 'bytes' as const,
          filter: '',
          merge: 'once' as const,
          interval,
          stepMs: null,
          limit: 20,
        },
        scope: { agent: null, ifIndex: null, direction: 'both' as const },
      };
      flowAnswer(question, table, network, span, {
        received: new Float64Array(span.bucketCount),
        lost: new Float64Array(span.bucketCount),
        provenance: 'minutes',
        completeFromMs: interval.fromMs,
        completeToMs: interval.toMs,
      });
      all.push(work() - from);
    }
    console.log(
      `B11 top 20 of ${name}: ${median(read).toFixed(1)} ms in the store, ${median(all).toFixed(1)} ms to the answer (${rows} rows; goal ${goal} ms)`,
    );
  }
  store.close();
}

// B9 and B10: a thousand series, read twice a minute, as 77 ports have them: a few rates that are large, many that are 0.
{
  const directory = join(folder, 'metrics');
  const store = new Store(directory, START * 60_000);
  const writes: number[] = [];
  const packs: number[] = [];
  const series = Array.from({ length: 1000 }, (_, i) => ({
    agent: `10.0.${Math.floor(i / 130)}.1`,
    dataSource: String(Math.floor(i / 13) % 10),
    metric: `m${i % 13}`,
    level: [1e9, 2e5, 50, 10, 0, 0, 0, 1e9, 2e5, 50, 10, 0, 0][i % 13]!,
  }));
  const hours = Number(process.env.BENCH_HOURS ?? 48);
  for (let minute = START; minute < START + hours * 60; minute++) {
    const metrics = series.map(({ agent, dataSource, metric, level }): MetricReadings => {
      const [a, b] = [level * (0.5 + random()), level * (0.5 + random())];
      const values = { least: Math.min(a, b), most: Math.max(a, b), sum: a + b, count: 2, last: b };
      return { agent, dataSource, metric, minute, ...values };
    });
    const before = work();
    store.write({ ...empty, metrics });
    writes.push(work() - before);
    for (let more = true; more; ) {
      const from = work();
      more = store.upkeep(minute * 60_000);
      if (more) packs.push(work() - from);
    }
  }
  spread('a minute of 1,000 series written', writes);
  spread('a slice of upkeep', packs);
  // Pages of the finished hours by themselves: the open hour is the same whether a day or a year is kept.
  const database = new Database(join(directory, 'weir.sqlite'), { readonly: true });
  const content = database
    .prepare<[], { octets: number; blocks: number }>(
      "SELECT octets, blocks FROM trend_size WHERE kind = 'metrics' AND level = 1",
    )
    .get()!;
  database.close();
  const PAGE_OVERHEAD = 1.1;
  const perPoint = (content.octets / content.blocks / 60) * PAGE_OVERHEAD;
  console.log(
    `B10 ${perPoint.toFixed(2)} octets per series and minute: ${((perPoint * 1000 * 43_200) / 1e9).toFixed(3)} GB for 1,000 series over 30 days (goal 0.25 GB)`,
  );
  const last = START + hours * 60;
  for (const [name, level] of [
    ['in steps of ten minutes, as a chart asks', 5],
    ['minute by minute', 1],
  ] as const) {
    const reads: number[] = [];
    for (let round = 0; round < 40; round++) {
      const from = work();
      for (const { agent, dataSource, metric } of series.slice(round * 13, round * 13 + 10))
        store.metrics({ agent, dataSource, metric }, level, last - 1440, last);
      reads.push(work() - from);
    }
    spread(`B9 ten series of 24 h ${name} (goal 5 ms)`, reads);
  }
  store.close();
}
