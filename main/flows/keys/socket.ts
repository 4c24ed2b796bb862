/**
 * Who a sampled request was between: the sockets of sflow_host.txt (0:2100, 0:2101) and of a proxy behind it
 * (0:2102, 0:2103, sflow_http.txt). A socket has a local and a remote end; which of them is the server is told by
 * the sample's interfaces: a client says that its request comes from inside (input internal). Servers say the
 * reverse; who says neither is taken for a server, as that is who samples requests.
 */
import { INTERFACE_INTERNAL } from '../../samples/agent.ts';
import type { Sample } from '../../samples/sample.ts';
import { tagOf } from '../../sflow/field.ts';
import { IPV4, IPV6, NUMBER } from '../form.ts';
import { type Read, sampleKey, writeIpv4, writeIpv6 } from './line.ts';

const IPV4_OCTETS = 20;
const IPV6_OCTETS = 44;
const SOCKET = 2100;
const PROXY_SOCKET = 2102;

type End = 'server' | 'client';

/** Start of the socket record with this tag, as long as a socket is; -1 where there is none. */
function socketStart(sample: Sample, tag: number, octets: number): number {
  const { records } = sample.flow;
  const index = records.find(tag);
  if (index < 0 || records.end[index]! - records.start[index]! < octets) return -1;
  return records.start[index]!;
}

/** A proxy is the client of the socket behind it. */
function isLocal(sample: Sample, end: End, format: number): boolean {
  const { flow } = sample;
  const localIsClient =
    format === PROXY_SOCKET || (flow.inputFormat === 0 && flow.inputValue === INTERFACE_INTERNAL);
  return localIsClient === (end === 'client');
}

const address4 = (format: number, end: End): Read => {
  const tag = tagOf(0, format);
  return (sample, _layer, out, at) => {
    const start = socketStart(sample, tag, IPV4_OCTETS);
    if (start < 0) return false;
    writeIpv4(sample.datagram.view, start + (isLocal(sample, end, format) ? 4 : 8), out, at);
    return true;
  };
};

const address6 = (format: number, end: End): Read => {
  const tag = tagOf(0, format + 1);
  return (sample, _layer, out, at) => {
    const start = socketStart(sample, tag, IPV6_OCTETS);
    if (start < 0) return false;
    writeIpv6(sample.datagram.view, start + (isLocal(sample, end, format) ? 4 : 20), out, at);
    return true;
  };
};

const port = (format: number, end: End): Read => {
  const tag4 = tagOf(0, format);
  const tag6 = tagOf(0, format + 1);
  return (sample, _layer, out, at) => {
    let start = socketStart(sample, tag4, IPV4_OCTETS);
    if (start >= 0) start += 12;
    else {
      start = socketStart(sample, tag6, IPV6_OCTETS);
      if (start < 0) return false;
      start += 36;
    }
    out[at] = sample.datagram.view.getUint32(start + (isLocal(sample, end, format) ? 0 : 4));
    return true;
  };
};

/** IP protocol of the socket of either family: 0:`format` or the one behind it. */
export const socketProtocol = (format: number): Read => {
  const tag4 = tagOf(0, format);
  const tag6 = tagOf(0, format + 1);
  return (sample, _layer, out, at) => {
    let start = socketStart(sample, tag4, IPV4_OCTETS);
    if (start < 0) start = socketStart(sample, tag6, IPV6_OCTETS);
    if (start < 0) return false;
    out[at] = sample.datagram.view.getUint32(start);
    return true;
  };
};

export const socketKeys = [
  sampleKey(
    'serveraddress',
    'Server',
    IPV4,
    address4(SOCKET, 'server'),
    'IPv4 address of the server of a sampled request.',
  ),
  sampleKey(
    'serveraddress6',
    'Server',
    IPV6,
    address6(SOCKET, 'server'),
    'IPv6 address of the server of a sampled request.',
  ),
  sampleKey(
    'serverport',
    'Server port',
    NUMBER,
    port(SOCKET, 'server'),
    'Port of the server of a sampled request.',
  ),
  sampleKey(
    'clientaddress',
    'Client',
    IPV4,
    address4(SOCKET, 'client'),
    'IPv4 address of the client of a sampled request.',
  ),
  sampleKey(
    'clientaddress6',
    'Client',
    IPV6,
    address6(SOCKET, 'client'),
    'IPv6 address of the client of a sampled request.',
  ),
  sampleKey(
    'clientport',
    'Client port',
    NUMBER,
    port(SOCKET, 'client'),
    'Port of the client of a sampled request.',
  ),
  sampleKey(
    'proxyprotocol',
    'Proxy protocol',
    NUMBER,
    socketProtocol(PROXY_SOCKET),
    'IP protocol between a proxy and the server behind it.',
  ),
  sampleKey(
    'proxyserveraddress',
    'Proxied server',
    IPV4,
    address4(PROXY_SOCKET, 'server'),
    'IPv4 address of the server behind a proxy.',
  ),
  sampleKey(
    'proxyserveraddress6',
    'Proxied server',
    IPV6,
    address6(PROXY_SOCKET, 'server'),
    'IPv6 address of the server behind a proxy.',
  ),
  sampleKey(
    'proxyserverport',
    'Proxied server port',
    NUMBER,
    port(PROXY_SOCKET, 'server'),
    'Port of the server behind a proxy.',
  ),
  sampleKey(
    'proxyclientaddress',
    'Proxy',
    IPV4,
    address4(PROXY_SOCKET, 'client'),
    'IPv4 address with which a proxy asks the server behind it.',
  ),
  sampleKey(
    'proxyclientaddress6',
    'Proxy',
    IPV6,
    address6(PROXY_SOCKET, 'client'),
    'IPv6 address with which a proxy asks the server behind it.',
  ),
  sampleKey(
    'proxyclientport',
    'Proxy port',
    NUMBER,
    port(PROXY_SOCKET, 'client'),
    'Port with which a proxy asks the server behind it.',
  ),
] as const;
