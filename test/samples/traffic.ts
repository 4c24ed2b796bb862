/** Made-up flow samples as datagrams, for tests that want to know exactly what went in. */

import { Network } from '../../main/samples/network.ts';
import { SampleReader, type SampleSink } from '../../main/samples/reader.ts';
import { writeDatagram } from '../../main/sflow/write.ts';
import { ethernet, ipv4, ipv6, tcp, udp } from '../packet/frames.ts';

export type Made = {
  timeMs: number;
  agent: string;
  dataSource: number;
  input: number;
  output: number;
  rate: number;
  octets: number;
  source: string;
  destination: string;
  protocol: 6 | 17;
  sourcePort: number;
  destinationPort: number;
};

export function frameOf(made: Made): Uint8Array {
  const ports = { sourcePort: made.sourcePort, destinationPort: made.destinationPort };
  const transport = made.protocol === 6 ? tcp(ports) : udp(ports);
  const network = made.source.includes(':')
    ? ipv6({ source: made.source, destination: made.destination, nextHeader: made.protocol }, transport)
    : ipv4({ source: made.source, destination: made.destination, protocol: made.protocol }, transport);
  return ethernet({}, network);
}

/** One datagram per sample, numbered per agent. */
export function* datagramsOf(samples: Iterable<Made>): Generator<{ timeMs: number; octets: Uint8Array }> {
  const sequence = new Map<string, number>();
  for (const made of samples) {
    const sequenceNumber = (sequence.get(made.agent) ?? 0) + 1;
    sequence.set(made.agent, sequenceNumber);
    const octets = writeDatagram({
      agent: made.agent,
      sequenceNumber,
      uptimeMs: sequenceNumber * 10,
      samples: [
        {
          kind: 'flow_sample',
          sequenceNumber,
          dataSourceIndex: made.dataSource,
          samplingRate: made.rate,
          samplePool: sequenceNumber * made.rate,
          input: made.input,
          output: made.output,
          records: [
            {
              name: 'sampled_header',
              fields: { protocol: 1, frame_length: made.octets, stripped: 4, header: frameOf(made) },
            },
          ],
        },
      ],
    });
    yield { timeMs: made.timeMs, octets };
  }
}

/** Reads samples through the decoder into a sink; returns the network that it learned. */
export function readSamples(samples: Iterable<Made>, sink: Partial<SampleSink>): Network {
  const network = new Network();
  const reader = new SampleReader(network, {
    flow() {},
    counters() {},
    arrival() {},
    restarted() {},
    ...sink,
  });
  for (const { timeMs, octets } of datagramsOf(samples)) {
    reader.read(
      octets,
      new DataView(octets.buffer, octets.byteOffset, octets.byteLength),
      0,
      octets.length,
      timeMs,
      null,
    );
  }
  return network;
}
