/** Keys of TCP, UDP, ICMP, and of what a host knows of a TCP connection (extended_tcp_info, 0:2209). */
import type { Layer } from '../../packet/header.ts';
import type { Sample } from '../../samples/sample.ts';
import { ADDRESS, bits, NUMBER, named } from '../form.ts';
import type { FunctionContext } from '../functions/context.ts';
import {
  field,
  fixedField,
  key,
  knowingKey,
  ofProtocol,
  ofVersion,
  type Read,
  recordField,
  sampleKey,
  writeAddress,
} from './line.ts';

const TCP = 6;
const UDP = 17;
const ICMP_ECHO: readonly number[] = [0, 8, 13, 14];
const ICMPV6_ECHO: readonly number[] = [128, 129];

/** The service of a connection: the port of its two that a service is known for, else the lower one. */
const application =
  ({ services }: FunctionContext): Read =>
  (_sample, layer, out, at) => {
    if (layer.ipProtocol < 0) return false;
    const port = services().serverPort(layer.ipProtocol, layer.sourcePort, layer.destinationPort);
    // Port 0 stands for none: it is reserved (RFC 6335) and no service has it.
    out[at] = ((layer.ipProtocol << 16) | Math.max(0, port)) >>> 0;
    return true;
  };

/** 'TCP:443' by its numbers, '6:443'; a protocol without ports is its number alone. */
const APPLICATION = named((value) =>
  (value & 0xffff) === 0 ? String(value >>> 16) : `${value >>> 16}:${value & 0xffff}`,
);

/** The sequence number of an ICMP message that has one (echo, timestamp). */
const icmpSequence: Read = (sample, layer, out, at) => {
  const types = layer.ipVersion === 4 ? ICMP_ECHO : ICMPV6_ECHO;
  const { view, end } = sample.header;
  if (layer.transport < 0 || !types.includes(layer.icmpType) || layer.transport + 8 > end) return false;
  out[at] = view.getUint16(layer.transport + 6);
  return true;
};

type Unreachable = 'net' | 'host' | 'protocol' | 'port';
/** ICMP type 3 (RFC 792) by code. */
const UNREACHABLE: readonly (Unreachable | undefined)[] = ['net', 'host', 'protocol', 'port'];

/** What an ICMP or ICMPv6 message (RFC 4443) says cannot be reached. */
function unreachable(layer: Layer): Unreachable | undefined {
  const { icmpType, icmpCode } = layer;
  if (layer.ipVersion === 4) return icmpType === 3 ? UNREACHABLE[icmpCode] : undefined;
  if (icmpType === 4 && icmpCode === 1) return 'protocol';
  if (icmpType !== 1) return undefined;
  return icmpCode === 0 ? 'net' : icmpCode === 3 ? 'host' : icmpCode === 4 ? 'port' : undefined;
}

const ICMP_OCTETS = 8;

/** Where the packet begins that an ICMP error quotes, if at least `octets` of it are there; -1 absent. */
function quoted(sample: Sample, layer: Layer, octets: number): number {
  const offset = layer.transport + ICMP_OCTETS;
  if (layer.transport < 0 || offset + octets > sample.header.end) return -1;
  return sample.header.view.getUint8(offset) >>> 4 === layer.ipVersion ? offset : -1;
}

/** The destination of the quoted packet. */
const unreachableAddress =
  (wanted: Unreachable): Read =>
  (sample, layer, out, at) => {
    if (unreachable(layer) !== wanted) return false;
    const is4 = layer.ipVersion === 4;
    const offset = quoted(sample, layer, is4 ? 20 : 40);
    return offset >= 0 && writeAddress(is4 ? 1 : 2, sample.header.view, offset + (is4 ? 16 : 24), out, at);
  };

/** The protocol of the quoted packet, extension headers not passed. */
const unreachableProtocol: Read = (sample, layer, out, at) => {
  if (unreachable(layer) !== 'protocol') return false;
  const is4 = layer.ipVersion === 4;
  const offset = quoted(sample, layer, is4 ? 20 : 40);
  if (offset < 0) return false;
  out[at] = sample.header.view.getUint8(offset + (is4 ? 9 : 6));
  return true;
};

/** The destination port of the quoted packet. */
const unreachablePort: Read = (sample, layer, out, at) => {
  if (unreachable(layer) !== 'port') return false;
  const offset = quoted(sample, layer, layer.ipVersion === 4 ? 20 : 40);
  if (offset < 0) return false;
  const { view, end } = sample.header;
  const ports = offset + (layer.ipVersion === 4 ? (view.getUint8(offset) & 15) << 2 : 40);
  if (ports + 4 > end) return false;
  out[at] = view.getUint16(ports + 2);
  return true;
};

const TCP_INFO = 2209;
const roundTrip = fixedField(TCP_INFO, 'rtt');
const leastRoundTrip = fixedField(TCP_INFO, 'min_rtt');
/** What Linux says before it has measured. */
const NO_LEAST = 0xffff_ffff;

/** What the round trip takes beyond its least: the wait in queues. */
const wait: Read = (sample, _layer, out, at) => {
  const { records } = sample.flow;
  const index = records.find(roundTrip.tag);
  if (index < 0) return false;
  const start = records.start[index]!;
  if (start + leastRoundTrip.offset + 4 > records.end[index]!) return false;
  const { view } = sample.datagram;
  const least = view.getUint32(start + leastRoundTrip.offset);
  if (least === NO_LEAST) return false;
  out[at] = Math.max(0, view.getUint32(start + roundTrip.offset) - least);
  return true;
};

export const transportKeys = [
  key(
    'tcpsourceport',
    'Source port',
    NUMBER,
    ofProtocol(TCP, (layer) => layer.sourcePort),
    'TCP source port.',
  ),
  key(
    'tcpdestinationport',
    'Destination port',
    NUMBER,
    ofProtocol(TCP, (layer) => layer.destinationPort),
    'TCP destination port.',
  ),
  key(
    'tcpflags',
    'TCP flags',
    bits(9),
    ofProtocol(TCP, (layer) => layer.tcpFlags),
    'The nine TCP flag bits, NS first.',
  ),
  key(
    'tcpwindow',
    'TCP window',
    NUMBER,
    ofProtocol(TCP, (layer) => layer.tcpWindow),
    'TCP receive window as sent, not scaled.',
  ),
  key(
    'udpsourceport',
    'Source port',
    NUMBER,
    ofProtocol(UDP, (layer) => layer.sourcePort),
    'UDP source port.',
  ),
  key(
    'udpdestinationport',
    'Destination port',
    NUMBER,
    ofProtocol(UDP, (layer) => layer.destinationPort),
    'UDP destination port.',
  ),
  key(
    'udpbytes',
    'UDP length',
    NUMBER,
    ofProtocol(UDP, (layer) => layer.udpLength),
    'Length of the UDP datagram with its header, in octets.',
  ),
  key(
    'sourceport',
    'Source port',
    NUMBER,
    field((layer) => layer.sourcePort),
    'Source port of TCP, UDP and SCTP alike. A key of Weir’s own.',
  ),
  key(
    'destinationport',
    'Destination port',
    NUMBER,
    field((layer) => layer.destinationPort),
    'Destination port of TCP, UDP and SCTP alike. A key of Weir’s own.',
  ),
  knowingKey(
    'application',
    'Application',
    APPLICATION,
    application,
    'IP protocol and service port, as protocol:port; the port is the one of the two that a service is known for. A key of Weir’s own.',
  ),
  key(
    'icmptype',
    'ICMP type',
    NUMBER,
    ofVersion(4, (layer) => layer.icmpType),
    'ICMP type.',
  ),
  key(
    'icmpcode',
    'ICMP code',
    NUMBER,
    ofVersion(4, (layer) => layer.icmpCode),
    'ICMP code.',
  ),
  key(
    'icmp6type',
    'ICMPv6 type',
    NUMBER,
    ofVersion(6, (layer) => layer.icmpType),
    'ICMPv6 type.',
  ),
  key(
    'icmp6code',
    'ICMPv6 code',
    NUMBER,
    ofVersion(6, (layer) => layer.icmpCode),
    'ICMPv6 code.',
  ),
  key(
    'icmpseqno',
    'ICMP sequence',
    NUMBER,
    icmpSequence,
    'Sequence number of an echo or timestamp message, ICMP and ICMPv6 alike.',
  ),
  key(
    'icmpunreachablenet',
    'Unreachable network',
    ADDRESS,
    unreachableAddress('net'),
    'Address to whose network there is no way, from the packet that an ICMP error quotes.',
  ),
  key(
    'icmpunreachablehost',
    'Unreachable host',
    ADDRESS,
    unreachableAddress('host'),
    'Address that does not answer, from the packet that an ICMP error quotes.',
  ),
  key(
    'icmpunreachableprotocol',
    'Unreachable protocol',
    NUMBER,
    unreachableProtocol,
    'IP protocol that a host does not speak, from the packet that an ICMP error quotes.',
  ),
  key(
    'icmpunreachableport',
    'Unreachable port',
    NUMBER,
    unreachablePort,
    'Port that nobody listens on, from the packet that an ICMP error quotes.',
  ),
  sampleKey(
    'tcprtt',
    'Round trip',
    NUMBER,
    recordField(TCP_INFO, 'rtt'),
    'Smoothed round-trip time of the connection, in microseconds.',
  ),
  sampleKey(
    'tcprttmin',
    'Least round trip',
    NUMBER,
    recordField(TCP_INFO, 'min_rtt', NO_LEAST),
    'Least round-trip time of the connection, in microseconds.',
  ),
  sampleKey(
    'tcprttvar',
    'Round trip variation',
    NUMBER,
    recordField(TCP_INFO, 'rttvar'),
    'Variation of the round-trip time as the kernel smooths it, in microseconds.',
  ),
  sampleKey(
    'tcprttsdev',
    'Round trip deviation',
    NUMBER,
    recordField(TCP_INFO, 'rttvar'),
    'Deviation of the round-trip time, in microseconds: what the kernel calls its variation.',
  ),
  sampleKey(
    'tcprttwait',
    'Round trip wait',
    NUMBER,
    wait,
    'How much the round trip takes beyond its least, in microseconds: the wait in queues.',
  ),
  sampleKey(
    'tcpunacked',
    'Unacknowledged',
    NUMBER,
    recordField(TCP_INFO, 'unacked'),
    'Segments under way that are not acknowledged.',
  ),
  sampleKey(
    'tcplost',
    'Lost',
    NUMBER,
    recordField(TCP_INFO, 'lost'),
    'Segments that the sender holds for lost.',
  ),
  sampleKey(
    'tcpretrans',
    'Retransmitted',
    NUMBER,
    recordField(TCP_INFO, 'retrans'),
    'Segments that were sent again.',
  ),
  sampleKey(
    'tcppathmtu',
    'Path MTU',
    NUMBER,
    recordField(TCP_INFO, 'pmtu'),
    'Path MTU of the connection, in octets.',
  ),
  sampleKey(
    'tcpcwnd',
    'Congestion window',
    NUMBER,
    recordField(TCP_INFO, 'snd_cwnd'),
    'Congestion window of the sender, in segments.',
  ),
  sampleKey(
    'tcpreordering',
    'Reordering',
    NUMBER,
    recordField(TCP_INFO, 'reordering'),
    'By how many segments the connection reorders.',
  ),
] as const;
