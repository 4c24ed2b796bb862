/**
 * The slowest datagram, and damaged datagrams per second: whether anybody can make the decoder slow. Each
 * datagram of the captures, of the fixtures and of seeded damage is read many times through to the samples; the
 * figures are milliseconds for the slowest one and datagrams per second for all damaged ones. Goals: 1 ms, 100 k/s.
 */
import { Network } from '../../main/samples/network.ts';
import { SampleReader } from '../../main/samples/reader.ts';
import { captureNames, readCaptureFile } from '../sflow/capture.ts';
import { everythingOctets, ordinaryOctets, seededRandom } from '../sflow/fixtures.ts';
import { legacyOctets } from '../sflow/legacy-fixtures.ts';
import { mutated } from '../sflow/mutate.ts';

const TIMES = 200;
const DAMAGED = 20_000;

const whole: Uint8Array[] = [everythingOctets, ordinaryOctets, ...legacyOctets];
for (const name of captureNames()) {
  const { bytes, datagrams } = readCaptureFile(name);
  for (const { start, end } of datagrams.slice(0, 50)) whole.push(bytes.slice(start, end));
}
// The most samples that fit the largest datagram there is: headers of 4 octets, stated by the thousand.
const crowded = new Uint8Array(65_507);
const view = new DataView(crowded.buffer);
[5, 1, 0x0a00_0001, 0, 1, 1, 5400].forEach((word, i) => {
  view.setUint32(4 * i, word);
});
for (let offset = 28; offset + 12 <= crowded.length; offset += 12) {
  view.setUint32(offset, 1);
  view.setUint32(offset + 4, 4);
}
whole.push(crowded);
const random = seededRandom(9);
const damaged = Array.from({ length: DAMAGED }, () =>
  mutated(random, whole[Math.floor(random() * (whole.length - 1))]!),
);

const reader = new SampleReader(new Network(), { flow() {}, counters() {}, arrival() {}, restarted() {} });
const views = new Map<Uint8Array, DataView>();
function read(bytes: Uint8Array): void {
  let over = views.get(bytes);
  if (!over) {
    over = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    views.set(bytes, over);
  }
  reader.read(bytes, over, 0, bytes.length, 0, null);
}

for (const bytes of [...whole, ...damaged]) for (let i = 0; i < 5; i++) read(bytes);

let slowest = { ms: 0, octets: 0 };
for (const bytes of [...whole, ...damaged.slice(0, 3000)]) {
  const before = performance.now();
  for (let i = 0; i < TIMES; i++) read(bytes);
  const ms = (performance.now() - before) / TIMES;
  if (ms > slowest.ms) slowest = { ms, octets: bytes.length };
}
console.log(
  `  slowest of ${whole.length + 3000} datagrams: ${slowest.ms.toFixed(3)} ms (${slowest.octets} octets)`,
);

const before = process.cpuUsage();
for (let round = 0; round < 10; round++) for (const bytes of damaged) read(bytes);
const { user, system } = process.cpuUsage(before);
console.log(
  `  damaged datagrams: ${((10 * DAMAGED) / ((user + system) / 1e6) / 1000).toFixed(0)} k per CPU-second`,
);
