/**
 * What a second of thresholds costs the engine: 4,800 ports whose counters come every 20 seconds, the thresholds that
 * are switched on as Weir ships, and one of large flows over 40,000 flows. The longest stretch without a turn of the
 * event loop is what a datagram has to wait.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Analytics } from '../../main/engine/analytics.ts';
import { documentsInMemory } from '../../main/engine/documents.ts';
import { Network } from '../../main/samples/network.ts';
import { SampleReader } from '../../main/samples/reader.ts';
import { type SampleDescription, writeDatagram } from '../../main/sflow/write.ts';
import { frameOf } from '../samples/traffic.ts';

const AGENTS = 100;
const PORTS = 48;
const POLL_SECONDS = 20;
const SECONDS = 60;

let nowMs = Date.UTC(2026, 0, 5, 12);
let stretches: number[] = [];

/** Runs a stretch and notes what it took of this thread, whatever else the computer does. */
function timed(run: () => void): void {
  const before = process.threadCpuUsage();
  run();
  const { user, system } = process.threadCpuUsage(before);
  stretches.push((user + system) / 1000);
}

const network = new Network();
const analytics = new Analytics({
  ...{ network, documents: documentsInMemory(), nowMs: () => nowMs, keepCountersMs: 600_000 },
  ...{ changed() {}, storing: () => ({ trend: '', notStored: '' }) },
  nextTurn: (run: () => void) => void setImmediate(() => timed(run)),
});
const reader = new SampleReader(network, {
  flow: (sample) => analytics.flow(sample),
  counters: (...sample) => void analytics.counters(...sample),
  arrival() {},
  restarted() {},
});

let sequenceNumber = 0;
function hear(agent: number, samples: SampleDescription[]): void {
  for (let at = 0; at < samples.length; at += 6) {
    const bytes = writeDatagram({
      ...{ agent: `10.0.0.${agent + 1}`, sequenceNumber: ++sequenceNumber, uptimeMs: nowMs % 1e9 },
      samples: samples.slice(at, at + 6),
    });
    reader.read(bytes, new DataView(bytes.buffer), 0, bytes.length, nowMs, null);
  }
}

/** Counters of the ports of an agent whose turn it is: 20 to 90 per cent of 10 Gbit/s. */
function poll(second: number): void {
  for (let agent = second % POLL_SECONDS; agent < AGENTS; agent += POLL_SECONDS)
    hear(
      agent,
      Array.from({ length: PORTS }, (_, port) => {
        const octets = BigInt(Math.floor(second * 1.25e9 * (0.2 + (0.7 * ((port * 7) % PORTS)) / PORTS)));
        const frames = second * (100 + port);
        return {
          kind: 'counters_sample' as const,
          ...{ sequenceNumber: second + 1, dataSourceIndex: port + 1 },
          records: [
            {
              name: 'if_counters',
              fields: {
                ...{ ifIndex: port + 1, ifType: 6, ifSpeed: 10_000_000_000n, ifDirection: 1, ifStatus: 3 },
                ...{ ifInOctets: octets, ifOutOctets: octets, ifInUcastPkts: frames, ifOutUcastPkts: frames },
                ...{ ifInBroadcastPkts: frames >> 6, ifOutBroadcastPkts: frames >> 6 },
              },
            },
          ],
        };
      }),
    );
}

function flows(second: number): void {
  for (let agent = 0; agent < AGENTS; agent++)
    hear(
      agent,
      Array.from({ length: 36 }, (_, i) => {
        const number = (second * 36 + i) % 400;
        return {
          kind: 'flow_sample' as const,
          ...{ sequenceNumber: second * 36 + i + 1, dataSourceIndex: (number % PORTS) + 1 },
          ...{ samplingRate: 1000, samplePool: second * 36_000, input: (number % PORTS) + 1, output: 49 },
          records: [
            {
              name: 'sampled_header',
              fields: {
                ...{ protocol: 1, frame_length: 1518, stripped: 4 },
                header: frameOf({
                  ...{ timeMs: nowMs, agent: '', dataSource: 1, rate: 1000, input: 1, output: 2 },
                  ...{ octets: 1518, protocol: 6, source: `10.${agent}.${number >> 8}.${number & 255}` },
                  ...{ sourcePort: 1024 + number, destination: '10.200.0.1', destinationPort: 443 },
                }),
              },
            },
          ],
        };
      }),
    );
}

/** Seconds of thresholds; the rest of what runs is not in the figures. */
async function seconds(count: number, from: number, withFlows: boolean): Promise<number> {
  for (let second = from; second < from + count; second++) {
    nowMs += 1000;
    poll(second);
    if (withFlows) flows(second);
    analytics.definitions.tick(nowMs);
    timed(() => analytics.thresholds.tick(nowMs));
    for (let turn = 0; turn < 100; turn++) await nextTurn();
  }
  return from + count;
}

const figure = (ms: number): string => ms.toFixed(1).padStart(6);
function say(name: string, over: number): void {
  const sorted = stretches.toSorted((a, b) => a - b);
  const spent = sorted.reduce((sum, ms) => sum + ms, 0);
  const most = figure(sorted[Math.floor(0.95 * (sorted.length - 1))]!);
  const longest = figure(sorted.at(-1)!);
  console.log(
    `  ${name.padEnd(36)} ${figure(spent / over)} ms a second, stretches 95 % ${most} ms, longest ${longest} ms`,
  );
  stretches = [];
}

await analytics.start();
let second = 0;
// Everything is known before a threshold looks at it for the first time.
for (let warm = 0; warm < 2 * POLL_SECONDS; warm++) {
  nowMs += 1000;
  poll(second++);
}
timed(() => analytics.thresholds.tick(nowMs));
for (let turn = 0; turn < 200; turn++) await nextTurn();
say('the first look at 4,800 ports', 1);
second = await seconds(POLL_SECONDS, second, false);
stretches = [];
second = await seconds(SECONDS, second, false);
say('4,800 ports, thresholds as shipped', SECONDS);
await analytics.thresholds.put('Large flows', {
  ...{ metric: 'elephants', value: 10, of: 'speed', byFlow: true, timeout: 4, enabled: true },
});
second = await seconds(12, second, true);
stretches = [];
second = await seconds(20, second, true);
say('and large flows', 20);
await analytics.stop();
