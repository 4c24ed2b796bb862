/**
 * Records that stand in for a sampled header: sampled_ethernet (0:2), sampled_ipv4 (0:3) and sampled_ipv6 (0:4)
 * of sflow_version_5.txt. They fill layer 0 as the header itself would, so that a flow key reads the same fields
 * from either form. One packet may come with an Ethernet and an IP record: each adds its own fields. The caller
 * sets `header.depth` to 0 before the first of a packet. A record that is too short leaves everything as it was.
 */
import type { Layer, PacketHeader } from './header.ts';
import {
  BY_IP_PROTOCOL,
  DCCP,
  DONE,
  ETHERNET,
  ICMP,
  ICMPV6,
  IPV4,
  IPV6,
  SCTP,
  TCP,
  UDP,
  UDP_LITE,
} from './protocols.ts';

const ETHERNET_OCTETS = 24;
/** As some agents write it: MAC addresses without XDR's two octets of padding. */
const UNPADDED_ETHERNET_OCTETS = 20;
const IPV4_RECORD_OCTETS = 32;
const IPV6_RECORD_OCTETS = 56;

/** Begins the packet, unless another of its records already has. */
function firstLayer(
  header: PacketHeader,
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
): Layer {
  const layer = header.layers[0];
  header.bytes = bytes;
  header.view = view;
  header.start = start;
  header.end = end;
  if (header.depth === 0) {
    layer.clear();
    header.truncated = false;
    header.stepCount = 0;
    header.depth = 1;
  }
  return layer;
}

/** Puts a protocol into the list of steps, Ethernet before the IP that may have come first. */
function noteStep(header: PacketHeader, protocol: number, offset: number): void {
  let step = header.stepCount++;
  if (protocol === ETHERNET) {
    for (; step > 0; step--) {
      header.stepProtocol[step] = header.stepProtocol[step - 1]!;
      header.stepOffset[step] = header.stepOffset[step - 1]!;
    }
  }
  header.stepProtocol[step] = protocol;
  header.stepOffset[step] = offset;
}

/** sampled_ethernet (0:2): length, source MAC, destination MAC, ethertype. */
export function fillFromEthernetRecord(
  header: PacketHeader,
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
): void {
  const octets = end - start;
  const padded = octets >= ETHERNET_OCTETS;
  if (!padded && octets !== UNPADDED_ETHERNET_OCTETS) return;
  const layer = firstLayer(header, bytes, view, start, end);
  layer.sourceMac = start + 4;
  layer.destinationMac = start + (padded ? 12 : 10);
  layer.etherType = view.getUint32(start + (padded ? 20 : 16)) & 0xffff;
  noteStep(header, ETHERNET, start);
}

/** sampled_ipv4 (0:3): length, protocol, addresses, ports, TCP flags, type of service. */
export function fillFromIpv4Record(
  header: PacketHeader,
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
): void {
  if (end - start < IPV4_RECORD_OCTETS) return;
  const layer = firstLayer(header, bytes, view, start, end);
  noteStep(header, IPV4, start);
  layer.ipVersion = 4;
  layer.sourceIp = start + 8;
  layer.destinationIp = start + 12;
  layer.tos = view.getUint32(start + 28) & 0xff;
  fillTransport(header, layer, view, start, start + 16);
}

/** sampled_ipv6 (0:4): length, next header, addresses, ports, TCP flags, priority. */
export function fillFromIpv6Record(
  header: PacketHeader,
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
): void {
  if (end - start < IPV6_RECORD_OCTETS) return;
  const layer = firstLayer(header, bytes, view, start, end);
  noteStep(header, IPV6, start);
  layer.ipVersion = 6;
  layer.sourceIp = start + 8;
  layer.destinationIp = start + 24;
  layer.tos = view.getUint32(start + 52) & 0xff;
  fillTransport(header, layer, view, start, start + 40);
}

/** Length and protocol at `start`; ports and flags at `ports`, which mean something for some protocols only. */
function fillTransport(
  header: PacketHeader,
  layer: Layer,
  view: DataView,
  start: number,
  ports: number,
): void {
  // A frame is at most 65,535 octets behind IP; the mask keeps a wild value a small integer.
  layer.ipLength = view.getUint32(start) & 0x3fff_ffff;
  layer.ipProtocol = view.getUint32(start + 4) & 0xff;
  const protocol = BY_IP_PROTOCOL[layer.ipProtocol]!;
  if (protocol === DONE) return;
  if (
    protocol === TCP ||
    protocol === UDP ||
    protocol === SCTP ||
    protocol === DCCP ||
    protocol === UDP_LITE
  ) {
    noteStep(header, protocol, ports);
    layer.sourcePort = view.getUint32(ports) & 0xffff;
    layer.destinationPort = view.getUint32(ports + 4) & 0xffff;
    if (protocol === TCP) layer.tcpFlags = view.getUint32(ports + 8) & 0x1ff;
  } else if (protocol === ICMP || protocol === ICMPV6) {
    noteStep(header, protocol, ports);
  }
}
