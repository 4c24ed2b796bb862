/**
 * Fuzzes the sFlow decoder for as long as one likes:
 *   node test/fuzz/decoder.ts --count 100000 --seed 1
 * Made-up and (where there are any) real datagrams are damaged and checked against everything that is promised.
 * Stops at the first fault with the datagram that shows it; the same seed finds it again.
 */
import { parseArgs } from 'node:util';
import { Network } from '../../main/samples/network.ts';
import { SampleReader } from '../../main/samples/reader.ts';
import { captureNames, readCaptureFile } from '../sflow/capture.ts';
import { everythingOctets, ordinaryOctets, seededRandom } from '../sflow/fixtures.ts';
import { checkInvariants, checkReading } from '../sflow/invariants.ts';
import { legacyOctets } from '../sflow/legacy-fixtures.ts';
import { mutated } from '../sflow/mutate.ts';

const LOOKED_AT_EVERY = 20;

const { values } = parseArgs({
  options: { count: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
});
const count = Number(values.count);
const seed = Number(values.seed);
const random = seededRandom(seed);

const reader = new SampleReader(new Network(), { flow() {}, counters() {}, arrival() {}, restarted() {} });
const corpus: Uint8Array[] = [everythingOctets, ordinaryOctets, ...legacyOctets];
for (const name of captureNames()) {
  const { bytes, datagrams } = readCaptureFile(name);
  for (const { start, end } of datagrams.slice(0, 40)) corpus.push(bytes.slice(start, end));
}

for (let i = 0; i < count; i++) {
  const bytes = mutated(random, corpus[Math.floor(random() * corpus.length)]!);
  try {
    // Looking at a datagram in every way costs a hundred times what reading it does.
    if (i % LOOKED_AT_EVERY === 0) checkInvariants(bytes);
    else checkReading(bytes);
    reader.read(
      bytes,
      new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      0,
      bytes.length,
      i,
      null,
    );
  } catch (error) {
    console.error(
      `Datagram ${i} of seed ${seed} broke a promise: ${error instanceof Error ? error.stack : error}`,
    );
    console.error(Buffer.from(bytes).toString('hex'));
    process.exitCode = 1;
    break;
  }
  if ((i + 1) % 100_000 === 0) console.log(`${i + 1} of ${count} damaged datagrams, no fault`);
}
