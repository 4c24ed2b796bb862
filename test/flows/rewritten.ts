/**
 * One sampled IPv4 frame in one datagram, of which the fields that matter are written anew each time: millions of
 * samples through the decoder at next to no cost of making them.
 */
import type { SampleReader } from '../../main/samples/reader.ts';
import { datagramsOf } from '../samples/traffic.ts';

/** Where fields stand (sflow_version_5.txt): datagram header, flow sample, sampled header, Ethernet, IPv4. */
const AT = {
  agent: 8,
  sequence: 16,
  sampleSequence: 36,
  dataSource: 40,
  rate: 44,
  pool: 48,
  input: 56,
  output: 60,
  frameOctets: 80,
  source: 92 + 26,
  destination: 92 + 30,
};

export type Rewritten = { agent: number; dataSource: number; input: number; output: number };

export class RewrittenSample {
  readonly #octets: Uint8Array;
  readonly #view: DataView;
  readonly #reader: Pick<SampleReader, 'read'>;
  #sequence = 0;

  constructor(reader: Pick<SampleReader, 'read'>) {
    const [made] = [
      ...datagramsOf([
        {
          ...{ timeMs: 0, agent: '10.0.0.1', dataSource: 3, input: 3, output: 4, rate: 100, octets: 77 },
          ...{ source: '10.1.2.3', destination: '10.9.9.9', protocol: 6 },
          ...{ sourcePort: 40_000, destinationPort: 443 },
        },
      ]),
    ];
    this.#reader = reader;
    this.#octets = made!.octets;
    this.#view = new DataView(this.#octets.buffer, this.#octets.byteOffset, this.#octets.byteLength);
    if (this.#view.getUint32(AT.source) !== 0x0a01_0203 || this.#view.getUint32(AT.frameOctets) !== 77)
      throw new Error('Fields of the datagram stand elsewhere.');
  }

  /** Of which agent's samples, and of which of its ports, the next ones are. */
  at({ agent, dataSource, input, output }: Rewritten): void {
    this.#view.setUint32(AT.agent, agent);
    this.#view.setUint32(AT.dataSource, dataSource);
    this.#view.setUint32(AT.input, input);
    this.#view.setUint32(AT.output, output);
  }

  read(source: number, destination: number, frameOctets: number, rate: number, timeMs: number): void {
    const view = this.#view;
    // Both sequence numbers go on, or it would be the same datagram again.
    view.setUint32(AT.sequence, ++this.#sequence);
    view.setUint32(AT.sampleSequence, this.#sequence);
    view.setUint32(AT.source, source);
    view.setUint32(AT.destination, destination);
    view.setUint32(AT.frameOctets, frameOctets);
    view.setUint32(AT.rate, rate);
    this.#reader.read(this.#octets, view, 0, this.#octets.length, timeMs, null);
  }
}

/** A repeatable source of numbers 0 ≤ x < 1 (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
