/** Five million damaged datagrams: no promise of the decoder broken, and no memory kept. */
import { expect, it } from 'vitest';
import { captureNames, readCaptureFile } from './capture.ts';
import { everythingOctets, ordinaryOctets, seededRandom } from './fixtures.ts';
import { checkInvariants } from './invariants.ts';
import { legacyOctets } from './legacy-fixtures.ts';
import { mutated } from './mutate.ts';

const COUNT = 5_000_000;
const SEED = 20_260_301;
const WARM = 1_000_000;
const MOST_GROWTH_OCTETS = 32 * 1024 * 1024;

it('breaks no promise and keeps no memory', () => {
  const random = seededRandom(SEED);
  const corpus: Uint8Array[] = [everythingOctets, ordinaryOctets, ...legacyOctets];
  for (const name of captureNames()) {
    const { bytes, datagrams } = readCaptureFile(name);
    for (const { start, end } of datagrams.slice(0, 40)) corpus.push(bytes.slice(start, end));
  }
  let warmOctets = 0;
  for (let i = 0; i < COUNT; i++) {
    const datagram = mutated(random, corpus[Math.floor(random() * corpus.length)]!);
    try {
      checkInvariants(datagram);
    } catch (error) {
      throw new Error(
        `Datagram ${i} of seed ${SEED} broke a promise: ${Buffer.from(datagram).toString('hex')}`,
        { cause: error },
      );
    }
    if (i === WARM) warmOctets = process.memoryUsage().heapUsed;
  }
  globalThis.gc?.();
  expect(process.memoryUsage().heapUsed - warmOctets).toBeLessThan(MOST_GROWTH_OCTETS);
});
