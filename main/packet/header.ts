/**
 * A sampled header, parsed: one reused object of numbers and offsets, so that a flow key reads the octets it
 * wants and nothing is allocated per sample. Layer 0 is the outermost packet; a tunnel's inner packet is
 * layer 1, 2, 3. An absent field is -1; what the header was cut off before is absent, never 0 or stale.
 */

export const MAX_LAYERS = 4;
export const MAX_VLANS = 4;
export const MAX_LABELS = 16;
/** Protocol headers recorded per packet; what lies behind them is left unread. */
export const MAX_STEPS = 32;

/** One packet: its link, network and transport fields. Offsets are into `PacketHeader.bytes`. */
export class Layer {
  /** Ethernet: offset of the destination MAC (source MAC at +6), or -1. */
  ethernet = -1;
  /**
   * Offsets of the two MAC addresses wherever they stand: an Ethernet header, 802.11, or a record that stands in
   * for a header (where they do not follow each other, and `ethernet` is -1).
   */
  destinationMac = -1;
  sourceMac = -1;
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
  /** VLAN tags and labels beyond those kept. */
  tagsPassed = 0;
  /** ARP: offset of its fixed header, or -1. */
  arp = -1;
  /** 4, 6, or 0 where there is no IP. */
  ipVersion = 0;
  /** Offset of the IP header; -1 where the addresses came from a record that has none. */
  ip = -1;
  /** Offsets of the addresses: 4 octets each (IPv4) or 16 (IPv6); -1 absent. */
  sourceIp = -1;
  destinationIp = -1;
  /** What stands at `transport`: the protocol behind IPv6 extension headers and AH; -1 where it was cut off. */
  ipProtocol = -1;
  /** IPv6 extension headers (and AH) that were passed. */
  extensionCount = 0;
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
  /** 1 where more fragments follow, 0 where none do; -1 absent (IPv6 without a fragment header). */
  moreFragments = -1;
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
  /** Virtual network id of the tunnel header that follows this layer (VXLAN, GENEVE, NVGRE, 802.1ah), or -1. */
  vni = -1;
  /** The tunnel header that follows this layer: its protocol (see protocols.ts, 0 none) and offset. */
  tunnelProtocol = 0;
  tunnel = -1;
  /** Offset of a tunnel's 32-bit key: GRE key, GTP-U TEID, L2TPv3 session id; -1 absent. */
  tunnelKey = -1;
  /** Offset of the DNS header, or of the InfiniBand base transport header; -1 absent. */
  dns = -1;
  baseTransport = -1;
  /** Offset of the octets behind the transport header; -1 where the sample has none of them. */
  payload = -1;

  /** Every field absent. */
  clear(): void {
    this.ethernet = -1;
    this.destinationMac = -1;
    this.sourceMac = -1;
    this.etherType = -1;
    this.vlanCount = 0;
    this.labelCount = 0;
    this.tagsPassed = 0;
    this.arp = -1;
    this.ipVersion = 0;
    this.ip = -1;
    this.sourceIp = -1;
    this.destinationIp = -1;
    this.ipProtocol = -1;
    this.extensionCount = 0;
    this.tos = -1;
    this.ttl = -1;
    this.ipLength = -1;
    this.ipId = -1;
    this.ipFlags = -1;
    this.fragmentOffset = -1;
    this.moreFragments = -1;
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
    this.tunnelProtocol = 0;
    this.tunnel = -1;
    this.tunnelKey = -1;
    this.dns = -1;
    this.baseTransport = -1;
    this.payload = -1;
  }
}

export class PacketHeader {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(new ArrayBuffer(0));
  start = 0;
  end = 0;
  /**
   * How many of `layers` are filled: at least 1 where anything was understood. Layers from here on are leftovers
   * of earlier packets, except layer 0, which is always cleared.
   */
  depth = 0;
  readonly layers: readonly [Layer, Layer, Layer, Layer] = [
    new Layer(),
    new Layer(),
    new Layer(),
    new Layer(),
  ];
  /** The header ended before the last layer begun could be read whole. */
  truncated = false;
  /**
   * Every protocol header that was recognised, outermost first: its protocol (see protocols.ts) and where it
   * begins. From this the stack string is made, and the layers that a person sees.
   */
  stepCount = 0;
  readonly stepProtocol = new Uint8Array(MAX_STEPS);
  readonly stepOffset = new Uint32Array(MAX_STEPS);
}
