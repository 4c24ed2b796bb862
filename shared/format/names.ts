/**
 * Names of numbers: IP protocols, ethertypes, and the service ports that matter to somebody who looks at a
 * network. The port table is short on purpose: a port that is in no table is shown as its number, which is
 * better than a name that was registered once and that nobody uses.
 */

const IP_PROTOCOLS: Readonly<Record<number, string>> = {
  0: 'HOPOPT',
  1: 'ICMP',
  2: 'IGMP',
  4: 'IPv4',
  6: 'TCP',
  8: 'EGP',
  9: 'IGP',
  17: 'UDP',
  27: 'RDP',
  33: 'DCCP',
  41: 'IPv6',
  43: 'IPv6-Route',
  44: 'IPv6-Frag',
  46: 'RSVP',
  47: 'GRE',
  50: 'ESP',
  51: 'AH',
  55: 'MOBILE',
  58: 'ICMPv6',
  59: 'IPv6-NoNxt',
  60: 'IPv6-Opts',
  88: 'EIGRP',
  89: 'OSPF',
  94: 'IPIP',
  97: 'ETHERIP',
  98: 'ENCAP',
  103: 'PIM',
  108: 'IPComp',
  112: 'VRRP',
  115: 'L2TP',
  124: 'IS-IS',
  132: 'SCTP',
  133: 'FC',
  135: 'MobilityHeader',
  136: 'UDPLite',
  137: 'MPLS-in-IP',
  139: 'HIP',
  140: 'Shim6',
  143: 'Ethernet',
};

/** 'TCP' for 6; the number as text where it has no name, '' where there is no protocol (-1). */
export function protocolName(protocol: number): string {
  return IP_PROTOCOLS[protocol] ?? (protocol < 0 ? '' : String(protocol));
}

const ETHERTYPES: Readonly<Record<number, string>> = {
  2048: 'IPv4',
  2054: 'ARP',
  2114: 'Wake-on-LAN',
  8938: 'SRP',
  8944: 'AVTP',
  24579: 'DECnet',
  25944: 'Transparent Ethernet',
  32821: 'RARP',
  32923: 'AppleTalk',
  33024: '802.1Q',
  33079: 'IPX',
  34525: 'IPv6',
  34824: 'Ethernet flow control',
  34825: 'Slow protocols',
  34887: 'MPLS',
  34888: 'MPLS multicast',
  34915: 'PPPoE discovery',
  34916: 'PPPoE session',
  34958: 'EAPOL',
  34962: 'PROFINET',
  34970: 'HyperSCSI',
  34978: 'ATA over Ethernet',
  34980: 'EtherCAT',
  34984: '802.1ad',
  35000: 'GOOSE',
  35002: 'SV',
  35020: 'LLDP',
  35041: 'HomePlug',
  35043: 'MRP',
  35045: 'MACsec',
  35047: '802.1ah',
  35063: 'PTP',
  35067: 'PRP',
  35074: 'CFM',
  35078: 'FCoE',
  35092: 'FIP',
  35093: 'RoCE',
  35151: 'NSH',
  36864: 'Loopback',
};

/** 'IPv4' for 2048; '0x1234' for an ethertype without a name, '802.3' for a length, '' for none (-1). */
export function etherTypeName(etherType: number): string {
  if (etherType < 0) return '';
  if (etherType < 1536) return '802.3';
  return ETHERTYPES[etherType] ?? `0x${etherType.toString(16).padStart(4, '0')}`;
}

const TCP = 6;
const UDP = 17;
const DCCP = 33;
const SCTP = 132;
const UDP_LITE = 136;

/** 'both' ports are used over TCP and UDP alike. */
const SERVICES: readonly { over: 'tcp' | 'udp' | 'sctp' | 'both'; ports: string }[] = [
  {
    over: 'both',
    ports:
      '7 echo 9 discard 13 daytime 19 chargen 37 time 53 domain 88 kerberos 111 sunrpc 135 msrpc ' +
      '137 netbios-ns 138 netbios-dgm 139 netbios-ssn 161 snmp 162 snmptrap 319 ptp-event 320 ptp-general ' +
      '389 ldap 427 svrloc 443 https 445 microsoft-ds 464 kpasswd 500 isakmp 514 syslog 546 dhcpv6-client ' +
      '547 dhcpv6-server 548 afp 554 rtsp 623 ipmi 636 ldaps 749 kerberos-adm 853 domain-s 902 vmware ' +
      '1194 openvpn 1883 mqtt 2049 nfs 3260 iscsi 3389 ms-wbt-server 3478 stun 3544 teredo 5001 iperf ' +
      '5060 sip 5061 sips 5201 iperf3 5349 stuns 5355 llmnr 5666 nrpe 7000 afs 7001 afs 9092 kafka ' +
      '10050 zabbix-agent 11211 memcache 27015 steam 51820 wireguard',
  },
  {
    over: 'tcp',
    ports:
      '20 ftp-data 21 ftp 22 ssh 23 telnet 25 smtp 43 whois 49 tacacs 70 gopher 79 finger 80 http 110 pop3 ' +
      '113 ident 119 nntp 143 imap 179 bgp 194 irc 465 submissions 513 login 515 printer 523 ibm-db2 ' +
      '543 klogin 544 kshell 563 nntps 587 submission 593 http-rpc 631 ipp 646 ldp 830 netconf-ssh 860 iscsi ' +
      '873 rsync 989 ftps-data 990 ftps 992 telnets 993 imaps 995 pop3s 1080 socks 1433 ms-sql 1521 oracle ' +
      '1723 pptp 2181 zookeeper 2375 docker 2376 docker-s 2379 etcd-client 2380 etcd-server 3000 http-dev ' +
      '3128 squid 3268 msft-gc 3269 msft-gc-ssl 3306 mysql 4443 https-alt 5000 http-dev 5222 xmpp-client ' +
      '5269 xmpp-server 5432 postgresql 5601 kibana 5671 amqps 5672 amqp 5900 vnc 5984 couchdb ' +
      '5985 winrm 5986 winrm-s 6000 x11 6379 redis 6443 kubernetes-api 6640 ovsdb 6653 openflow 6667 ircd ' +
      '7473 neo4j 7946 swarm 8000 http-alt 8008 http-alt 8009 ajp 8080 http-alt 8086 influxdb ' +
      '8088 http-alt 8200 vault 8333 bitcoin 8443 https-alt 8500 consul 8554 rtsp-alt 8883 mqtts ' +
      '8888 http-alt 9000 http-alt 9042 cassandra 9090 prometheus 9093 alertmanager 9100 node-exporter ' +
      '9200 elasticsearch 9300 elasticsearch 9418 git 9443 https-alt 9999 http-alt 10000 webmin ' +
      '10250 kubelet 10051 zabbix-server 15672 rabbitmq 25565 minecraft 25672 rabbitmq 26257 cockroachdb ' +
      '27017 mongodb 50070 hdfs',
  },
  {
    over: 'udp',
    ports:
      '67 dhcp-server 68 dhcp-client 69 tftp 80 http 123 ntp 177 xdmcp 443 quic 520 rip 521 ripng ' +
      '1645 radius 1646 radius-acct 1701 l2tp 1812 radius 1813 radius-acct 1900 ssdp 1985 hsrp 2055 netflow ' +
      '2123 gtp-c 2152 gtp-u 3702 ws-discovery 3784 bfd 3785 bfd-echo 4500 ipsec-nat-t ' +
      '4739 ipfix 4784 bfd-multi 4789 vxlan 4790 vxlan-gpe 4791 roce 5004 rtp 5005 rtcp 5246 capwap ' +
      '5247 capwap-data 5353 mdns 6081 geneve 6343 sflow 6635 mpls-in-udp 7946 swarm 8472 otv-vxlan ' +
      '8805 pfcp 9995 netflow 9996 netflow 17500 dropbox 19302 stun 33434 traceroute 41641 tailscale',
  },
  { over: 'sctp', ports: '2905 m3ua 2944 h248 3868 diameter 36412 s1ap 36422 x2ap 38412 ngap 38472 f1ap' },
];

function portTable(...families: readonly string[]): ReadonlyMap<number, string> {
  const table = new Map<number, string>();
  for (const { over, ports } of SERVICES) {
    if (!families.includes(over)) continue;
    const words = ports.split(' ');
    for (let index = 0; index + 1 < words.length; index += 2) {
      table.set(Number(words[index]), words[index + 1]!);
    }
  }
  return table;
}

type Services = {
  names: ReadonlyMap<number, string>;
  /** 1 at each port that has a name: the flow engine asks this for every sample. */
  known: Uint8Array;
};

function services(...families: readonly string[]): Services {
  const names = portTable(...families);
  const known = new Uint8Array(65_536);
  for (const port of names.keys()) known[port] = 1;
  return { names, known };
}

const TCP_SERVICES = services('both', 'tcp');
const UDP_SERVICES = services('both', 'udp');
const SCTP_SERVICES = services('sctp');
const NO_SERVICES = services();

function servicesOf(protocol: number): Services {
  if (protocol === TCP) return TCP_SERVICES;
  if (protocol === UDP || protocol === UDP_LITE || protocol === DCCP) return UDP_SERVICES;
  return protocol === SCTP ? SCTP_SERVICES : NO_SERVICES;
}

/** 'https' for TCP port 443; '' where the port has no well-known name over this IP protocol. */
export function serviceName(protocol: number, port: number): string {
  return servicesOf(protocol).names.get(port) ?? '';
}

/**
 * What an application is called in a table: the service name, else protocol and port ('TCP 40268'), else the
 * protocol alone where it has no ports ('ICMP'); '' where there is no IP.
 */
export function applicationName(protocol: number, port: number): string {
  return (
    serviceName(protocol, port) || (port < 0 ? protocolName(protocol) : `${protocolName(protocol)} ${port}`)
  );
}

/** 1 at each port that has a well-known name over an IP protocol. */
export const knownPorts = (protocol: number): Uint8Array => servicesOf(protocol).known;

/**
 * Which of a packet's two ports is the server's, as far as one packet can tell: the one with a service name,
 * else the lower one; -1 where there is none. Both directions of a connection give the same port.
 */
export function serverPort(
  protocol: number,
  sourcePort: number,
  destinationPort: number,
  known = knownPorts(protocol),
): number {
  if (sourcePort < 0 || destinationPort < 0) return Math.max(sourcePort, destinationPort);
  const sourceNamed = known[sourcePort] === 1;
  const destinationNamed = known[destinationPort] === 1;
  if (sourceNamed !== destinationNamed) return sourceNamed ? sourcePort : destinationPort;
  return Math.min(sourcePort, destinationPort);
}
