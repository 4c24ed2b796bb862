/**
 * A sampled header for people: the inspector's tree and `decode --format full`. What follows what is the
 * parser's business (parse.ts); here each header that it recognised is given its name, its fields and their
 * place in the octets, and a line that says what matters. It may allocate, and never throws.
 */
import type { DescribedLayer } from '../../shared/model/packet.ts';
import { describeCdp, describeLldp } from './describe/discovery.ts';
import { describeDns } from './describe/dns.ts';
import { Fields } from './describe/fields.ts';
import * as icmp from './describe/icmp.ts';
import type { Describer } from './describe/layer.ts';
import * as link from './describe/link.ts';
import * as network from './describe/network.ts';
import { describeBaseTransport } from './describe/rdma.ts';
import * as transport from './describe/transport.ts';
import * as tunnel from './describe/tunnel.ts';
import { PacketHeader } from './header.ts';
import { parseHeader } from './parse.ts';
import * as protocol from './protocols.ts';

/** A header that is recognised and not read further. */
const nameOnly: Describer = () => ({ length: 0, summary: '' });

const LAYERS: Readonly<Record<number, readonly [name: string, describe: Describer]>> = {
  [protocol.ETHERNET]: ['Ethernet', link.describeEthernet],
  [protocol.VLAN]: ['VLAN', link.describeVlan],
  [protocol.LLC]: ['LLC', link.describeLlc],
  [protocol.SNAP]: ['SNAP', link.describeSnap],
  [protocol.STP]: ['Spanning tree', link.describeSpanningTree],
  [protocol.CDP]: ['CDP', describeCdp],
  [protocol.LLDP]: ['LLDP', describeLldp],
  [protocol.PPPOE]: ['PPPoE', link.describePppoe],
  [protocol.PPP]: ['PPP', link.describePpp],
  [protocol.HDLC]: ['Cisco HDLC', link.describeHdlc],
  [protocol.MPLS]: ['MPLS', link.describeMpls],
  [protocol.PBB]: ['Provider backbone', link.describeBackbone],
  [protocol.ARP]: ['ARP', link.describeArp],
  [protocol.IPV4]: ['IPv4', network.describeIpv4],
  [protocol.IPV6]: ['IPv6', network.describeIpv6],
  [protocol.AH]: ['AH', network.describeAuthentication],
  [protocol.ESP]: ['ESP', network.describeEncapsulation],
  [protocol.TCP]: ['TCP', transport.describeTcp],
  [protocol.UDP]: ['UDP', transport.describeUdp],
  [protocol.SCTP]: ['SCTP', transport.describeSctp],
  [protocol.DCCP]: ['DCCP', transport.describeDccp],
  [protocol.UDP_LITE]: ['UDP-Lite', transport.describeUdpLite],
  [protocol.ICMP]: ['ICMP', icmp.describeIcmp],
  [protocol.ICMPV6]: ['ICMPv6', icmp.describeIcmpv6],
  [protocol.IGMP]: ['IGMP', icmp.describeIgmp],
  [protocol.GRE]: ['GRE', tunnel.describeGre],
  [protocol.ERSPAN]: ['ERSPAN', tunnel.describeErspan],
  [protocol.VXLAN]: ['VXLAN', tunnel.describeVxlan],
  [protocol.VXLAN_GPE]: ['VXLAN-GPE', tunnel.describeVxlanGpe],
  [protocol.GENEVE]: ['GENEVE', tunnel.describeGeneve],
  [protocol.GTP_U]: ['GTP-U', tunnel.describeGtpUser],
  [protocol.L2TP]: ['L2TP', tunnel.describeL2tp],
  [protocol.L2TP_V3]: ['L2TPv3', tunnel.describeL2tpV3],
  [protocol.ETHER_IP]: ['EtherIP', tunnel.describeEtherIp],
  [protocol.NSH]: ['NSH', tunnel.describeNsh],
  [protocol.DNS]: ['DNS', describeDns],
  [protocol.GRH]: ['InfiniBand global route', link.describeGlobalRoute],
  [protocol.BTH]: ['InfiniBand base transport', describeBaseTransport],
  [protocol.LRH]: ['InfiniBand local route', link.describeLocalRoute],
  [protocol.WIFI]: ['802.11', link.describeWifi],
  [protocol.OSPF]: ['OSPF', nameOnly],
  [protocol.PIM]: ['PIM', nameOnly],
  [protocol.VRRP]: ['VRRP', nameOnly],
  [protocol.EIGRP]: ['EIGRP', nameOnly],
  [protocol.RSVP]: ['RSVP', nameOnly],
  [protocol.SLOW]: ['Slow protocols', link.describeSlow],
  [protocol.EAPOL]: ['EAPOL', nameOnly],
  [protocol.PTP]: ['PTP', nameOnly],
  [protocol.MACSEC]: ['MACsec', nameOnly],
  [protocol.FCOE]: ['FCoE', nameOnly],
};

/** sFlow header_protocol values that the parser leaves as octets. */
const UNREAD_PROTOCOLS: Readonly<Record<number, string>> = {
  2: 'Token bus',
  3: 'Token ring',
  4: 'FDDI',
  5: 'Frame relay',
  6: 'X.25',
  8: 'SMDS',
  9: 'AAL5',
  10: 'IP over AAL5',
  14: 'Packet over SONET',
};

/** What stands between a header and the next without being one, by the header in front of it. */
const BETWEEN: Readonly<Record<number, string>> = {
  [protocol.DONE]: 'Delimiter',
  [protocol.VLAN]: 'More VLAN tags',
  [protocol.MPLS]: 'Control word',
  [protocol.L2TP_V3]: 'Cookie',
};

/** header_protocol of a bare IP packet, by which a quoted one is read. */
const BARE_IP = 11;

/**
 * The layers of the sampled header at start ≤ o < end of `bytes`, outermost first; behind ICMP errors the packet
 * that they quote; last, as 'Payload', the octets that nothing was read from. Together they cover all of it. Offsets are into `bytes`.
 */
export function describeHeader(
  bytes: Uint8Array,
  start: number,
  end: number,
  headerProtocol: number,
): DescribedLayer[] {
  const from = Math.max(0, Math.min(start, bytes.length));
  const to = Math.max(from, Math.min(end, bytes.length));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const layers = describePart(bytes, view, from, to, headerProtocol, '');
  const behind = layers.reduce((furthest, layer) => Math.max(furthest, layer.offset + layer.length), from);
  if (behind < to) {
    const name = layers.length === 0 ? UNREAD_PROTOCOLS[headerProtocol] : undefined;
    layers.push(unreadLayer(name ?? 'Payload', behind, to));
  }
  return layers;
}

function unreadLayer(name: string, offset: number, end: number): DescribedLayer {
  const octets = end - offset;
  return {
    name,
    word: '',
    summary: octets === 1 ? '1 octet' : `${octets} octets`,
    offset,
    length: octets,
    cut: false,
    fields: [],
  };
}

/** `quoted` is put behind each layer's name; what a quoted packet quotes is left as octets. */
function describePart(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
  headerProtocol: number,
  quoted: string,
): DescribedLayer[] {
  const header = new PacketHeader();
  parseHeader(header, bytes, view, start, end, headerProtocol);
  const layers: DescribedLayer[] = [];
  let behind = start;
  for (let step = 0; step < header.stepCount; step++) {
    const number = header.stepProtocol[step]!;
    const offset = header.stepOffset[step]!;
    if (behind < offset) {
      const name = BETWEEN[step === 0 ? protocol.DONE : header.stepProtocol[step - 1]!] ?? 'Unread';
      layers.push(unreadLayer(name + quoted, behind, offset));
    }
    const [name, describe] = LAYERS[number] ?? [protocol.STACK_WORDS[number]!, nameOnly];
    const fields = new Fields(bytes, view, offset, end);
    const { length, summary } = describe(fields);
    // A tag stands behind the type that announces it: Ethernet ends where the next header begins.
    const next = step + 1 < header.stepCount ? header.stepOffset[step + 1]! : end;
    behind = offset + Math.max(0, Math.min(length, next - offset));
    layers.push({
      name: name + quoted,
      word: protocol.STACK_WORDS[number]!,
      summary,
      offset,
      length: behind - offset,
      cut: fields.cut || offset + length > end,
      fields: fields.list,
    });
  }
  if (quoted === '' && behind < end && quotes(header)) {
    layers.push(...describePart(bytes, view, behind, end, BARE_IP, ', quoted'));
  }
  return layers;
}

/** Whether the last header is an ICMP error, which carries the beginning of the packet it is about. */
function quotes(header: PacketHeader): boolean {
  if (header.stepCount === 0) return false;
  const number = header.stepProtocol[header.stepCount - 1];
  const layer = header.layers[Math.max(0, header.depth - 1)]!;
  if (number === protocol.ICMP) return icmp.quotesPacket(4, layer.icmpType);
  return number === protocol.ICMPV6 && icmp.quotesPacket(6, layer.icmpType);
}
