/**
 * The key table: one line per flow key, named as sFlow-RT names it. A line reads its one field from the octets
 * of the sample into 32-bit words (`read`, on the hot path: no allocation, false where the field is absent),
 * and makes text from such words only when somebody looks (`text`). Keys that are Weir's own say so.
 */

import { formatIpv4, formatIpv6Words, formatIpv6WordsUpper } from '../../shared/format/address.ts';
import { serverPort } from '../../shared/format/names.ts';
import type { FlowKeyDescription, KeyType } from '../../shared/model/catalog.ts';
import type { Layer } from '../packet/header.ts';
import { stackOf, stackText } from '../packet/stack.ts';
import { INTERFACE_INTERNAL } from '../samples/network.ts';
import type { Sample } from '../samples/sample.ts';
import type { KeyNames } from './key.ts';

export type FlowKey = {
  name: string;
  label: string;
  about: string;
  type: KeyType;
  /** How many words `read` writes. */
  words: number;
  /** Whether the key can be asked of an inner layer (`ipsource.1`). */
  layered: boolean;
  read: (sample: Sample, layer: Layer, out: Uint32Array, at: number) => boolean;
  text: (words: Uint32Array, at: number, names: KeyNames) => string;
};

type Read = FlowKey['read'];
type Text = FlowKey['text'];

const decimal: Text = (words, at) => String(words[at]);
const ipv4Text: Text = (words, at) => formatIpv4(words[at]!);
const ipv6Text: Text = (words, at) =>
  formatIpv6WordsUpper(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!);
const macText: Text = (words, at) =>
  (words[at]!.toString(16).padStart(8, '0') + words[at + 1]!.toString(16).padStart(4, '0')).toUpperCase();

/** As sFlow-RT spells an interface field: a number, or the word for what is none. */
const interfaceText: Text = (words, at) => {
  const format = words[at]! >>> 30;
  const value = words[at]! & 0x3fff_ffff;
  if (format === 1) return 'discard';
  if (format === 2) return 'multiple';
  if (value === 0) return 'unknown';
  return value === INTERFACE_INTERNAL ? 'internal' : String(value);
};

/** A number of the layer; -1 is absent. */
const field =
  (get: (layer: Layer) => number): Read =>
  (_sample, layer, out, at) => {
    const value = get(layer);
    if (value < 0) return false;
    out[at] = value;
    return true;
  };

const address =
  (version: 4 | 6, get: (layer: Layer) => number): Read =>
  (sample, layer, out, at) => {
    if (layer.ipVersion !== version) return false;
    const offset = get(layer);
    if (offset < 0) return false;
    const view = sample.header.view;
    out[at] = view.getUint32(offset);
    if (version === 4) return true;
    out[at + 1] = view.getUint32(offset + 4);
    out[at + 2] = view.getUint32(offset + 8);
    out[at + 3] = view.getUint32(offset + 12);
    return true;
  };

const mac =
  (get: (layer: Layer) => number): Read =>
  (sample, layer, out, at) => {
    const offset = get(layer);
    if (offset < 0) return false;
    const view = sample.header.view;
    out[at] = view.getUint32(offset);
    out[at + 1] = view.getUint16(offset + 4);
    return true;
  };

const ofVersion =
  (version: 4 | 6, get: (layer: Layer) => number): Read =>
  (_sample, layer, out, at) => {
    if (layer.ipVersion !== version) return false;
    const value = get(layer);
    if (value < 0) return false;
    out[at] = value;
    return true;
  };

const ofProtocol =
  (protocol: number, get: (layer: Layer) => number): Read =>
  (_sample, layer, out, at) => {
    if (layer.ipProtocol !== protocol) return false;
    const value = get(layer);
    if (value < 0) return false;
    out[at] = value;
    return true;
  };

/** Family and address of the agent; an agent's number in memory would not outlive the program. */
export const AGENT_WORDS = 5;
export const readAgent = (sample: Sample, out: Uint32Array, at: number): void => {
  const { agentType, agentOffset, view } = sample.datagram;
  out[at] = agentType;
  for (let word = 0; word < 4; word++) {
    out[at + 1 + word] =
      word === 0
        ? agentType === 0
          ? 0
          : view.getUint32(agentOffset)
        : agentType === 2
          ? view.getUint32(agentOffset + 4 * word)
          : 0;
  }
};

/** The agent's address as the rest of Weir spells it. */
export const agentText = (words: Uint32Array, at: number): string => {
  if (words[at] === 1) return formatIpv4(words[at + 1]!);
  return words[at] === 2
    ? formatIpv6Words(words[at + 1]!, words[at + 2]!, words[at + 3]!, words[at + 4]!)
    : 'unknown';
};

/** The service of a connection: the port of its two that a service is known for, else the lower one. */
const application: Read = (_sample, layer, out, at) => {
  if (layer.ipProtocol < 0) return false;
  const port = serverPort(layer.ipProtocol, layer.sourcePort, layer.destinationPort);
  // Port 0 stands for none: it is reserved (RFC 6335) and no service has it.
  out[at] = ((layer.ipProtocol << 16) | Math.max(0, port)) >>> 0;
  return true;
};

/** 'TCP:443'; a protocol without ports is its number alone. */
const applicationText: Text = (words, at) => {
  const protocol = words[at]! >>> 16;
  const port = words[at]! & 0xffff;
  return port === 0 ? String(protocol) : `${protocol}:${port}`;
};

const TCP = 6;
const UDP = 17;

const key = (
  name: string,
  label: string,
  type: KeyType,
  words: FlowKey['words'],
  read: Read,
  text: Text,
  about: string,
): FlowKey => ({ name, label, type, words, read, text, about, layered: true });

/** A key of the sample itself, which has no layers. */
const ofSample = (
  name: string,
  label: string,
  type: KeyType,
  read: Read,
  text: Text,
  about: string,
  words = 1,
): FlowKey => ({
  name,
  label,
  type,
  words,
  read,
  text,
  about,
  layered: false,
});

export const flowKeys: readonly FlowKey[] = [
  ofSample(
    'agent',
    'Agent',
    'text',
    (sample, _layer, out, at) => {
      readAgent(sample, out, at);
      return true;
    },
    (words, at, names) => names.agentName(agentText(words, at)) || agentText(words, at),
    'Name of the agent that took the sample, else its address. A key of Weir’s own.',
    AGENT_WORDS,
  ),
  ofSample(
    'inputifindex',
    'Input port',
    'number',
    (sample, _layer, out, at) => {
      out[at] = (sample.flow.inputFormat << 30) | sample.flow.inputValue;
      return true;
    },
    interfaceText,
    'ifIndex of the port that the frame came in at.',
  ),
  ofSample(
    'outputifindex',
    'Output port',
    'number',
    (sample, _layer, out, at) => {
      out[at] = (sample.flow.outputFormat << 30) | sample.flow.outputValue;
      return true;
    },
    interfaceText,
    'ifIndex of the port that the frame left by; "multiple" for a flood, "discard" for a drop.',
  ),
  ofSample(
    'direction',
    'Direction',
    'text',
    (sample, _layer, out, at) => {
      out[at] =
        sample.flow.dataSourceIndex === sample.flow.outputValue && sample.flow.outputFormat === 0 ? 1 : 0;
      return true;
    },
    (words, at) => (words[at] === 1 ? 'egress' : 'ingress'),
    'Whether the sample was taken where the frame came in or where it left.',
  ),
  key(
    'macsource',
    'Source MAC',
    'mac',
    2,
    mac((layer) => layer.sourceMac),
    macText,
    'Source MAC address.',
  ),
  key(
    'macdestination',
    'Destination MAC',
    'mac',
    2,
    mac((layer) => layer.destinationMac),
    macText,
    'Destination MAC address.',
  ),
  key(
    'ethernetprotocol',
    'Ethertype',
    'number',
    1,
    field((layer) => layer.etherType),
    decimal,
    'Ethertype in decimal.',
  ),
  key(
    'vlan',
    'VLAN',
    'number',
    1,
    field((layer) => (layer.vlanCount > 0 ? layer.vlan[0]! : -1)),
    decimal,
    'VLAN id of the outermost tag.',
  ),
  key(
    'priority',
    'Priority',
    'number',
    1,
    field((layer) => (layer.vlanCount > 0 ? layer.priority[0]! : -1)),
    decimal,
    'Priority of the outermost VLAN tag.',
  ),
  key(
    'ipsource',
    'Source',
    'address',
    1,
    address(4, (layer) => layer.sourceIp),
    ipv4Text,
    'Source IPv4 address.',
  ),
  key(
    'ipdestination',
    'Destination',
    'address',
    1,
    address(4, (layer) => layer.destinationIp),
    ipv4Text,
    'Destination IPv4 address.',
  ),
  key(
    'ip6source',
    'Source',
    'address',
    4,
    address(6, (layer) => layer.sourceIp),
    ipv6Text,
    'Source IPv6 address.',
  ),
  key(
    'ip6destination',
    'Destination',
    'address',
    4,
    address(6, (layer) => layer.destinationIp),
    ipv6Text,
    'Destination IPv6 address.',
  ),
  key(
    'ipprotocol',
    'Protocol',
    'number',
    1,
    ofVersion(4, (layer) => layer.ipProtocol),
    decimal,
    'Protocol number behind IPv4.',
  ),
  key(
    'ip6nexthdr',
    'Protocol',
    'number',
    1,
    ofVersion(6, (layer) => layer.ipProtocol),
    decimal,
    'Protocol number behind IPv6 and its extension headers.',
  ),
  key(
    'iptos',
    'ToS',
    'number',
    1,
    ofVersion(4, (layer) => layer.tos),
    decimal,
    'Type of service octet of IPv4.',
  ),
  key(
    'ip6tos',
    'Traffic class',
    'number',
    1,
    ofVersion(6, (layer) => layer.tos),
    decimal,
    'Traffic class of IPv6.',
  ),
  key(
    'ipdscp',
    'DSCP',
    'number',
    1,
    ofVersion(4, (layer) => (layer.tos < 0 ? -1 : layer.tos >> 2)),
    decimal,
    'Differentiated services code point of IPv4.',
  ),
  key(
    'ip6dscp',
    'DSCP',
    'number',
    1,
    ofVersion(6, (layer) => (layer.tos < 0 ? -1 : layer.tos >> 2)),
    decimal,
    'Differentiated services code point of IPv6.',
  ),
  key(
    'ipttl',
    'TTL',
    'number',
    1,
    ofVersion(4, (layer) => layer.ttl),
    decimal,
    'Time to live of IPv4.',
  ),
  key(
    'ip6ttl',
    'Hop limit',
    'number',
    1,
    ofVersion(6, (layer) => layer.ttl),
    decimal,
    'Hop limit of IPv6.',
  ),
  key(
    'tcpsourceport',
    'Source port',
    'number',
    1,
    ofProtocol(TCP, (layer) => layer.sourcePort),
    decimal,
    'TCP source port.',
  ),
  key(
    'tcpdestinationport',
    'Destination port',
    'number',
    1,
    ofProtocol(TCP, (layer) => layer.destinationPort),
    decimal,
    'TCP destination port.',
  ),
  key(
    'udpsourceport',
    'Source port',
    'number',
    1,
    ofProtocol(UDP, (layer) => layer.sourcePort),
    decimal,
    'UDP source port.',
  ),
  key(
    'udpdestinationport',
    'Destination port',
    'number',
    1,
    ofProtocol(UDP, (layer) => layer.destinationPort),
    decimal,
    'UDP destination port.',
  ),
  key(
    'tcpflags',
    'TCP flags',
    'text',
    1,
    ofProtocol(TCP, (layer) => layer.tcpFlags),
    (words, at) => words[at]!.toString(2).padStart(9, '0'),
    'The nine TCP flag bits, NS first.',
  ),
  key(
    'icmptype',
    'ICMP type',
    'number',
    1,
    ofVersion(4, (layer) => layer.icmpType),
    decimal,
    'ICMP type.',
  ),
  key(
    'icmpcode',
    'ICMP code',
    'number',
    1,
    ofVersion(4, (layer) => layer.icmpCode),
    decimal,
    'ICMP code.',
  ),
  key(
    'icmp6type',
    'ICMPv6 type',
    'number',
    1,
    ofVersion(6, (layer) => layer.icmpType),
    decimal,
    'ICMPv6 type.',
  ),
  key(
    'vni',
    'VNI',
    'number',
    1,
    field((layer) => layer.vni),
    decimal,
    'Virtual network id of the tunnel behind this layer.',
  ),
  ofSample(
    'stack',
    'Stack',
    'text',
    (sample, _layer, out, at) => {
      if (sample.header.depth === 0) return false;
      out[at] = stackOf(sample.header);
      return true;
    },
    (words, at) => stackText(words[at]!),
    'The layers of the sampled header, as in eth.ip.tcp.',
  ),
  key(
    'application',
    'Application',
    'text',
    1,
    application,
    applicationText,
    'IP protocol and service port, as protocol:port; the port is the one of the two that a service is known for. A key of Weir’s own.',
  ),
  key(
    'protocol',
    'Protocol',
    'number',
    1,
    field((layer) => layer.ipProtocol),
    decimal,
    'IP protocol number of IPv4 and IPv6 alike. A key of Weir’s own.',
  ),
  key(
    'sourceport',
    'Source port',
    'number',
    1,
    field((layer) => layer.sourcePort),
    decimal,
    'Source port of TCP, UDP and SCTP alike. A key of Weir’s own.',
  ),
  key(
    'destinationport',
    'Destination port',
    'number',
    1,
    field((layer) => layer.destinationPort),
    decimal,
    'Destination port of TCP, UDP and SCTP alike. A key of Weir’s own.',
  ),
];

const byName = new Map(flowKeys.map((line) => [line.name, line]));

/** The line of a key by its name, or null. */
export function flowKey(name: string): FlowKey | null {
  return byName.get(name) ?? null;
}

export function describeKey(line: FlowKey): FlowKeyDescription {
  return { name: line.name, label: line.label, type: line.type, about: line.about };
}
