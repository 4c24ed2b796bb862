/** Five million damaged datagrams: no promise of the decoder broken, and no memory kept. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { Network } from '../../main/samples/network.ts';
import { SampleReader } from '../../main/samples/reader.ts';
import { captureNames, readCaptureFile } from './capture.ts';
import { everythingOctets, ordinaryOctets, seededRandom } from './fixtures.ts';
import { checkInvariants, checkReading } from './invariants.ts';
import { legacyOctets } from './legacy-fixtures.ts';
import { mutated } from './mutate.ts';

const COUNT = 5_000_000;
const SEED = 20_260_301;
const LOOKED_AT_EVERY = 20;
const WARM = 1_000_000;
const MOST_GROWTH_OCTETS = 32 * 1024 * 1024;

/** What is in use once garbage has been collected. */
function usedOctets(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}

/** A network of its own now and then: what it may keep of made-up agents is bounded by its caps, not measured here. */
const newReader = (): SampleReader =>
  new SampleReader(new Network(), { flow() {}, counters() {}, arrival() {}, restarted() {} });

it('breaks no promise and keeps no memory', () => {
  const random = seededRandom(SEED);
  const corpus: Uint8Array[] = [everythingOctets, ordinaryOctets, ...legacyOctets];
  for (const name of captureNames()) {
    const { bytes, datagrams } = readCaptureFile(name);
    for (const { start, end } of datagrams.slice(0, 40)) corpus.push(bytes.slice(start, end));
  }
  let reader = newReader();
  let warmOctets = 0;
  for (let i = 0; i < COUNT; i++) {
    const datagram = mutated(random, corpus[Math.floor(random() * corpus.length)]!);
    try {
      // Looking at a datagram in every way costs a hundred times what reading it does.
      if (i % LOOKED_AT_EVERY === 0) checkInvariants(datagram);
      else checkReading(datagram);
      const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
      reader.read(datagram, view, 0, datagram.length, i, null);
    } catch (error) {
      throw new Error(
        `Datagram ${i} of seed ${SEED} broke a promise: ${Buffer.from(datagram).toString('hex')}`,
        { cause: error },
      );
    }
    if (i % 100_000 === 0) reader = newReader();
    if (i === WARM) warmOctets = usedOctets();
  }
  reader = newReader();
  expect(usedOctets() - warmOctets).toBeLessThan(MOST_GROWTH_OCTETS);
});
