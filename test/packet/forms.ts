/** One whole frame of every form that the parser reads, for tests that cut, change and repeat them. */
import * as f from './frames.ts';

export const SEGMENT = f.tcp({ options: f.hex('020405b4') }, f.hex('00112233'));
export const PACKET = f.ipv4({ source: '10.1.1.1' }, SEGMENT);
export const FRAME = f.ethernet({ vlans: [{ id: 7, priority: 3 }] }, PACKET);

/** www.example.com is an alias of org.example.com, which has an address. */
export const DNS_RESPONSE = f.dns({
  response: true,
  answerCount: 2,
  answers: f.hex('c00c 0005 0001 0000003c 0006 036f7267 c010  c02d 0001 0001 0000003c 0004 0a000001'),
});

export const LLDP_FRAME = f.lldp([
  [1, f.hex('04 020000000001')],
  [2, f.hex('05 73777031')],
  [3, f.hex('0078')],
  [5, f.hex('6c656166 31')],
  [8, f.hex('05 01 0a000001 02 00000001 00')],
  [127, f.hex('0080c2 01 0001')],
]);

const CDP_FRAME = f.hex(
  '02b4 0000  0001 0009 6c65616631  0003 0008 73777031  000a 0006 0064  000b 0005 01  00ff 0005 7f',
);

const SPANNING_TREE =
  '0000 02 02 3c 8000 020000000001 00000004 8000 020000000002 8001 0100 1400 0200 0f00 00';

/** One frame of every form, by header protocol. */
export const FORMS: readonly (readonly [name: string, frame: Uint8Array, headerProtocol: number])[] = [
  ['TCP over VLAN', FRAME, 1],
  ['two tags', f.ethernet({ vlans: [{ id: 1 }, { id: 2 }] }, PACKET), 1],
  ['ARP', f.ethernet({}, f.arp()), 1],
  ['LLC SNAP', f.ethernet({}, f.llc({ organisation: 0 }, PACKET)), 1],
  ['IPv4 options', f.ethernet({}, f.ipv4({ options: new Uint8Array(8) }, SEGMENT)), 1],
  [
    'IPv6 extensions',
    f.ethernet({}, f.ipv6({}, f.extension(0, f.extension(43, f.fragment({ more: true }, SEGMENT))))),
    1,
  ],
  ['AH', f.ethernet({}, f.ipv4({}, f.authentication(SEGMENT))), 1],
  ['ICMP', f.ethernet({}, f.ipv4({}, f.icmp({ type: 3 }, PACKET))), 1],
  ['DNS', f.ethernet({}, f.ipv4({}, f.udp({}, f.dns()))), 1],
  ['SCTP', f.ethernet({}, f.ipv4({}, f.sctp())), 1],
  ['DCCP', f.ethernet({}, f.ipv4({}, f.dccp())), 1],
  ['MPLS', f.ethernet({}, f.mpls([1, 2, 3], PACKET)), 1],
  ['pseudowire', f.ethernet({}, f.mpls([1], f.join(new Uint8Array(4), FRAME))), 1],
  ['PPPoE', f.ethernet({}, f.pppoe(f.ppp(PACKET))), 1],
  ['VXLAN', f.ethernet({}, f.ipv4({}, f.udp({}, f.vxlan(1, FRAME)))), 1],
  ['VXLAN-GPE NSH', f.ethernet({}, f.ipv4({}, f.udp({}, f.vxlanGpe(1, f.nsh(FRAME, 3))))), 1],
  ['GENEVE', f.ethernet({}, f.ipv4({}, f.udp({}, f.geneve(1, FRAME, new Uint8Array(8))))), 1],
  ['GRE', f.ethernet({}, f.ipv4({}, f.gre(FRAME, { key: 1, checksum: true, sequence: 1 }))), 1],
  ['ERSPAN', f.ethernet({}, f.ipv4({}, f.erspan(FRAME))), 1],
  ['GTP-U', f.ethernet({}, f.ipv4({}, f.udp({}, f.gtpUser(1, PACKET, { extensions: true })))), 1],
  ['L2TPv3', f.ethernet({}, f.ipv4({}, f.l2tpV3(1, FRAME))), 1],
  ['L2TP', f.ethernet({}, f.ipv4({}, f.udp({}, f.l2tp(f.ppp(PACKET), { length: true, offset: 2 })))), 1],
  ['EtherIP', f.ethernet({}, f.ipv4({}, f.etherIp(FRAME))), 1],
  ['IP in IP', f.ethernet({}, f.ipv4({}, PACKET)), 1],
  ['provider backbone', f.ethernet({}, f.backbone(1, FRAME)), 1],
  ['RoCE v1', f.ethernet({}, f.globalRoute(f.baseTransport())), 1],
  ['RoCE v2', f.ethernet({}, f.ipv4({}, f.udp({}, f.baseTransport()))), 1],
  ['ICMPv6 error', f.ethernet({}, f.ipv6({}, f.icmpv6({ type: 1, code: 4 }, f.ipv6({}, SEGMENT)))), 1],
  ['IGMP', f.ethernet({}, f.ipv4({}, f.igmp())), 1],
  ['ESP', f.ethernet({}, f.ipv4({}, f.esp())), 1],
  ['UDP-Lite', f.ethernet({}, f.ipv4({}, f.udpLite())), 1],
  ['DNS response', f.ethernet({}, f.ipv4({}, f.udp({ sourcePort: 53 }, DNS_RESPONSE))), 1],
  ['LLDP', f.ethernet({}, LLDP_FRAME), 1],
  ['CDP', f.ethernet({}, f.llc({ organisation: 0x0c, protocol: 0x2000 }, CDP_FRAME)), 1],
  ['spanning tree', f.ethernet({}, f.llc({}, f.hex(SPANNING_TREE))), 1],
  ['PPP', f.ppp(PACKET, { addressControl: true }), 7],
  ['IPv4', PACKET, 11],
  ['IPv6', f.ipv6({}, f.icmpv6()), 12],
  ['MPLS alone', f.mpls([1, 2], PACKET), 13],
  ['802.11', f.wifi(f.llc({ organisation: 0 }, PACKET)), 15],
  ['A-MPDU', f.join(f.hex('0000004e'), f.wifi(f.llc({ organisation: 0 }, PACKET))), 16],
  ['InfiniBand', f.join(f.hex('0003000000000000'), f.globalRoute(f.baseTransport())), 18],
];
