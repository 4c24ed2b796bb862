/**
 * A sampled header, parsed: one reused object of numbers and offsets, so that a flow key reads the octets it
 * wants and nothing is allocated per sample. Layer 0 is the outermost packet; a tunnel's inner packet is
 * layer 1, 2, 3. An absent field is -1; what the header was cut off before is absent, never 0 or stale.
 */

export const MAX_LAYERS = 4;
export const MAX_VLANS = 4;
export const MAX_LABELS = 16;

/** One packet: its link, network and transport fields. Offsets are into `PacketHeader.bytes`. */
export class Layer {
  /** Ethernet: offset of the destination MAC (source MAC at +6), or -1. */
  ethernet = -1;
  /** The ethertype behind all VLAN tags; below 1536 the length of an 802.3 frame. -1 absent. */
  etherType = -1;
  vlanCount = 0;
  /** Outermost first: VLAN id, priority (PCP) and TPID of each tag. */
  readonly vlan = new Int32Array(MAX_VLANS);
  readonly priority = new Int32Array(MAX_VLANS);
  readonly tpid = new Int32Array(MAX_VLANS);
  labelCount = 0;
  /** MPLS label stack, outermost first, each the whole 32-bit entry. */
  readonly label = new Uint32Array(MAX_LABELS);
  /** ARP: offset of its fixed header, or -1. */
  arp = -1;
  /** 4, 6, or 0 where there is no IP. */
  ipVersion = 0;
  /** Offset of the IP header; -1 where the addresses came from a record that has none. */
  ip = -1;
  /** Offsets of the addresses: 4 octets each (IPv4) or 16 (IPv6); -1 absent. */
  sourceIp = -1;
  destinationIp = -1;
  ipProtocol = -1;
  /** Type of service / traffic class octet. */
  tos = -1;
  ttl = -1;
  /** IPv4 total length, or IPv6 payload length + 40. Octets. */
  ipLength = -1;
  ipId = -1;
  /** The three flag bits of IPv4 (reserved, DF, MF), -1 absent. */
  ipFlags = -1;
  /** In units of 8 octets; -1 absent. A non-first fragment has no ports. */
  fragmentOffset = -1;
  flowLabel = -1;
  /** Offset of the header behind IP and its extensions (TCP, UDP, ICMP …), or -1. */
  transport = -1;
  sourcePort = -1;
  destinationPort = -1;
  /** Nine bits, NS highest; -1 absent. */
  tcpFlags = -1;
  tcpWindow = -1;
  udpLength = -1;
  icmpType = -1;
  icmpCode = -1;
  /** Virtual network id of the tunnel header that follows this layer (VXLAN, GENEVE, NVGRE), or -1. */
  vni = -1;
  /** Offset of the octets behind the transport header, or -1. */
  payload = -1;

  /** Every field absent. */
  clear(): void {
    this.ethernet = -1;
    this.etherType = -1;
    this.vlanCount = 0;
    this.labelCount = 0;
    this.arp = -1;
    this.ipVersion = 0;
    this.ip = -1;
    this.sourceIp = -1;
    this.destinationIp = -1;
    this.ipProtocol = -1;
    this.tos = -1;
    this.ttl = -1;
    this.ipLength = -1;
    this.ipId = -1;
    this.ipFlags = -1;
    this.fragmentOffset = -1;
    this.flowLabel = -1;
    this.transport = -1;
    this.sourcePort = -1;
    this.destinationPort = -1;
    this.tcpFlags = -1;
    this.tcpWindow = -1;
    this.udpLength = -1;
    this.icmpType = -1;
    this.icmpCode = -1;
    this.vni = -1;
    this.payload = -1;
  }
}

export class PacketHeader {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(new ArrayBuffer(0));
  start = 0;
  end = 0;
  /** How many of `layers` are filled: at least 1 where anything was understood. */
  depth = 0;
  readonly layers: readonly [Layer, Layer, Layer, Layer] = [
    new Layer(),
    new Layer(),
    new Layer(),
    new Layer(),
  ];
  /** The header ended before the last layer begun could be read whole. */
  truncated = false;
}
