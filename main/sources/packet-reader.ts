/**
 * From a captured packet to the sFlow datagram in it: link, IPv4 or IPv6, fragments, UDP. This is the hot path
 * of every capture and recording: it reads numbers at offsets, allocates nothing per packet, and counts by
 * reason whatever it does not hand on. Ports are not trusted: any UDP payload that begins as sFlow is sFlow.
 */

import { classifyPayload, looksLikeSflow } from './classify.ts';
import {
  FragmentTable,
  REASSEMBLED_DESTINATION,
  REASSEMBLED_PAYLOAD,
  REASSEMBLED_SOURCE,
} from './ip-fragments.ts';
import { CUT_SHORT, LINK_TYPE_UNKNOWN, linkTypeName, networkOffset } from './link.ts';
import { CUT_BY_CAPTURE } from './problems.ts';
import { Counts } from './tally.ts';

const UDP = 17;

/** What is known of a datagram beside its octets: one object, reused; copy what is to be kept. */
export class CaptureMeta {
  /** Milliseconds since 1970 with their fraction; microseconds are exact. */
  timeMs = 0;
  /** IP version of the addresses below. */
  sourceType: 4 | 6 = 4;
  /** Offsets of the addresses (4 or 16 octets) in the `bytes` handed over. */
  sourceIp = -1;
  destinationIp = -1;
  sourcePort = 0;
  destinationPort = 0;
  /** Where the packet's record begins in the (decompressed) capture. */
  recordOffset = 0;
  /** 0 for the first datagram of a pass. */
  index = 0;
  /** The capture cut the end of the datagram off. */
  truncated = false;
}

/**
 * Receives the datagrams of a capture. `bytes` and `view` cover a whole buffer that is reused; the datagram
 * lies at start ≤ o < end. Everything is borrowed for the length of the call.
 */
export type DatagramReceiver = {
  datagram(bytes: Uint8Array, view: DataView, start: number, end: number, meta: CaptureMeta): void;
};

export class PacketReader {
  readonly #receiver: DatagramReceiver;
  readonly #meta = new CaptureMeta();
  readonly #fragments: FragmentTable;
  /** Damage: things that ought to have been read and could not be. */
  readonly problems = new Counts();
  /** Packets that are sound and of no interest. */
  readonly skipped = new Counts();
  packets = 0;
  datagrams = 0;
  /** Octets of the datagrams handed on. */
  octets = 0;
  /** Least and greatest time of the datagrams handed on. */
  firstMs = Number.POSITIVE_INFINITY;
  lastMs = Number.NEGATIVE_INFINITY;

  constructor(receiver: DatagramReceiver) {
    this.#receiver = receiver;
    this.#fragments = new FragmentTable(this.problems);
  }

  /** Reads one captured packet, which lies at start ≤ o < end and was `originalOctets` long on the wire. */
  packet(
    bytes: Uint8Array,
    view: DataView,
    start: number,
    end: number,
    originalOctets: number,
    timeMs: number,
    linkType: number,
    recordOffset: number,
  ): void {
    this.packets++;
    const network = networkOffset(linkType, view, start, end);
    if (network < 0) {
      if (network === LINK_TYPE_UNKNOWN) this.skipped.add(`link type ${linkTypeName(linkType)} is not read`);
      else if (network === CUT_SHORT) this.#cut(start, end, originalOctets);
      else this.skipped.add('not IP');
      return;
    }
    if (network >= end) {
      this.#cut(start, end, originalOctets);
      return;
    }
    const meta = this.#meta;
    meta.timeMs = timeMs;
    meta.recordOffset = recordOffset;
    const version = view.getUint8(network) >> 4;
    const cutByCapture = end - start < originalOctets;
    if (version === 4) this.#ipv4(bytes, view, network, end, cutByCapture);
    else if (version === 6) this.#ipv6(bytes, view, network, end, cutByCapture);
    else this.skipped.add('not IP');
  }

  /** Counts what is still waiting for its other fragments. */
  finish(): void {
    this.#fragments.finish();
  }

  #cut(start: number, end: number, originalOctets: number): void {
    this.problems.add(end - start < originalOctets ? CUT_BY_CAPTURE : 'packet too short for its headers');
  }

  #ipv4(bytes: Uint8Array, view: DataView, ip: number, end: number, cutByCapture: boolean): void {
    if (ip + 20 > end) {
      this.problems.add(cutByCapture ? CUT_BY_CAPTURE : 'packet too short for its headers');
      return;
    }
    if (view.getUint8(ip + 9) !== UDP) {
      this.skipped.add('not UDP');
      return;
    }
    const headerOctets = (view.getUint8(ip) & 15) * 4;
    // A total length of 0 is what segmentation offload leaves in a capture made on the sender.
    const totalOctets = view.getUint16(ip + 2) || end - ip;
    if (headerOctets < 20 || totalOctets < headerOctets || ip + headerOctets > end) {
      this.problems.add('IP header with impossible lengths');
      return;
    }
    const stated = ip + totalOctets;
    const meta = this.#meta;
    meta.sourceType = 4;
    meta.sourceIp = ip + 12;
    meta.destinationIp = ip + 16;
    const fragment = view.getUint16(ip + 6);
    if ((fragment & 0x3fff) !== 0) {
      this.#fragment(
        bytes,
        4,
        view.getUint16(ip + 4),
        UDP,
        (fragment & 0x1fff) * 8,
        (fragment & 0x2000) !== 0,
        ip + headerOctets,
        stated,
        end,
      );
      return;
    }
    this.#udp(bytes, view, ip + headerOctets, stated, end, cutByCapture);
  }

  /** RFC 8200: extension headers each say what follows and, but for the fragment header, how long they are. */
  #ipv6(bytes: Uint8Array, view: DataView, ip: number, end: number, cutByCapture: boolean): void {
    if (ip + 40 > end) {
      this.problems.add(cutByCapture ? CUT_BY_CAPTURE : 'packet too short for its headers');
      return;
    }
    // A payload length of 0 is a jumbogram's, or left by segmentation offload.
    const payloadOctets = view.getUint16(ip + 4) || end - ip - 40;
    const stated = ip + 40 + payloadOctets;
    const meta = this.#meta;
    meta.sourceType = 6;
    meta.sourceIp = ip + 8;
    meta.destinationIp = ip + 24;
    let next = view.getUint8(ip + 6);
    let offset = ip + 40;
    while (next !== UDP) {
      if (!isExtension(next)) {
        this.skipped.add('not UDP');
        return;
      }
      if (offset + 8 > end) {
        this.problems.add(cutByCapture ? CUT_BY_CAPTURE : 'packet too short for its headers');
        return;
      }
      const following = view.getUint8(offset);
      if (next === IPV6_FRAGMENT) {
        const word = view.getUint16(offset + 2);
        if ((word & 0xfff9) !== 0) {
          const id = view.getUint32(offset + 4);
          this.#fragment(bytes, 6, id, following, word & 0xfff8, (word & 1) !== 0, offset + 8, stated, end);
          return;
        }
        offset += 8;
      } else {
        const units = view.getUint8(offset + 1);
        offset += next === IPV6_AUTHENTICATION ? (units + 2) * 4 : (units + 1) * 8;
      }
      next = following;
    }
    this.#udp(bytes, view, offset, stated, end, cutByCapture);
  }

  #fragment(
    bytes: Uint8Array,
    family: 4 | 6,
    id: number,
    protocol: number,
    at: number,
    more: boolean,
    start: number,
    stated: number,
    end: number,
  ): void {
    if (protocol !== UDP) {
      this.skipped.add('not UDP');
      return;
    }
    if (stated > end) {
      this.problems.add('fragment cut off by the capture length');
      return;
    }
    const meta = this.#meta;
    const whole = this.#fragments.add(
      bytes,
      meta.sourceIp,
      meta.destinationIp,
      family === 4 ? 4 : 16,
      id,
      protocol,
      at,
      more,
      start,
      stated,
      meta.timeMs,
    );
    if (!whole) {
      this.skipped.add('IP fragment, put together with its others');
      return;
    }
    meta.sourceIp = REASSEMBLED_SOURCE;
    meta.destinationIp = REASSEMBLED_DESTINATION;
    const view = new DataView(whole.buffer, whole.byteOffset, whole.byteLength);
    this.#udp(whole, view, REASSEMBLED_PAYLOAD, whole.length, whole.length, false);
  }

  /** `stated` is where the IP packet says it ends, `end` where the captured octets do. */
  #udp(
    bytes: Uint8Array,
    view: DataView,
    udp: number,
    stated: number,
    end: number,
    cutByCapture: boolean,
  ): void {
    if (udp + 8 > end || udp + 8 > stated) {
      this.problems.add(cutByCapture ? CUT_BY_CAPTURE : 'packet too short for its headers');
      return;
    }
    const length = view.getUint16(udp + 4);
    if ((length !== 0 && length < 8) || udp + length > stated) {
      this.problems.add('UDP length at odds with the packet');
      if (length < 8) return;
    }
    const payload = udp + 8;
    const payloadEnd = length === 0 ? stated : Math.min(udp + length, stated);
    const present = Math.min(payloadEnd, end);
    if (!looksLikeSflow(view, payload, present)) {
      if (present < payloadEnd) this.problems.add(CUT_BY_CAPTURE);
      else this.#foreign(view, payload, present);
      return;
    }
    const meta = this.#meta;
    meta.truncated = present < payloadEnd;
    // Handed on all the same: whole samples before the cut are good.
    if (meta.truncated) this.problems.add(CUT_BY_CAPTURE);
    meta.sourcePort = view.getUint16(udp);
    meta.destinationPort = view.getUint16(udp + 2);
    meta.index = this.datagrams++;
    this.octets += present - payload;
    if (meta.timeMs < this.firstMs) this.firstMs = meta.timeMs;
    if (meta.timeMs > this.lastMs) this.lastMs = meta.timeMs;
    this.#receiver.datagram(bytes, view, payload, present, meta);
  }

  #foreign(view: DataView, start: number, end: number): void {
    const looks = classifyPayload(view, start, end);
    this.skipped.add(looks === 'unknown' ? 'UDP, but not sFlow' : `${looks}, not sFlow`);
  }
}

const IPV6_FRAGMENT = 44;
const IPV6_AUTHENTICATION = 51;

/** Hop-by-hop, routing, fragment, authentication, destination options, mobility, HIP, shim6. */
function isExtension(protocol: number): boolean {
  return (
    protocol === 0 ||
    protocol === 43 ||
    protocol === IPV6_FRAGMENT ||
    protocol === IPV6_AUTHENTICATION ||
    protocol === 60 ||
    protocol === 135 ||
    protocol === 139 ||
    protocol === 140
  );
}
