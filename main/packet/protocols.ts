/**
 * The protocols that the header parser knows, and the tables that say which of them comes next. Each protocol
 * has a small number, so that a table of 65,536 ethertypes or ports is a flat array of octets and the parser's
 * loop is one look-up per header. To add one: a number and its word here, its line in the table it is found
 * by, its reader in parse.ts.
 */

/** Nothing (known) follows. */
export const DONE = 0;
export const ETHERNET = 1;
export const VLAN = 2;
export const LLC = 3;
export const SNAP = 4;
export const STP = 5;
export const CDP = 6;
export const LLDP = 7;
export const PPPOE = 8;
export const PPP = 9;
export const MPLS = 10;
export const PBB = 11;
export const ARP = 12;
export const IPV4 = 13;
export const IPV6 = 14;
export const AH = 15;
export const ESP = 16;
export const TCP = 17;
export const UDP = 18;
export const SCTP = 19;
export const DCCP = 20;
export const UDP_LITE = 21;
export const ICMP = 22;
export const ICMPV6 = 23;
export const IGMP = 24;
export const GRE = 25;
export const ERSPAN = 26;
export const VXLAN = 27;
export const VXLAN_GPE = 28;
export const GENEVE = 29;
export const GTP_U = 30;
export const L2TP = 31;
export const L2TP_V3 = 32;
export const ETHER_IP = 33;
export const NSH = 34;
export const DNS = 35;
export const GRH = 36;
export const BTH = 37;
export const LRH = 38;
export const WIFI = 39;
export const OSPF = 40;
export const PIM = 41;
export const VRRP = 42;
export const EIGRP = 43;
export const RSVP = 44;
export const SLOW = 45;
export const EAPOL = 46;
export const PTP = 47;
export const MACSEC = 48;
export const FCOE = 49;
export const HDLC = 50;
/** Ways into a packet that are not a header of their own: they choose one. */
export const IP_BY_VERSION = 51;
export const WIFI_AGGREGATE = 52;

export const PROTOCOL_COUNT = 53;

/** The word of each protocol in a stack string such as `eth.vlan.ip.udp.vxlan.eth.ip.tcp`, by its number. */
export const STACK_WORDS: readonly string[] = [
  '',
  'eth',
  'vlan',
  'llc',
  'snap',
  'stp',
  'cdp',
  'lldp',
  'pppoe',
  'ppp',
  'mpls',
  'pbb',
  'arp',
  'ip',
  'ip6',
  'ah',
  'esp',
  'tcp',
  'udp',
  'sctp',
  'dccp',
  'udplite',
  'icmp',
  'icmp6',
  'igmp',
  'gre',
  'erspan',
  'vxlan',
  'vxlangpe',
  'geneve',
  'gtpu',
  'l2tp',
  'l2tpv3',
  'etherip',
  'nsh',
  'dns',
  'grh',
  'ibbt',
  'lrh',
  'wlan',
  'ospf',
  'pim',
  'vrrp',
  'eigrp',
  'rsvp',
  'slow',
  'eapol',
  'ptp',
  'macsec',
  'fcoe',
  'hdlc',
  '',
  '',
];

type Line = readonly [number: number, protocol: number];

function table(size: number, lines: readonly Line[]): Uint8Array {
  const protocols = new Uint8Array(size);
  for (const [number, protocol] of lines) protocols[number] = protocol;
  return protocols;
}

/** Protocol by ethertype. VLAN tags are no line here: they are read together with the type behind them. */
export const BY_ETHERTYPE = table(65_536, [
  [0x0800, IPV4],
  [0x0806, ARP],
  [0x6558, ETHERNET],
  [0x86dd, IPV6],
  [0x8809, SLOW],
  [0x880b, PPP],
  [0x8847, MPLS],
  [0x8848, MPLS],
  [0x8863, PPPOE],
  [0x8864, PPPOE],
  [0x888e, EAPOL],
  [0x88cc, LLDP],
  [0x88e5, MACSEC],
  [0x88e7, PBB],
  [0x88f7, PTP],
  [0x8906, FCOE],
  [0x8915, GRH],
  [0x894f, NSH],
]);

/** Protocol by IP protocol number. IPv6 extension headers are read together with the IPv6 header. */
export const BY_IP_PROTOCOL = table(256, [
  [1, ICMP],
  [2, IGMP],
  [4, IPV4],
  [6, TCP],
  [17, UDP],
  [33, DCCP],
  [41, IPV6],
  [46, RSVP],
  [47, GRE],
  [50, ESP],
  [51, AH],
  [58, ICMPV6],
  [88, EIGRP],
  [89, OSPF],
  [94, IPV4],
  [97, ETHER_IP],
  [103, PIM],
  [112, VRRP],
  [115, L2TP_V3],
  [132, SCTP],
  [136, UDP_LITE],
  [137, MPLS],
]);

/** Protocol by UDP destination port; DNS also by source port. */
export const BY_UDP_PORT = table(65_536, [
  [53, DNS],
  [1701, L2TP],
  [2152, GTP_U],
  [4789, VXLAN],
  [4790, VXLAN_GPE],
  [4791, BTH],
  [5353, DNS],
  [5355, DNS],
  [6081, GENEVE],
  [6635, MPLS],
  [8472, VXLAN],
]);

/** Protocol by PPP protocol number (RFC 1661). */
export const BY_PPP_PROTOCOL = table(65_536, [
  [0x0021, IPV4],
  [0x0057, IPV6],
  [0x0281, MPLS],
  [0x0283, MPLS],
]);

/** Protocol by sFlow header_protocol (sflow_version_5.txt, sflow_80211.txt, sflow.h of host-sflow). */
export const BY_HEADER_PROTOCOL = table(32, [
  [1, ETHERNET],
  [7, PPP],
  [11, IP_BY_VERSION],
  [12, IP_BY_VERSION],
  [13, MPLS],
  [15, WIFI],
  [16, WIFI_AGGREGATE],
  [17, ETHERNET],
  [18, LRH],
]);
