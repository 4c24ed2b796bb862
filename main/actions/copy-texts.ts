/**
 * Texts that block, mirror or capture the traffic of an event elsewhere, to be copied by hand. Only what is certain
 * and well-formed gets into them: addresses, numbers, MAC addresses; a name never does.
 */
import ipaddr from 'ipaddr.js';
import type { CopyText } from '../../shared/model/action.ts';
import type { WeirEvent } from '../../shared/model/event.ts';
import { flowConditions } from './fields.ts';

type Match = {
  /** 4 or 6; 0 where no address is known. */
  family: 0 | 4 | 6;
  /** With its prefix length. */
  source: string;
  destination: string;
  protocol: string;
  sourcePort: string;
  destinationPort: string;
  vlan: string;
  sourceMac: string;
  destinationMac: string;
};

const PROTOCOLS: Record<string, string> = {
  '1': 'icmp',
  '6': 'tcp',
  '17': 'udp',
  '58': 'icmpv6',
  '132': 'sctp',
  '47': 'gre',
  '50': 'esp',
};

function addressOf(text: string | undefined): { family: 4 | 6; text: string } | null {
  if (text === undefined) return null;
  const [address, length, more] = text.split('/');
  if (more !== undefined || !ipaddr.isValid(address!) || address!.includes('%')) return null;
  const parsed = ipaddr.parse(address!);
  if (parsed.kind() === 'ipv4' && !ipaddr.IPv4.isValidFourPartDecimal(address!)) return null;
  const family = parsed.kind() === 'ipv4' ? 4 : 6;
  const whole = family === 4 ? 32 : 128;
  const bits = length === undefined ? whole : /^\d{1,3}$/.test(length) ? Number(length) : -1;
  return bits < 0 || bits > whole ? null : { family, text: `${parsed.toString()}/${bits}` };
}

function numberOf(text: string | undefined, most: number): string {
  return text !== undefined && /^\d{1,5}$/.test(text) && Number(text) <= most ? String(Number(text)) : '';
}

function macOf(text: string | undefined): string {
  const digits = text?.replace(/[:.-]/g, '') ?? '';
  return /^[0-9A-Fa-f]{12}$/.test(digits) ? digits.toLowerCase().match(/../g)!.join(':') : '';
}

function matchOf(event: WeirEvent): Match | null {
  const conditions = flowConditions(event);
  const first = (...keys: string[]): string | undefined =>
    keys.map((key) => conditions.get(key)).find((value) => value !== undefined && value !== '');
  const source = addressOf(first('ipsource', 'ip6source'));
  const destination = addressOf(first('ipdestination', 'ip6destination'));
  const transport = ['tcp', 'udp'].find((name) =>
    ['sourceport', 'destinationport'].some((end) => conditions.has(`${name}${end}`)),
  );
  const number = numberOf(first('ipprotocol', 'ip6nexthdr'), 255);
  const match: Match = {
    family: source?.family ?? destination?.family ?? 0,
    source: source?.text ?? '',
    destination: destination?.text ?? '',
    protocol: transport ?? PROTOCOLS[number] ?? number,
    sourcePort: transport ? numberOf(first(`${transport}sourceport`), 65_535) : '',
    destinationPort: transport ? numberOf(first(`${transport}destinationport`), 65_535) : '',
    vlan: numberOf(first('vlan'), 4094),
    sourceMac: macOf(first('macsource')),
    destinationMac: macOf(first('macdestination')),
  };
  const isMixed = source && destination && source.family !== destination.family;
  return isMixed || (match.family === 0 && match.sourceMac === '' && match.destinationMac === '')
    ? null
    : match;
}

/** `[['-s', '10.0.0.1'], …]` as words, without those that have no value. */
const words = (...pairs: [string, string][]): string =>
  pairs
    .filter(([, value]) => value !== '')
    .map(([word, value]) => (word === '' ? value : `${word} ${value}`))
    .join(' ');

const isHost = (prefix: string): boolean =>
  /\/(32|128)$/.test(prefix) && !prefix.includes(':') === prefix.endsWith('/32');

function tcpdump(match: Match): string {
  const net = (side: string, prefix: string): string =>
    prefix === '' ? '' : isHost(prefix) ? `${side} host ${prefix.split('/')[0]}` : `${side} net ${prefix}`;
  const ports = (['src', 'dst'] as const).map((side) => {
    const port = side === 'src' ? match.sourcePort : match.destinationPort;
    return port === '' ? '' : `${match.protocol} ${side} port ${port}`;
  });
  const hasPort = ports.some((port) => port !== '');
  const named = match.protocol === 'icmpv6' ? 'icmp6' : match.protocol;
  const protocol =
    hasPort || named === ''
      ? ''
      : ['tcp', 'udp', 'icmp', 'icmp6'].includes(named)
        ? named
        : `${match.family === 6 ? 'ip6' : 'ip'} proto ${/^\d/.test(named) ? named : `\\${named}`}`;
  return [
    match.vlan === '' ? '' : `vlan ${match.vlan}`,
    match.sourceMac === '' ? '' : `ether src ${match.sourceMac}`,
    match.destinationMac === '' ? '' : `ether dst ${match.destinationMac}`,
    net('src', match.source),
    net('dst', match.destination),
    protocol,
    ...ports,
  ]
    .filter((term) => term !== '')
    .join(' and ');
}

function iptables(match: Match): string {
  return words(
    ['-s', match.source],
    ['-d', match.destination],
    ['-p', match.protocol],
    ['--sport', match.sourcePort],
    ['--dport', match.destinationPort],
  );
}

function nftables(match: Match): string {
  const family = match.family === 6 ? 'ip6' : 'ip';
  const isPorted = match.sourcePort !== '' || match.destinationPort !== '';
  return words(
    [`${family} saddr`, match.source],
    [`${family} daddr`, match.destination],
    ['meta l4proto', isPorted ? '' : match.protocol],
    [`${match.protocol} sport`, match.sourcePort],
    [`${match.protocol} dport`, match.destinationPort],
  );
}

function flowspec(match: Match): string {
  const terms = [
    ['source', match.source],
    ['destination', match.destination],
    [match.family === 6 ? 'next-header' : 'protocol', match.protocol],
    ['source-port', match.sourcePort && `=${match.sourcePort}`],
    ['destination-port', match.destinationPort && `=${match.destinationPort}`],
  ].filter(([, value]) => value !== '');
  return `announce flow route { match { ${terms.map(([word, value]) => `${word} ${value};`).join(' ')} } then { discard; } }`;
}

function trafficControl(match: Match): string {
  return words(
    ['src_ip', match.source],
    ['dst_ip', match.destination],
    ['ip_proto', match.protocol],
    ['src_port', match.sourcePort],
    ['dst_port', match.destinationPort],
  );
}

/** What can be said about the traffic of an event; [] where nothing certain is known of it. */
export function copyTexts(event: WeirEvent): CopyText[] {
  const match = matchOf(event);
  if (match === null) return [];
  const capture: CopyText = {
    label: 'tcpdump filter',
    about: 'Also for Wireshark’s capture filter and dumpcap.',
    text: tcpdump(match),
  };
  if (match.family === 0) return [capture];
  const command = match.family === 6 ? 'ip6tables' : 'iptables';
  return [
    {
      label: command,
      about: 'Drops what a Linux router forwards; -D in place of -I takes it back.',
      text: `${command} -I FORWARD ${iptables(match)} -j DROP`,
    },
    {
      label: 'nftables',
      about: 'Drops in the chain “forward” of the table “filter”.',
      text: `nft insert rule inet filter forward ${nftables(match)} counter drop`,
    },
    {
      label: 'BGP Flowspec',
      about: 'Discards at every router that takes it, as ExaBGP writes it.',
      text: flowspec(match),
    },
    {
      label: 'ERSPAN mirror',
      about:
        'Copies what enters the port to a collector, on a Linux switch; put in the port and both addresses.',
      text: [
        'ip link add dev weir-span type erspan seq key 1 local LOCAL remote COLLECTOR erspan_ver 1',
        'ip link set dev weir-span up',
        'tc qdisc add dev PORT clsact',
        `tc filter add dev PORT ingress protocol ${match.family === 6 ? 'ipv6' : 'ip'} flower ${trafficControl(match)} action mirred egress mirror dev weir-span`,
      ].join('\n'),
    },
    capture,
  ];
}
