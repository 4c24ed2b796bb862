/**
 * What recording costs, and how fast a new question is answered from it: an hour of the sample network at 1,000
 * samples a second is recorded (live placement included), compressed, and asked for its ten largest pairs per minute.
 * WEIR_BENCH_SECONDS and WEIR_BENCH_RATE change the hour and the rate.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flowPresets } from '../../main/flows/presets.ts';
import { History } from '../../main/history/history.ts';
import { UnpackThread } from '../../main/hosts/unpack-thread.ts';
import { BatchFeed } from '../../main/recording/batch.ts';
import { Recorder } from '../../main/recording/recorder.ts';
import { SampleNetwork } from '../../main/sample-network/network.ts';
import { NotedMarks } from '../../main/samples/marks.ts';
import { Network } from '../../main/samples/network.ts';
import { Placement, Placer } from '../../main/samples/placement.ts';
import { SampleReader } from '../../main/samples/reader.ts';
import type { FlowAnswer, FlowQuestion } from '../../shared/model/question.ts';

const SECONDS = Number(process.env.WEIR_BENCH_SECONDS ?? 3600);
const RATE = Number(process.env.WEIR_BENCH_RATE ?? 1000);
const startMs = Date.UTC(2026, 0, 5, 10);
const folder = mkdtempSync(join(tmpdir(), 'weir-bench-'));

const recorder = new Recorder({
  folder: join(folder, 'recording'),
  settings: { enabled: true, budgetOctets: null },
  automaticOctets: 64 * 1024 ** 3,
  keep() {},
  nowMs: startMs,
  compresses: true,
});
let appendMs = 0;
let longestAppendMs = 0;
const feed = new BatchFeed(
  (batch) => {
    const before = performance.now();
    recorder.append(batch);
    const took = performance.now() - before;
    appendMs += took;
    longestAppendMs = Math.max(longestAppendMs, took);
    return Promise.resolve();
  },
  () => ({ address: '192.0.2.10', port: 6343 }),
);
const network = new Network();
const placement = new Placement();
const marks = new NotedMarks(new Placer(placement, true));
const reader = new SampleReader(network, { flow() {}, counters() {}, arrival() {}, restarted() {} }, marks);
const made = new SampleNetwork({ seed: 1, agents: 20, ratePerSecond: RATE, startMs });
let datagrams = 0;
let octets = 0;
let pushMs = 0;
for (let second = 1; second <= SECONDS; second++) {
  for (const { timeMs, agent, datagram } of made.step(startMs + second * 1000)) {
    marks.begin();
    const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
    reader.read(datagram, view, 0, datagram.length, timeMs, null);
    placement.learnWhenDue(timeMs, () => performance.now());
    const before = performance.now();
    feed.push(datagram, 0, datagram.length, timeMs, agent, 51_343, marks);
    pushMs += performance.now() - before;
    datagrams++;
    octets += datagram.length;
  }
  const before = appendMs;
  feed.flush();
  if (appendMs > before) await new Promise((resolve) => setImmediate(resolve));
}
recorder.close();
await recorder.settled();
const open = new Recorder({
  folder: join(folder, 'recording'),
  settings: { enabled: true, budgetOctets: null },
  automaticOctets: 64 * 1024 ** 3,
  keep() {},
  nowMs: startMs,
});
await open.settled();
const status = open.status();
const samples = network.flowSamples;
const figure = (value: number, digits = 2): string => value.toFixed(digits);
console.log(
  `  ${samples} samples in ${datagrams} datagrams (${figure(octets / 1e6, 0)} MB), ${status.segments} segments`,
);
console.log(`  engine thread: ${figure((pushMs * 1000) / datagrams)} µs per datagram`);
console.log(
  `  store thread: ${figure((appendMs * 1000) / datagrams)} µs per datagram, longest batch ${figure(longestAppendMs, 1)} ms`,
);
console.log(
  `  on disk: ${figure(status.octets / 1e6, 0)} MB, ${figure(status.octets / samples, 1)} octets per sample (${figure(octets / samples, 1)} as heard)`,
);

const interval = { fromMs: startMs, toMs: startMs + SECONDS * 1000 };
const question: FlowQuestion = {
  keys: flowPresets.find(({ id }) => id === 'pairs')!.keys,
  value: 'bytes',
  scope: { agent: null, ifIndex: null, direction: 'both' },
  filter: '',
  merge: 'once',
  interval,
  stepMs: 60_000,
  limit: 10,
} as FlowQuestion;
const range = open.range({ fromMs: interval.fromMs - 5000, toMs: interval.toMs }, interval.toMs);
async function ask(
  history: History,
  asked: FlowQuestion,
): Promise<{ answer: FlowAnswer; ms: number; firstMs: number }> {
  const begun = performance.now();
  let firstMs = Number.NaN;
  const answer = await history.handlers.flows(asked, interval, range, {
    signal: new AbortController().signal,
    progress: () => {
      if (Number.isNaN(firstMs)) firstMs = performance.now() - begun;
    },
  });
  return { answer, ms: performance.now() - begun, firstMs };
}
const unpack = new UnpackThread();
for (let round = 0; round < 3; round++) {
  const history = new History(() => performance.now(), unpack.read);
  const cpu = process.cpuUsage();
  const cold = await ask(history, question);
  const { user, system } = process.cpuUsage(cpu);
  const cached = await ask(history, { ...question, limit: 20 });
  console.log(
    `  top 10 pairs per minute: ${figure(cold.ms / 1000)} s cold (${figure((user + system) / 1e6)} s CPU, ${figure(samples / cold.ms / 1000)} M samples/s), first part after ${figure(cold.firstMs / 1000)} s, again ${figure(cached.ms, 0)} ms; ${cold.answer.total.samples[0]} samples counted`,
  );
}
open.close();
rmSync(folder, { recursive: true, force: true });
process.exit();
