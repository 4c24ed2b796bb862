/** One made-up sample, read through the decoder, for tests of what a key or function says of it. */
import { compileKey } from '../../main/flows/compile.ts';
import { type FunctionContext, NO_CONTEXT } from '../../main/flows/functions/context.ts';
import type { KeyNames } from '../../main/flows/key.ts';
import { Network } from '../../main/samples/network.ts';
import { SampleReader } from '../../main/samples/reader.ts';
import type { Sample } from '../../main/samples/sample.ts';
import {
  type FlowSampleDescription,
  type RecordDescription,
  type WriteValues,
  writeDatagram,
} from '../../main/sflow/write.ts';

export type Sampled = Partial<Omit<FlowSampleDescription, 'records'>> & {
  agent?: string;
  /** The sampled header, where there is one. */
  frame?: Uint8Array;
  /** Octets of it that the agent sent. */
  headerOctets?: number;
  records?: readonly RecordDescription[];
};

export const names: KeyNames = {
  agentName: (address) => (address === '10.0.0.1' ? 'leaf1' : ''),
  interfaceName: (_agent, ifIndex) => `swp${ifIndex}`,
};

/** A record by its format in enterprise 0. */
export function record(name: string, fields: WriteValues, tag?: number): RecordDescription {
  return { name, fields, ...(tag === undefined ? {} : { tag }) };
}

/** Hands each sample, frame or request, to `visit`. */
export function readAll(samples: readonly Sampled[], visit: (sample: Sample, index: number) => void): void {
  let index = 0;
  const network = new Network();
  const reader = new SampleReader(network, {
    flow: (sample) => visit(sample, index),
    request: (sample) => visit(sample, index),
    counters() {},
    arrival() {},
    restarted() {},
  });
  for (; index < samples.length; index++) {
    const { agent = '10.0.0.1', frame, headerOctets, records = [], ...flow } = samples[index]!;
    const header = frame?.subarray(0, headerOctets ?? 256);
    const octets = writeDatagram({
      agent,
      sequenceNumber: index + 1,
      uptimeMs: 1000 * index,
      samples: [
        {
          kind: 'flow_sample',
          sequenceNumber: index + 1,
          dataSourceIndex: 3,
          samplingRate: 100,
          samplePool: 100 * (index + 1),
          input: 3,
          output: 4,
          ...flow,
          records: [
            ...(header
              ? [record('sampled_header', { protocol: 1, frame_length: 1000, stripped: 4, header })]
              : []),
            ...records,
          ],
        },
      ],
    });
    reader.read(octets, new DataView(octets.buffer), 0, octets.length, index * 1000, null);
  }
}

/** What a key says of a sample: its text, and its words. `before` is read first into the same words. */
export function readKey(
  key: string,
  sampled: Sampled,
  options: { context?: FunctionContext; before?: Sampled } = {},
): { text: string; words: number[]; number: number } {
  const compiled = compileKey(key, options.context ?? NO_CONTEXT);
  const words = new Uint32Array(compiled.words).fill(0xdead_beef);
  let seen = false;
  const all = options.before ? [options.before, sampled] : [sampled];
  readAll(all, (sample, index) => {
    compiled.read(sample, words, 0);
    seen = index === all.length - 1;
  });
  if (!seen) throw new Error('The sample was not handed on.');
  return { text: compiled.text(words, 0, names), words: [...words], number: compiled.number(words, 0) };
}

/** The text of a key for a sample, '' where it is absent. */
export const textOf = (key: string, sampled: Sampled, context?: FunctionContext): string =>
  readKey(key, sampled, context ? { context } : {}).text;
