/**
 * Joins datagram decoder and header parser: bytes in, samples out. Here a datagram is placed in its agent's
 * stream (lost, late, duplicate, restarted), each flow sample is scaled and given its path, and what could not
 * be read is counted against the agent that sent it. A duplicate's samples are not counted again.
 */

import { formatIpv6 } from '../../shared/format/address.ts';
import type { Space } from '../sflow/field.ts';
import { DatagramReader } from '../sflow/reader.ts';
import { structureByTag, structures } from '../sflow/registry.ts';
import type {
  CounterSample,
  Datagram,
  DatagramSink,
  FlowSample,
  ProblemReason,
  Records,
} from '../sflow/sample.ts';
import type { Agent, Stream } from './agent.ts';
import { isOfFrame, readFrame } from './header.ts';
import type { Marker } from './marks.ts';
import type { Network } from './network.ts';
import { MARK_BITS } from './placement-mark.ts';
import { Sample } from './sample.ts';
import { addTally } from './tally.ts';

/** What a sample or a datagram is handed to. Every callback borrows its arguments. */
export type SampleSink = {
  flow(sample: Sample): void;
  /** A sampled request of an application: it has records, no header and no octets, and is never a frame. */
  request?(sample: Sample): void;
  /**
   * A packet that the agent told it dropped (0:5, sflow_drops.txt). Each is told of by itself, so it has the sampling
   * rate 1 and counts where it was dropped; those that the agent had to leave out are in `flow.drops`.
   */
  discarded?(sample: Sample): void;
  counters(agent: Agent, stream: Stream, datagram: Datagram, sample: CounterSample, timeMs: number): void;
  /** A sample that is neither: its octets are start ≤ o < end. */
  other?(agent: Agent, datagram: Datagram, tag: number, start: number, end: number, timeMs: number): void;
  /** Once per datagram whose samples count: how many were lost just before it (negative: one came late). */
  arrival(agent: Agent, lost: number, timeMs: number): void;
  /** The agent began anew: what was learned from its counters no longer holds. */
  restarted(agent: Agent, subAgentId: number): void;
};

/** Where the UDP datagram came from; asked for text only now and then. */
export type Sender = { text(): string };

export class SampleReader implements DatagramSink {
  readonly #network: Network;
  readonly #sink: SampleSink;
  readonly #reader: DatagramReader;
  readonly #sample = new Sample();
  readonly #placer: Marker | null;
  /** Where the placer may pass over frames: whether it does so with the next. */
  readonly passes: ((samplingRate: number) => boolean) | undefined;
  #timeMs = 0;
  #sender: Sender | null = null;
  #agent: Agent | null = null;
  #stream: Stream | null = null;

  /** Without a placer every sample counts. */
  constructor(network: Network, sink: SampleSink, placer: Marker | null = null) {
    this.#network = network;
    this.#sink = sink;
    this.#placer = placer;
    if (placer?.passes) this.passes = (samplingRate) => this.#passesFrame(placer, samplingRate);
    this.#reader = new DatagramReader(this);
  }

  /** Reads one datagram at start ≤ o < end; `timeMs` is when it was received, or captured. */
  read(
    bytes: Uint8Array,
    view: DataView,
    start: number,
    end: number,
    timeMs: number,
    sender: Sender | null,
  ): void {
    this.#timeMs = timeMs;
    this.#sender = sender;
    this.#agent = null;
    this.#stream = null;
    this.#reader.read(bytes, view, start, end);
  }

  datagram(datagram: Datagram): boolean {
    const network = this.#network;
    const timeMs = this.#timeMs;
    const agent = this.#agentOf(datagram, timeMs);
    if (!agent) {
      addTally(network.refused, 'agents beyond the table', 1);
      return false;
    }
    this.#agent = agent;
    const stream = agent.stream(datagram.subAgentId, timeMs);
    this.#stream = stream;
    if (this.#sender && (stream.datagrams & 1023) === 0) agent.noteSender(this.#sender.text());
    network.datagrams++;
    if (!(network.firstMs <= timeMs)) network.firstMs = timeMs;
    if (!(network.lastMs >= timeMs)) network.lastMs = timeMs;
    stream.datagrams++;
    stream.octets += datagram.end - datagram.start;
    stream.lastSeenMs = timeMs;
    agent.lastSeenMs = timeMs;
    const arrival = stream.sequence.accept(datagram.sequenceNumber, datagram.uptimeMs);
    if (arrival === 'duplicate') return false;
    if (arrival === 'restart') {
      network.restarted(agent);
      this.#sink.restarted(agent, datagram.subAgentId);
    }
    if (arrival !== 'late') stream.uptimeMs = datagram.uptimeMs;
    this.#sink.arrival(agent, stream.sequence.lastLoss, timeMs);
    return true;
  }

  #agentOf(datagram: Datagram, timeMs: number): Agent | null {
    if (datagram.agentType === 1)
      return this.#network.agentV4(datagram.view.getUint32(datagram.agentOffset), timeMs);
    if (datagram.agentType === 2) {
      const text = formatIpv6(datagram.bytes, datagram.agentOffset);
      return this.#network.agentByText(text, timeMs);
    }
    return this.#network.agentByText('unknown', timeMs);
  }

  #passesFrame(placer: Marker, samplingRate: number): boolean {
    if (samplingRate === 0 || !placer.passes!()) return false;
    this.#stream!.flowSamples++;
    this.#network.flowSamples++;
    this.#agent!.noteSamplingRate(samplingRate);
    return true;
  }

  flowSample(datagram: Datagram, flow: FlowSample): void {
    const agent = this.#agent!;
    const stream = this.#stream!;
    this.#noteUnknown(agent, flow.records, knownFlowTags, 'flow');
    if (flow.kind === 'discarded') {
      stream.discardSamples++;
      this.#network.discardSamples++;
      if (this.#sink.discarded) {
        this.#fill(agent, datagram, flow, 1);
        this.#sink.discarded(this.#sample);
      }
      return;
    }
    stream.flowSamples++;
    this.#network.flowSamples++;
    if (flow.samplingRate === 0) {
      addTally(agent.malformed, 'sampling rate 0', 1);
      return;
    }
    agent.noteSamplingRate(flow.samplingRate);
    if (this.passes !== undefined && isOfFrame(flow) && this.#placer!.passes!()) return;
    const sample = this.#sample;
    this.#fill(agent, datagram, flow, flow.samplingRate);
    this.#network.health.observe(
      this.#network.paths.sourceOf(sample.path),
      flow.sequenceNumber,
      flow.samplePool,
      flow.drops,
      flow.samplingRate,
    );
    if (!sample.isFrame) {
      this.#sink.request?.(sample);
      return;
    }
    if (this.#placer) {
      // The mark goes into the lowest bits, which are clear.
      sample.path |= this.#placer.mark(sample, sample.path >> MARK_BITS, dataSourceOf(flow), inputOf(flow));
    }
    this.#sink.flow(sample);
  }

  /** Fills the reused sample: its header, what it counts, and its path, which is new now and then. */
  #fill(agent: Agent, datagram: Datagram, flow: FlowSample, samplingRate: number): void {
    const sample = this.#sample;
    sample.timeMs = this.#timeMs;
    sample.agent = agent;
    sample.datagram = datagram;
    sample.flow = flow;
    sample.samplingRate = samplingRate;
    // An application's transaction (sflow_application.txt) is sampled too, and is no frame on any wire.
    sample.isFrame = readFrame(sample);
    sample.octets = sample.frameOctets * samplingRate;
    const dataSource = dataSourceOf(flow);
    const input = inputOf(flow);
    const output = ((flow.outputFormat << 30) | flow.outputValue) >>> 0;
    const before = this.#network.paths.size;
    sample.path = this.#network.pathOf(agent, dataSource, input, output);
    if (sample.path >= before) this.#newPath(agent, dataSource, input, output);
  }

  #newPath(agent: Agent, dataSource: number, input: number, output: number): void {
    agent.noteDataSource(dataSource);
    if (dataSource >>> 24 === 0) agent.interface(dataSource);
    agent.interface(input);
    agent.interface(output);
  }

  counterSample(datagram: Datagram, sample: CounterSample): void {
    const agent = this.#agent!;
    const stream = this.#stream!;
    stream.counterSamples++;
    this.#network.counterSamples++;
    agent.noteDataSource(((sample.dataSourceClass << 24) | sample.dataSourceIndex) >>> 0);
    this.#noteUnknown(agent, sample.records, knownCounterTags, 'counter');
    this.#sink.counters(agent, stream, datagram, sample, this.#timeMs);
  }

  otherSample(datagram: Datagram, tag: number, start: number, end: number): void {
    // sFlow-RT's own samples are known; they carry metrics and no traffic.
    if (structureByTag('sample', tag) === null) addTally(this.#agent!.unknown, `sample ${tagText(tag)}`, 1);
    else this.#sink.other?.(this.#agent!, datagram, tag, start, end, this.#timeMs);
  }

  problem(_datagram: Datagram, reason: ProblemReason): void {
    if (this.#agent) addTally(this.#agent.malformed, reason, 1);
    else addTally(this.#network.refused, reason, 1);
  }

  #noteUnknown(agent: Agent, records: Records, known: Uint8Array, space: Space): void {
    for (let i = 0; i < records.count; i++) {
      const tag = records.tag[i]!;
      if (tag < known.length ? known[tag] === 1 : structureByTag(space, tag) !== null) continue;
      addTally(agent.unknown, `${space} ${tagText(tag)}`, 1);
    }
  }
}

/** Class in the top octet, index below. */
const dataSourceOf = (flow: FlowSample): number =>
  ((flow.dataSourceClass << 24) | flow.dataSourceIndex) >>> 0;

/** Format in the top bits, value below. */
const inputOf = (flow: FlowSample): number => ((flow.inputFormat << 30) | flow.inputValue) >>> 0;

/** '0:2209' from the tag on the wire (enterprise << 12 | format). */
export function tagText(tag: number): string {
  return `${tag >>> 12}:${tag & 0xfff}`;
}

/** One octet per format of enterprise 0, so that the usual records cost one read. */
function knownTags(space: Space): Uint8Array {
  const known = new Uint8Array(4096);
  for (const tag of structures[space].keys()) if (tag < known.length) known[tag] = 1;
  return known;
}

const knownFlowTags = knownTags('flow');
const knownCounterTags = knownTags('counter');
