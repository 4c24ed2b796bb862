/** Samples as agents send them, read as the engine reads them: what the tests of metrics are made of. */
import type { Counters } from '../../main/metrics/counters.ts';
import { Metrics, type MetricsOptions } from '../../main/metrics/metrics.ts';
import { Network } from '../../main/samples/network.ts';
import { SampleReader } from '../../main/samples/reader.ts';
import { type SampleDescription, type WriteValues, writeDatagram } from '../../main/sflow/write.ts';

export class Heard {
  readonly network = new Network();
  readonly metrics: Metrics;
  readonly #reader: SampleReader;
  readonly #sequence = new Map<string, number>();
  readonly #sourceSequence = new Map<string, number>();
  nowMs = 1_000_000;

  constructor(options: Partial<MetricsOptions> = {}) {
    this.metrics = new Metrics({
      network: () => this.network,
      keepCountersMs: 3600_000,
      flows: null,
      topology: () => null,
      nowMs: () => this.nowMs,
      ...options,
    });
    this.#reader = new SampleReader(this.network, {
      flow() {},
      counters: (...sample) => void this.metrics.observe(...sample),
      other: (...sample) => this.metrics.otherSample(...sample),
      arrival() {},
      restarted: (agent) => this.metrics.restarted(agent),
    });
  }

  /** One datagram now; its uptime runs with the time. */
  send(agent: string, samples: SampleDescription[], uptimeMs = this.nowMs): void {
    const sequenceNumber = (this.#sequence.get(agent) ?? 0) + 1;
    this.#sequence.set(agent, sequenceNumber);
    const bytes = writeDatagram({ agent, sequenceNumber, uptimeMs, samples });
    this.read(bytes);
  }

  read(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#reader.read(bytes, view, 0, bytes.length, this.nowMs, null);
  }

  /** A counter sample of a data source, with the next sequence number of it. */
  sampleOf(agent: string, source: string, records: Record<string, WriteValues>): SampleDescription {
    const [first, second] = source.split('.').map(Number);
    const place = `${agent} ${source}`;
    const sequenceNumber = (this.#sourceSequence.get(place) ?? 0) + 1;
    this.#sourceSequence.set(place, sequenceNumber);
    return {
      kind: 'counters_sample_expanded',
      sequenceNumber,
      dataSourceClass: second === undefined ? 0 : first!,
      dataSourceIndex: second ?? first!,
      records: Object.entries(records).map(([name, fields]) => ({ name, fields })),
    };
  }

  poll(agent: string, source: string, records: Record<string, WriteValues>): void {
    this.send(agent, [this.sampleOf(agent, source, records)]);
  }

  get counters(): Counters {
    return this.metrics.counters;
  }

  tick(): void {
    this.metrics.tick(this.nowMs);
  }
}
