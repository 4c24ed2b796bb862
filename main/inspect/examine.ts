/**
 * One look at a datagram for the list: who sent it, what is in it, and whether it is one of those that were asked
 * for. It sees datagrams through the decoder's own reader, but unlike the analytics it also lists duplicates and
 * what could not be read. One reused object of facts; nothing is allocated for a datagram like those before.
 */

import { FilterError } from '../../shared/filter/filter.ts';
import { formatIpv4, formatIpv6 } from '../../shared/format/address.ts';
import type { DatagramFilter, RecordTally } from '../../shared/model/inspect.ts';
import { RpcError } from '../../shared/rpc.ts';
import type { FunctionContext } from '../flows/functions/context.ts';
import { stackOf } from '../packet/stack.ts';
import type { Agent } from '../samples/agent.ts';
import { readFrame } from '../samples/header.ts';
import { Network } from '../samples/network.ts';
import { Sample } from '../samples/sample.ts';
import { SequenceTracker } from '../samples/sequence.ts';
import { type Space, tagText } from '../sflow/field.ts';
import { DatagramReader } from '../sflow/reader.ts';
import { structureByTag } from '../sflow/registry.ts';
import type { CounterSample, Datagram, DatagramSink, FlowSample, Records } from '../sflow/sample.ts';
import { compileInspected, type Inspected, type InspectedTest } from './filter.ts';

/** Agents, senders and streams told apart; whatever comes beyond them shares the last place. */
const MOST_AGENTS = 65_535;
const MOST_STREAMS = 65_536;
const MOST_RECORD_KINDS = 1000;
const SPACES: readonly Space[] = ['flow', 'counter', 'sample'];

/** Texts by number, each kept once. */
export class Names {
  readonly texts: string[] = [];
  readonly #byKey = new Map<number | string, number>();

  /** The number of what `key` stands for; `text` is asked once for each. */
  indexOf(key: number | string, text: () => string): number {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    if (this.texts.length >= MOST_AGENTS) return MOST_AGENTS - 1;
    this.#byKey.set(key, this.texts.length);
    return this.texts.push(this.texts.length === MOST_AGENTS - 1 ? 'others' : text()) - 1;
  }
}

/** The filter that everything passes. */
export const EVERYTHING: DatagramFilter = {
  agent: null,
  subAgentId: null,
  ifIndex: null,
  filter: '',
  only: 'all',
  interval: null,
};

/** Where a sampled header lies in the buffer of its datagram, and the frame it was taken of. */
export type FoundHeader = { start: number; end: number; protocol: number; frameLength: number };

/** What one datagram came to; good until the next is read. */
export class Facts {
  timeMs = 0;
  agent = 0;
  subAgentId = 0;
  sequenceNumber = 0;
  octets = 0;
  flowSamples = 0;
  counterSamples = 0;
  discardedPackets = 0;
  otherSamples = 0;
  unknown = 0;
  problems = 0;
  lost = 0;
  /** Number of the first header's stack (packet/stack.ts), 0 none. */
  stack = 0;
}

export type ExamineOptions = {
  filter: DatagramFilter;
  /** What keys and functions know beside the sample. */
  context: FunctionContext;
  /** Collects which samples match, and their headers. */
  keepFound?: boolean;
};

export class Examiner implements DatagramSink {
  readonly facts = new Facts();
  readonly agents = new Names();
  /** Of the last datagram, where they are kept: which of its samples match (from 0), and their headers. */
  readonly matches: number[] = [];
  readonly headers: FoundHeader[] = [];
  examined = 0;
  readonly #filter: DatagramFilter;
  readonly #test: InspectedTest | null;
  readonly #keepFound: boolean;
  readonly #bySample: boolean;
  readonly #reader = new DatagramReader(this);
  readonly #sample = new Sample();
  readonly #inspected: Inspected = { space: 'flow', sampleTag: 0, records: null, packet: null };
  /** Agents as keys ask for them. */
  readonly #network = new Network();
  #agent: Agent | null = null;
  readonly #streams = new Map<number, SequenceTracker>();
  /** Records met, by tag: those of enterprise 0 in an array, the others in a map. */
  readonly #met = SPACES.map(() => ({ usual: new Float64Array(4096), others: new Map<number, number>() }));
  #passed = false;
  #sampleMatched = false;
  /** Samples of the last datagram so far. */
  #samples = 0;

  /** Throws FilterError where the filter cannot be understood. */
  constructor({ filter, context, keepFound = false }: ExamineOptions) {
    this.#filter = filter;
    this.#test = compileInspected(filter.filter, context);
    this.#keepFound = keepFound;
    this.#bySample = this.#test !== null || filter.ifIndex !== null;
  }

  /** Reads the datagram at start ≤ o < end; true where it is one of those asked for, but for `only`. */
  read(bytes: Uint8Array, view: DataView, start: number, end: number, timeMs: number): boolean {
    const { facts } = this;
    this.examined++;
    this.headers.length = 0;
    this.matches.length = 0;
    this.#samples = 0;
    this.#passed = false;
    this.#sampleMatched = false;
    facts.timeMs = timeMs;
    facts.octets = end - start;
    facts.flowSamples = 0;
    facts.counterSamples = 0;
    facts.discardedPackets = 0;
    facts.otherSamples = 0;
    facts.unknown = 0;
    facts.problems = 0;
    facts.lost = 0;
    facts.stack = 0;
    if (!this.#reader.read(bytes, view, start, end)) this.#noDatagram();
    return this.#passed && (!this.#bySample || this.#sampleMatched);
  }

  /** Whether the last datagram holds what `only` asks for. */
  get wanted(): boolean {
    const { only } = this.#filter;
    if (only === 'problems') return this.facts.problems > 0;
    return only === 'all' || this.facts.unknown > 0;
  }

  /** It has no header that can be read: shown, as long as nothing is asked that only a header can tell. */
  #noDatagram(): void {
    const { facts } = this;
    const { agent, subAgentId, interval } = this.#filter;
    facts.agent = this.agents.indexOf('', () => 'unknown');
    facts.subAgentId = 0;
    facts.sequenceNumber = 0;
    facts.problems = Math.max(1, facts.problems);
    const inTime = !interval || (facts.timeMs >= interval.fromMs && facts.timeMs < interval.toMs);
    this.#passed = inTime && (agent === null || agent === 'unknown') && subAgentId === null;
  }

  datagram(datagram: Datagram): boolean {
    const { facts } = this;
    const { agent, subAgentId, interval } = this.#filter;
    facts.agent = this.#agentOf(datagram);
    facts.subAgentId = datagram.subAgentId;
    facts.sequenceNumber = datagram.sequenceNumber;
    const stream = this.#stream(facts.agent * 2 ** 32 + datagram.subAgentId);
    if (stream) {
      const arrival = stream.accept(datagram.sequenceNumber, datagram.uptimeMs);
      facts.lost = arrival === 'duplicate' ? -2 : arrival === 'late' ? -1 : stream.lastLoss;
    }
    if (interval && (facts.timeMs < interval.fromMs || facts.timeMs >= interval.toMs)) return false;
    if (agent !== null && this.agents.texts[facts.agent] !== agent) return false;
    this.#passed = subAgentId === null || datagram.subAgentId === subAgentId;
    if (this.#test !== null)
      this.#agent = this.#network.agentByText(this.agents.texts[facts.agent]!, facts.timeMs);
    return this.#passed;
  }

  #agentOf({ agentType, agentOffset, bytes, view }: Datagram): number {
    if (agentType === 1) {
      const address = view.getUint32(agentOffset);
      return this.agents.indexOf(address, () => formatIpv4(address));
    }
    if (agentType !== 2) return this.agents.indexOf('', () => 'unknown');
    const text = formatIpv6(bytes, agentOffset);
    return this.agents.indexOf(text, () => text);
  }

  #stream(key: number): SequenceTracker | null {
    const known = this.#streams.get(key);
    if (known) return known;
    if (this.#streams.size >= MOST_STREAMS) return null;
    const made = new SequenceTracker();
    this.#streams.set(key, made);
    return made;
  }

  flowSample(datagram: Datagram, flow: FlowSample): void {
    const { facts } = this;
    const at = this.#samples++;
    if (flow.kind === 'discarded') facts.discardedPackets++;
    else facts.flowSamples++;
    if (flow.kind === 'flow' && flow.samplingRate === 0) facts.problems++;
    this.#meet('sample', flow.tag);
    this.#meetAll('flow', flow.records);
    const { header } = this.#sample;
    if (this.#test !== null || facts.stack === 0) {
      this.#readPacket(datagram, flow);
      if (facts.stack === 0 && header.depth > 0) facts.stack = stackOf(header);
    }
    if (this.#filter.ifIndex !== null && !touches(flow, this.#filter.ifIndex)) return;
    if (!this.#holds('flow', flow.tag, flow.records, this.#sample)) return;
    this.#match(at);
    if (!this.#keepFound || flow.headerStart < 0) return;
    const { headerStart: start, headerEnd: end, headerProtocol: protocol, frameLength } = flow;
    this.headers.push({ start, end, protocol, frameLength });
  }

  counterSample(_datagram: Datagram, counter: CounterSample): void {
    const at = this.#samples++;
    this.facts.counterSamples++;
    this.#meet('sample', counter.tag);
    this.#meetAll('counter', counter.records);
    const { ifIndex } = this.#filter;
    if (!this.#holds('counter', counter.tag, counter.records, null)) return;
    if (ifIndex !== null && (counter.dataSourceClass !== 0 || counter.dataSourceIndex !== ifIndex)) return;
    this.#match(at);
  }

  otherSample(_datagram: Datagram, tag: number): void {
    const at = this.#samples++;
    this.facts.otherSamples++;
    this.#meet('sample', tag);
    if (structureByTag('sample', tag) === null) this.facts.unknown++;
    if (this.#test === null || this.#filter.ifIndex !== null) return;
    if (this.#holds('flow', tag, null, null)) this.#match(at);
  }

  #holds(
    space: 'flow' | 'counter',
    sampleTag: number,
    records: Records | null,
    packet: Sample | null,
  ): boolean {
    if (this.#test === null) return true;
    const inspected = this.#inspected;
    inspected.space = space;
    inspected.sampleTag = sampleTag;
    inspected.records = records;
    inspected.packet = packet;
    return this.#test(inspected);
  }

  #readPacket(datagram: Datagram, flow: FlowSample): void {
    const sample = this.#sample;
    sample.timeMs = this.facts.timeMs;
    sample.agent = this.#agent;
    sample.datagram = datagram;
    sample.flow = flow;
    sample.samplingRate = flow.samplingRate;
    sample.header.stepCount = 0;
    sample.isFrame = readFrame(sample);
  }

  #match(at: number): void {
    this.#sampleMatched = true;
    if (this.#keepFound) this.matches.push(at);
  }

  problem(): void {
    this.facts.problems++;
  }

  #meetAll(space: 'flow' | 'counter', records: Records): void {
    for (let i = 0; i < records.count; i++) {
      const tag = records.tag[i]!;
      this.#meet(space, tag);
      if (structureByTag(space, tag) === null) this.facts.unknown++;
    }
  }

  #meet(space: Space, tag: number): void {
    const met = this.#met[SPACES.indexOf(space)]!;
    if (tag < met.usual.length) met.usual[tag]!++;
    else {
      const count = met.others.get(tag);
      if (count !== undefined || met.others.size < MOST_RECORD_KINDS) met.others.set(tag, (count ?? 0) + 1);
    }
  }

  /** Kinds of samples and records in the datagrams that were not passed over, most first. */
  records(): RecordTally[] {
    const tallies = SPACES.flatMap((space, at) => {
      const { usual, others } = this.#met[at]!;
      const counted: [number, number][] = [...others];
      for (let tag = 0; tag < usual.length; tag++) if (usual[tag]! > 0) counted.push([tag, usual[tag]!]);
      return counted.map(
        ([tag, count]): RecordTally => ({
          space,
          tag: tagText(tag),
          name: structureByTag(space, tag)?.name ?? '',
          count,
        }),
      );
    });
    return tallies.sort((a, b) => b.count - a.count).slice(0, MOST_RECORD_KINDS);
  }
}

/** An examiner for a user's question: a filter that cannot be understood is refused in its own words. */
export function examinerFor(options: ExamineOptions): Examiner {
  try {
    return new Examiner(options);
  } catch (error) {
    if (error instanceof FilterError) throw new RpcError('refused', error.message);
    throw error;
  }
}

/** Whether a port is the data source, the input or the output of a sample. */
function touches(flow: FlowSample, ifIndex: number): boolean {
  return (
    (flow.dataSourceClass === 0 && flow.dataSourceIndex === ifIndex) ||
    (flow.inputFormat === 0 && flow.inputValue === ifIndex) ||
    (flow.outputFormat === 0 && flow.outputValue === ifIndex)
  );
}
