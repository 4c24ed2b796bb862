/**
 * Definitions that ship with Weir, in groups: what users of sFlow ask most, ready to be opened. They cost nothing until
 * somebody does.
 */

import { DEFINITION_DEFAULTS } from '../../shared/definition/defaults.ts';
import type { FlowDefinition } from '../../shared/model/definition.ts';

export type DefinitionPreset = { group: string; label: string; definition: FlowDefinition };

type Line = [
  name: string,
  label: string,
  keys: string,
  value?: string,
  filter?: string,
  more?: Partial<FlowDefinition>,
];

const SOURCE = 'or:ipsource:ip6source';
const DESTINATION = 'or:ipdestination:ip6destination';
/** Frame sizes as RFC 2819 (RMON) has them, up to the largest plain frame and beyond. */
const SIZES: readonly [least: number, most: number | null][] = [
  [0, 63],
  [64, 64],
  [65, 127],
  [128, 255],
  [256, 511],
  [512, 1023],
  [1024, 1517],
  [1518, 1518],
  [1519, null],
];

const size = ([least, most]: (typeof SIZES)[number]): Line => [
  most === null ? `frames-from-${least}` : `frames-${least}-${most}`,
  most === null
    ? `Frames from ${least} octets`
    : least === most
      ? `Frames of ${least} octets`
      : `Frames of ${least} to ${most} octets`,
  '',
  'frames',
  `range:bytes:${least}${most === null ? '' : `:${most}`}=true`,
];

const SOURCE_PORT = 'null:[or:tcpsourceport:udpsourceport]:-';
const DESTINATION_PORT = 'null:[or:tcpdestinationport:udpdestinationport]:-';

/** Seven kinds of flood by what they flood with, as seen by who is flooded. */
const flood = (name: string, label: string, keys: string, filter: string): Line => [
  name,
  label,
  keys,
  'frames',
  filter,
];

const GROUPS: readonly [group: string, lines: readonly Line[]][] = [
  [
    'Traffic',
    [
      ['ip-sources', 'Sources', SOURCE],
      ['ip-destinations', 'Destinations', DESTINATION],
      ['ip-pairs', 'Pairs', `${SOURCE},${DESTINATION}`],
      [
        'elephants',
        'Large flows, by their link',
        `${SOURCE},${DESTINATION},${SOURCE_PORT},${DESTINATION_PORT}`,
        'bytes',
        'direction=ingress',
        { t: 1 },
      ],
      ['talkers', 'Talkers', SOURCE, 'frames', '', { n: 1000 }],
      ['ip6-pairs', 'IPv6 pairs', 'ip6source,ip6destination'],
      ['country-pairs', 'Countries', `country:[${SOURCE}],country:[${DESTINATION}]`],
      ['as-pairs', 'Autonomous systems', `asn:[${SOURCE}]:descr,asn:[${DESTINATION}]:descr`],
      ['mac-vendors', 'Ethernet sources with vendor', 'macsource,null:[oui:macsource:name]:unknown'],
      ['broadcast-sources', 'Broadcast sources', 'macsource,vlan', 'frames', 'isbroadcast=true'],
      ['stacks', 'Protocol stacks', 'stack'],
    ],
  ],
  [
    'Quality of service',
    [
      ['priorities', 'Priorities', 'priority'],
      ['dscp-names', 'DSCP', 'or:ipdscpname:ip6dscpname'],
      ['tos', 'Type of service', 'or:iptos:ip6tos'],
      ['congestion-marks', 'Congestion marks (ECN)', `or:ipecn:ip6ecn,${SOURCE},${DESTINATION}`],
      ['queue-depths', 'Queue depth', 'queueindex', 'max:queuedepth'],
      ['transit-delays', 'Transit delay', 'ifname:outputifindex', 'max:transitdelay'],
    ],
  ],
  [
    'Security',
    [
      [
        'tcp-attempts',
        'TCP connection attempts',
        `${SOURCE},${DESTINATION},tcpdestinationport`,
        'frames',
        'tcpflags~.......1.',
      ],
      [
        'blocklist-contacts',
        'Contacts with a blocklist',
        `${SOURCE},${DESTINATION},or:[group:[${DESTINATION}]:blocklist]:[group:[${SOURCE}]:blocklist]`,
        'frames',
        '',
        { n: 1000, log: true, flowStart: true },
      ],
      ['scans', 'Different targets of a source', SOURCE, `count:${DESTINATION}`, '', { t: 10 }],
      ['arp-requests', 'ARP request sources', 'macsource,arpipsender', 'frames', 'arpoperation=1'],
      ['dns-names', 'DNS names', 'dnsqname', 'frames', 'dnsqr=false'],
      ['dns-domains', 'DNS domains', 'suffix:dnsqname:.:2', 'frames', 'dnsqr=false'],
      ['dns-types', 'DNS query types', 'dnsqtypename', 'frames', 'dnsqr=false'],
      ['dns-clients', 'DNS clients', SOURCE, 'frames', 'dnsqr=false'],
      ['dns-servers', 'DNS servers', SOURCE, 'frames', 'dnsqr=true'],
      [
        'unreachable-ports',
        'ICMP unreachable port',
        'ipsource,ipdestination,icmpunreachableport',
        'frames',
        'icmpunreachableport!=null',
      ],
      [
        'unreachable-protocols',
        'ICMP unreachable protocol',
        'ipsource,ipdestination,icmpunreachableprotocol',
        'frames',
        'icmpunreachableprotocol!=null',
      ],
      [
        'unreachable-hosts',
        'ICMP unreachable host',
        'ipsource,ipdestination,icmpunreachablehost',
        'frames',
        'icmpunreachablehost!=null',
      ],
      [
        'unreachable-nets',
        'ICMP unreachable net',
        'ipsource,ipdestination,icmpunreachablenet',
        'frames',
        'icmpunreachablenet!=null',
      ],
    ],
  ],
  [
    'Floods',
    [
      flood('ip-floods', 'IP', `${DESTINATION},or:ipprotocol:ip6nexthdr`, ''),
      flood(
        'ip-fragments',
        'IP fragments',
        'ipdestination,ipprotocol',
        'ipflags=001|range:ipfragoffset:1=true',
      ),
      flood('icmp-floods', 'ICMP', 'ipdestination,icmptype', 'ipprotocol=1'),
      flood('udp-floods', 'UDP', `${DESTINATION},udpdestinationport`, ''),
      flood(
        'udp-amplification',
        'UDP amplification',
        `${DESTINATION},udpsourceport`,
        'udpsourceport=19,53,111,123,161,389,1900,3702,11211',
      ),
      flood('tcp-floods', 'TCP', `${DESTINATION},tcpdestinationport`, ''),
      flood('tcp-amplification', 'TCP amplification', `${DESTINATION},tcpsourceport`, 'tcpflags~....1..1.'),
    ],
  ],
  [
    'Virtual networks',
    [
      ['vnis', 'VNI', 'vni'],
      ['vtep-pairs', 'Tunnel ends', 'ipsource,ipdestination', 'bytes', 'vni!=null'],
      ['overlay-pairs', 'Pairs inside tunnels', 'vni,ipsource.1,ipdestination.1'],
      ['nvgre', 'NVGRE', 'grevsid'],
      ['geneve', 'Geneve', 'genevevni'],
    ],
  ],
  [
    'Applications',
    [
      ['http-urls', 'URLs', 'httpurl', 'requests', '', { t: 10 }],
      ['http-slowest', 'Slowest URLs', 'httpurl', 'avg:duration', '', { t: 10 }],
      ['http-errors', 'HTTP errors', 'httpurl,httpstatus', 'requests', 'httpstatus~[45]..', { t: 10 }],
      [
        'memcache-misses',
        'Memcache misses',
        'memcachekey',
        'requests',
        'memcachestatus=NOT_FOUND',
        { t: 10 },
      ],
      ['tcp-round-trips', 'TCP round trip', `${SOURCE},${DESTINATION}`, 'avg:tcprtt'],
      ['tcp-retransmissions', 'TCP retransmissions', `${SOURCE},${DESTINATION}`, 'max:tcpretrans'],
    ],
  ],
  [
    'Dropped packets',
    [
      ['drop-reasons', 'Reasons', 'reason', 'frames', '', { dropped: true, aggMode: 'sum' }],
      [
        'dropped-pairs',
        'Pairs',
        `reason,${SOURCE},${DESTINATION}`,
        'frames',
        '',
        { dropped: true, aggMode: 'sum' },
      ],
    ],
  ],
  ['Frame sizes', SIZES.map(size)],
];

/** All presets, in the order in which they are listed. */
export const definitionPresets: readonly DefinitionPreset[] = GROUPS.flatMap(([group, lines]) =>
  lines.map(([name, label, keys, value = 'bytes', filter = '', more = {}]) => ({
    group,
    label,
    definition: {
      ...DEFINITION_DEFAULTS,
      name,
      keys: keys === '' ? [] : keys.split(','),
      value,
      filter,
      n: 100,
      ...more,
    },
  })),
);
