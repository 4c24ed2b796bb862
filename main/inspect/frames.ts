/**
 * Sampled headers as a pcap file of packets (microseconds, Ethernet), each as long as was sampled, its original
 * length the frame's. A pcap file has one link type, so a header that is no Ethernet frame but can follow one (IPv4,
 * IPv6, MPLS) gets an Ethernet header in front, made up but for its type; the original length counts it. Other
 * kinds (802.11, PPP, frame relay …) cannot be written and are counted.
 */
const FILE_HEADER_OCTETS = 24;
const RECORD_HEADER_OCTETS = 16;
const ETHERNET_OCTETS = 14;
const SNAP_OCTETS = 262_144;
const LINK_TYPE_ETHERNET = 1;
/** header_protocol of sflow_version_5.txt that is an Ethernet frame, and those that can follow an Ethernet header. */
const ETHERNET_FRAME = 1;
const ETHER_TYPES: Readonly<Record<number, number>> = { 11: 0x0800, 12: 0x86dd, 13: 0x8847 };

export class FrameWriter {
  packets = 0;
  /** Headers that cannot stand in an Ethernet file. */
  refused = 0;
  #bytes = new Uint8Array(64 * 1024);
  #view = new DataView(this.#bytes.buffer);
  #length = FILE_HEADER_OCTETS;

  constructor() {
    const view = this.#view;
    view.setUint32(0, 0xa1b2c3d4, true);
    view.setUint16(4, 2, true);
    view.setUint16(6, 4, true);
    view.setUint32(16, SNAP_OCTETS, true);
    view.setUint32(20, LINK_TYPE_ETHERNET, true);
  }

  /** Octets of the file so far. */
  get octets(): number {
    return this.#length;
  }

  /** Appends the header at start ≤ o < end of `bytes`; `protocol` and `frameLength` are as the agent states them. */
  append(
    bytes: Uint8Array,
    start: number,
    end: number,
    protocol: number,
    frameLength: number,
    timeMs: number,
  ): void {
    const etherType = ETHER_TYPES[protocol];
    if (protocol !== ETHERNET_FRAME && etherType === undefined) {
      this.refused++;
      return;
    }
    const made = etherType === undefined ? 0 : ETHERNET_OCTETS;
    const octets = made + end - start;
    this.#makeRoom(RECORD_HEADER_OCTETS + octets);
    const view = this.#view;
    const at = this.#length;
    const microseconds = Math.max(0, Math.round(timeMs * 1000));
    view.setUint32(at, Math.floor(microseconds / 1e6), true);
    view.setUint32(at + 4, microseconds % 1e6, true);
    view.setUint32(at + 8, octets, true);
    // No packet was longer on the wire than what was kept of it, whatever the agent says.
    view.setUint32(at + 12, Math.max(octets, Math.min(made + frameLength, 0xffff_ffff)), true);
    const packet = at + RECORD_HEADER_OCTETS;
    if (etherType !== undefined) {
      // Locally administered: 02:00:00:00:00:02 from 02:00:00:00:00:01.
      view.setUint32(packet, 0x02000000);
      view.setUint32(packet + 4, 0x00020200);
      view.setUint32(packet + 8, 0x00000001);
      view.setUint16(packet + 12, etherType);
    }
    this.#bytes.set(bytes.subarray(start, end), packet + made);
    this.#length = packet + octets;
    this.packets++;
  }

  /** The whole file; the writer is done with it. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  #makeRoom(octets: number): void {
    if (this.#length + octets <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + octets));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}
