/**
 * For the hot path: single fields of a record, read from the octets where the reader said the record lies, so
 * that nothing is made. Fixed layouts give a table of offsets derived from the declaration; the records of
 * forwarding whose layout varies have readers of their own. Whatever the octets, nothing is read outside the
 * record's own bounds, and what is not there is ABSENT.
 */

import { hostCpu, hostDiskIo, hostMemory, hostNetIo, processor } from './counter-records/host.ts';
import { ethernetCounters, ifCounters, vlanCounters } from './counter-records/interface.ts';
import { type Field, leastLength, type RecordType } from './field.ts';
import { extendedGateway, extendedSwitch } from './flow-records/forwarding.ts';
import { gatewayVersion2, gatewayVersion4 } from './flow-records/legacy.ts';
import { sampledEthernet, sampledHeader, sampledIpv4, sampledIpv6 } from './flow-records/packet.ts';
import type { Records } from './sample.ts';

/** What a field reads as where its record ended before it, or never had it. */
export const ABSENT = -1;

type NameOf<F extends readonly Field[]> = F[number]['name'];

/** Octets from the start of a record to each of its fields, by name, as far as the layout is fixed. */
export type Offsets<F extends readonly Field[]> = { readonly [name in NameOf<F>]: number };

/** The offsets of a declaration; throws where a field stands behind one of variable length. */
export function offsetsOf<F extends readonly Field[]>(record: RecordType<F>): Offsets<F> {
  const offsets: Record<string, number> = {};
  let offset = 0;
  let fixed = true;
  for (const field of record.fields) {
    if (!fixed) throw new Error(`The field ${field.name} of ${record.name} has no fixed offset.`);
    offsets[field.name] = offset;
    offset += leastLength(field);
    fixed = !['text', 'opaque', 'address', 'list', 'records', 'typed'].includes(field.type);
  }
  return offsets as Offsets<F>;
}

export const sampledHeaderOffsets = offsetsOf(sampledHeader);
export const sampledEthernetOffsets = offsetsOf(sampledEthernet);
export const sampledIpv4Offsets = offsetsOf(sampledIpv4);
export const sampledIpv6Offsets = offsetsOf(sampledIpv6);
export const extendedSwitchOffsets = offsetsOf(extendedSwitch);
export const ifCountersOffsets = offsetsOf(ifCounters);
export const ethernetCountersOffsets = offsetsOf(ethernetCounters);
export const vlanCountersOffsets = offsetsOf(vlanCounters);
export const processorOffsets = offsetsOf(processor);
export const hostCpuOffsets = offsetsOf(hostCpu);
export const hostMemoryOffsets = offsetsOf(hostMemory);
export const hostDiskIoOffsets = offsetsOf(hostDiskIo);
export const hostNetIoOffsets = offsetsOf(hostNetIo);

/** The unsigned int at `offset` of record `index`, or ABSENT where the record ends before it. */
export function u32At(view: DataView, records: Records, index: number, offset: number): number {
  const at = records.start[index]! + offset;
  return at + 4 > records.end[index]! ? ABSENT : view.getUint32(at);
}

/**
 * The unsigned hyper at `offset` of record `index`, or ABSENT. A number: exact up to 2^53, as the octets of a
 * port of 400 Gbit/s are for two days; differences of what lies beyond are to be taken by halves.
 */
export function u64At(view: DataView, records: Records, index: number, offset: number): number {
  const at = records.start[index]! + offset;
  return at + 8 > records.end[index]! ? ABSENT : view.getUint32(at) * 4294967296 + view.getUint32(at + 4);
}

/** The float at `offset` of record `index`, or NaN where the record ends before it. */
export function f32At(view: DataView, records: Records, index: number, offset: number): number {
  const at = records.start[index]! + offset;
  return at + 4 > records.end[index]! ? Number.NaN : view.getFloat32(at);
}

/** Octets of an address behind its type word: 0 for type 0, or ABSENT for a type that is none. */
function addressOctets(type: number): number {
  return type === 0 ? 0 : type === 1 ? 4 : type === 2 ? 16 : ABSENT;
}

/** extended_router, read anew for each sample: one reused object. */
export class RouterFields {
  /** 0 unknown, 1 IPv4, 2 IPv6; the next hop begins at nextHopOffset. */
  nextHopType = 0;
  nextHopOffset = ABSENT;
  /** Bits. */
  sourceMaskLength = ABSENT;
  destinationMaskLength = ABSENT;

  /** Reads the record at start ≤ o < end; false where not even its next hop could be read. */
  read(view: DataView, start: number, end: number): boolean {
    this.nextHopType = 0;
    this.nextHopOffset = ABSENT;
    this.sourceMaskLength = ABSENT;
    this.destinationMaskLength = ABSENT;
    if (end - start < 4) return false;
    const type = view.getUint32(start);
    const octets = addressOctets(type);
    if (octets < 0 || end - start < 4 + octets) return false;
    this.nextHopType = type;
    if (type !== 0) this.nextHopOffset = start + 4;
    const at = start + 4 + octets;
    if (at + 4 <= end) this.sourceMaskLength = view.getUint32(at);
    if (at + 8 <= end) this.destinationMaskLength = view.getUint32(at + 4);
    return true;
  }
}

/**
 * extended_gateway of any version, read anew for each sample: one reused object. The AS path stays where it
 * lies, between pathStart and pathEnd, as {segment type, count, AS numbers}.
 */
export class GatewayFields {
  nextHopType = 0;
  nextHopOffset = ABSENT;
  /** AS of the router, of the source, and of the neighbour towards the source. */
  as = ABSENT;
  sourceAs = ABSENT;
  sourcePeerAs = ABSENT;
  /** First and last AS of the path; ABSENT where it is empty (a destination in the router's own AS). */
  destinationPeerAs = ABSENT;
  destinationAs = ABSENT;
  /** Number of AS in all segments together, and the octets that hold the segments. */
  pathLength = 0;
  pathStart = ABSENT;
  pathEnd = ABSENT;
  communityCount = 0;
  communitiesOffset = ABSENT;
  localPreference = ABSENT;

  /**
   * Reads the record at start ≤ o < end; its tag tells the layout. False where it ended before the path, or
   * the path states more than there is: the fields before it are good all the same.
   */
  read(view: DataView, tag: number, start: number, end: number): boolean {
    this.nextHopType = 0;
    this.nextHopOffset = ABSENT;
    this.as = ABSENT;
    this.sourceAs = ABSENT;
    this.sourcePeerAs = ABSENT;
    this.destinationPeerAs = ABSENT;
    this.destinationAs = ABSENT;
    this.pathLength = 0;
    this.pathStart = ABSENT;
    this.pathEnd = ABSENT;
    this.communityCount = 0;
    this.communitiesOffset = ABSENT;
    this.localPreference = ABSENT;
    let at = start;
    if (tag === extendedGateway.tag) {
      if (end - at < 4) return false;
      const octets = addressOctets(view.getUint32(at));
      if (octets < 0 || end - at < 4 + octets) return false;
      this.nextHopType = view.getUint32(at);
      if (octets > 0) this.nextHopOffset = at + 4;
      at += 4 + octets;
    } else if (tag !== gatewayVersion2.tag && tag !== gatewayVersion4.tag) return false;
    if (at + 4 <= end) this.as = view.getUint32(at);
    if (at + 8 <= end) this.sourceAs = view.getUint32(at + 4);
    if (at + 12 <= end) this.sourcePeerAs = view.getUint32(at + 8);
    at += 12;
    if (at + 4 > end) return false;
    if (tag === gatewayVersion2.tag) return this.#readSegment(view, at, end) >= 0;
    const segments = view.getUint32(at);
    at += 4;
    if (segments > (end - at) / 8) return false;
    this.pathStart = at;
    for (let i = 0; i < segments; i++) {
      if (at + 8 > end) return false;
      at = this.#readSegment(view, at + 4, end);
      if (at < 0) return false;
    }
    this.pathEnd = at;
    if (at + 4 > end) return true;
    const communities = view.getUint32(at);
    at += 4;
    if (communities > (end - at) / 4) return false;
    this.communityCount = communities;
    this.communitiesOffset = at;
    at += 4 * communities;
    if (at + 4 <= end) this.localPreference = view.getUint32(at);
    return true;
  }

  /** A count word and that many AS, from `at` on; returns the offset behind them, or -1. */
  #readSegment(view: DataView, at: number, end: number): number {
    const count = view.getUint32(at);
    const first = at + 4;
    if (count > (end - first) / 4) return -1;
    if (count > 0) {
      if (this.pathLength === 0) this.destinationPeerAs = view.getUint32(first);
      this.destinationAs = view.getUint32(first + 4 * (count - 1));
      this.pathLength += count;
    }
    return first + 4 * count;
  }
}
