/**
 * Where senders are attached: the port by which a MAC or IP address enters the heard network, since when, and where it
 * was before. A sample tells it that is counted, that is, taken where its sender comes in (`placement.ts`). Promises:
 * nothing is allocated per sample; 131,072 addresses at most, of which those silent for longest go first.
 */
import { INTERFACE_INTERNAL } from './agent.ts';
import type { Network } from './network.ts';
import { COUNTED } from './placement-mark.ts';
import type { Sample } from './sample.ts';

const WAYS = 4;
const SETS = 32_768;
export const MOST_LOCATED = WAYS * SETS;
/** Kind and four words of the address, then the MAC address that it sends by (two words). */
const WORDS = 7;
export const KIND_IPV4 = 4;
export const KIND_IPV6 = 6;
export const KIND_MAC = 1;

/** A host has moved when it was silent at its place for so long, and was sampled so often at another. */
const MOVED_AFTER_MS = 30_000;
const MOVED_SAMPLES = 3;
export const MOST_MOVES = 1024;
/** What senders begin to count down from: a frame with another TTL was sent on by a router. */
const FIRST_TTLS: ReadonlySet<number> = new Set([32, 64, 128, 255]);
/** Extended switch data (sflow_version_5.txt): the VLAN that a frame came in by. */
const EXTENDED_SWITCH = 1001;
const NO_VLAN = 0xffff;

/** A port: agent as paths know it, ifIndex, VLAN (`NO_VLAN` for none told). */
export type Place = { agent: number; ifIndex: number; vlan: number };
export type Located = {
  kind: number;
  octets: Uint8Array;
  place: Place;
  also: Place | null;
  sinceMs: number;
  lastMs: number;
  samples: number;
  /** null: sent on by a router, or it is a MAC address itself. */
  mac: Uint8Array | null;
};
export type Move = { kind: number; octets: Uint8Array; from: Place; to: Place; atMs: number };

export class Locations {
  readonly #words = new Uint32Array(MOST_LOCATED * WORDS);
  readonly #agent = new Uint32Array(MOST_LOCATED);
  readonly #ifIndex = new Uint32Array(MOST_LOCATED);
  readonly #vlan = new Uint16Array(MOST_LOCATED).fill(NO_VLAN);
  /** Since when and until when at the place; 0: the slot is free. */
  readonly #sinceMs = new Float64Array(MOST_LOCATED);
  readonly #lastMs = new Float64Array(MOST_LOCATED);
  readonly #samples = new Uint32Array(MOST_LOCATED);
  /** The other place: agent + 1 (0: none), ifIndex, VLAN, samples, first and newest time. */
  readonly #otherAgent = new Uint32Array(MOST_LOCATED);
  readonly #otherIfIndex = new Uint32Array(MOST_LOCATED);
  readonly #otherVlan = new Uint16Array(MOST_LOCATED);
  readonly #otherSamples = new Uint32Array(MOST_LOCATED);
  readonly #otherSinceMs = new Float64Array(MOST_LOCATED);
  readonly #otherLastMs = new Float64Array(MOST_LOCATED);
  readonly #scratch = new Uint32Array(WORDS);
  readonly #moves: Move[] = [];
  #network: Network;

  constructor(network: Network) {
    this.#network = network;
  }

  /** Forgets all; agents are known by another network from now on. */
  restart(network: Network): void {
    this.#network = network;
    this.#lastMs.fill(0);
    this.#moves.length = 0;
  }

  flow(sample: Sample): void {
    const { paths } = this.#network;
    if (!sample.isFrame || paths.markOf(sample.path) !== COUNTED) return;
    const input = paths.inputOf(sample.path);
    if (input <= 0 || input >= INTERFACE_INTERNAL) return;
    const { bytes, view, depth, layers } = sample.header;
    if (depth === 0) return;
    const { sourceMac, sourceIp, ipVersion, ttl, vlanCount, vlan: tags } = layers[0]!;
    const agent = paths.agentOf(sample.path);
    const vlan = vlanCount > 0 ? tags[0]! : toldVlan(sample);
    const scratch = this.#scratch;
    const hasMac = sourceMac >= 0 && (bytes[sourceMac]! & 1) === 0;
    if (hasMac) {
      scratch.fill(0);
      scratch[0] = KIND_MAC;
      scratch[1] = view.getUint16(sourceMac);
      scratch[2] = view.getUint32(sourceMac + 2);
      this.#note(agent, input, vlan, sample.timeMs);
    }
    if (sourceIp < 0 || ipVersion === 0) return;
    scratch.fill(0);
    scratch[0] = ipVersion === 4 ? KIND_IPV4 : KIND_IPV6;
    for (let word = 0; word < (ipVersion === 4 ? 1 : 4); word++)
      scratch[word + 1] = view.getUint32(sourceIp + 4 * word);
    // 0.0.0.0 and :: are no host yet.
    if ((scratch[1]! | scratch[2]! | scratch[3]! | scratch[4]!) === 0) return;
    if (hasMac && FIRST_TTLS.has(ttl)) {
      scratch[5] = view.getUint16(sourceMac) + 1;
      scratch[6] = view.getUint32(sourceMac + 2);
    }
    this.#note(agent, input, vlan, sample.timeMs);
  }

  /** The first of the slots that the address in `scratch` may be in. */
  #firstSlot(): number {
    const scratch = this.#scratch;
    let hash = 0x811c9dc5;
    for (let word = 0; word < 5; word++) hash = Math.imul(hash ^ scratch[word]!, 0x01000193) ^ (hash >>> 15);
    return ((hash ^ (hash >>> 13)) & (SETS - 1)) * WAYS;
  }

  /** The slot of the address in `scratch`; one that is free, or of the one silent for longest, where it is new. */
  #slot(): number {
    const first = this.#firstSlot();
    let oldest = first;
    for (let slot = first; slot < first + WAYS; slot++) {
      if (this.#lastMs[slot]! > 0 && this.#isAt(slot)) return slot;
      if (this.#lastMs[slot]! < this.#lastMs[oldest]!) oldest = slot;
    }
    this.#words.set(this.#scratch, oldest * WORDS);
    this.#lastMs[oldest] = 0;
    return oldest;
  }
  #isAt(slot: number): boolean {
    const at = slot * WORDS;
    for (let word = 0; word < 5; word++) if (this.#words[at + word] !== this.#scratch[word]) return false;
    return true;
  }

  #note(agent: number, ifIndex: number, vlan: number, timeMs: number): void {
    const slot = this.#slot();
    this.#words[slot * WORDS + 5] = this.#scratch[5]!;
    this.#words[slot * WORDS + 6] = this.#scratch[6]!;
    if (this.#lastMs[slot] === 0) {
      this.#settle(slot, agent, ifIndex, vlan, timeMs, timeMs, 1);
      return;
    }
    if (this.#agent[slot] === agent && this.#ifIndex[slot] === ifIndex) {
      this.#lastMs[slot] = timeMs;
      this.#samples[slot]!++;
      if (vlan !== NO_VLAN) this.#vlan[slot] = vlan;
      return;
    }
    if (this.#otherAgent[slot] !== agent + 1 || this.#otherIfIndex[slot] !== ifIndex) {
      this.#otherAgent[slot] = agent + 1;
      this.#otherIfIndex[slot] = ifIndex;
      this.#otherSamples[slot] = 0;
      this.#otherSinceMs[slot] = timeMs;
    }
    this.#otherVlan[slot] = vlan;
    this.#otherLastMs[slot] = timeMs;
    const samples = ++this.#otherSamples[slot]!;
    if (samples < MOVED_SAMPLES || timeMs - this.#lastMs[slot]! < MOVED_AFTER_MS) return;
    // Since it left, not since it was first seen there beside its place.
    const sinceMs = Math.max(this.#otherSinceMs[slot]!, this.#lastMs[slot]!);
    this.#moves.push({
      ...this.#addressAt(slot),
      from: this.#placeAt(slot),
      to: { agent, ifIndex, vlan },
      atMs: sinceMs,
    });
    if (this.#moves.length > MOST_MOVES) this.#moves.shift();
    this.#settle(slot, agent, ifIndex, vlan, sinceMs, timeMs, samples);
  }

  #settle(
    slot: number,
    agent: number,
    ifIndex: number,
    vlan: number,
    sinceMs: number,
    lastMs: number,
    samples: number,
  ): void {
    this.#agent[slot] = agent;
    this.#ifIndex[slot] = ifIndex;
    this.#vlan[slot] = vlan;
    this.#sinceMs[slot] = sinceMs;
    this.#lastMs[slot] = lastMs;
    this.#samples[slot] = samples;
    this.#otherAgent[slot] = 0;
  }

  #placeAt(slot: number): Place {
    return { agent: this.#agent[slot]!, ifIndex: this.#ifIndex[slot]!, vlan: this.#vlan[slot]! };
  }
  #addressAt(slot: number): { kind: number; octets: Uint8Array } {
    const at = slot * WORDS;
    const kind = this.#words[at]!;
    const view = new DataView(new ArrayBuffer(16));
    if (kind === KIND_MAC) {
      view.setUint16(0, this.#words[at + 1]!);
      view.setUint32(2, this.#words[at + 2]!);
    } else for (let word = 0; word < 4; word++) view.setUint32(4 * word, this.#words[at + 1 + word]!);
    const length = kind === KIND_MAC ? 6 : kind === KIND_IPV4 ? 4 : 16;
    return { kind, octets: new Uint8Array(view.buffer, 0, length) };
  }
  #macAt(slot: number): Uint8Array | null {
    const at = slot * WORDS;
    if (this.#words[at + 5] === 0) return null;
    const view = new DataView(new ArrayBuffer(6));
    view.setUint16(0, this.#words[at + 5]! - 1);
    view.setUint32(2, this.#words[at + 6]!);
    return new Uint8Array(view.buffer);
  }

  #locatedAt(slot: number): Located {
    const other = this.#otherAgent[slot]!;
    // Long ago is no other leg.
    const isAlso = other > 0 && this.#otherLastMs[slot]! > this.#lastMs[slot]! - MOVED_AFTER_MS;
    return {
      ...this.#addressAt(slot),
      place: this.#placeAt(slot),
      also: isAlso
        ? { agent: other - 1, ifIndex: this.#otherIfIndex[slot]!, vlan: this.#otherVlan[slot]! }
        : null,
      sinceMs: this.#sinceMs[slot]!,
      lastMs: this.#lastMs[slot]!,
      samples: this.#samples[slot]!,
      mac: this.#macAt(slot),
    };
  }

  /** Every address with its place, in no order; made as it is asked for. */
  *all(): Generator<Located> {
    for (let slot = 0; slot < MOST_LOCATED; slot++) if (this.#lastMs[slot]! > 0) yield this.#locatedAt(slot);
  }

  /** One address: 4 octets of IPv4, 16 of IPv6, 6 of a MAC address. */
  of(octets: Uint8Array): Located | null {
    const scratch = this.#scratch.fill(0);
    const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
    if (octets.length === 6) scratch.set([KIND_MAC, view.getUint16(0), view.getUint32(2)]);
    else {
      scratch[0] = octets.length === 4 ? KIND_IPV4 : KIND_IPV6;
      for (let word = 0; word < octets.length / 4; word++) scratch[word + 1] = view.getUint32(4 * word);
    }
    const first = this.#firstSlot();
    for (let slot = first; slot < first + WAYS; slot++)
      if (this.#lastMs[slot]! > 0 && this.#isAt(slot)) return this.#locatedAt(slot);
    return null;
  }

  /** Newest first. */
  get moves(): Move[] {
    return this.#moves.toReversed();
  }
}

/** The VLAN that the agent says the frame came in by. */
function toldVlan({ flow, datagram }: Sample): number {
  const at = flow.records.find(EXTENDED_SWITCH);
  if (at < 0 || flow.records.end[at]! - flow.records.start[at]! < 16) return NO_VLAN;
  const vlan = datagram.view.getUint32(flow.records.start[at]!);
  return vlan >= 1 && vlan <= 4094 ? vlan : NO_VLAN;
}

/** The VLAN of a place; null where none was told. */
export const vlanOf = ({ vlan }: Place): number | null => (vlan === NO_VLAN ? null : vlan);
