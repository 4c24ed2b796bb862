/** Keys of Ethernet, of the switch's own view of VLANs (extended_switch), and of ARP (RFC 826). */
import type { Layer } from '../../packet/header.ts';
import { BOOLEAN, IPV4, MAC, NUMBER } from '../form.ts';
import { field, key, type Read, recordField, sampleKey, writeIpv4, writeMac } from './line.ts';

const SWITCH = 1001;

const mac =
  (get: (layer: Layer) => number): Read =>
  (sample, layer, out, at) => {
    const offset = get(layer);
    if (offset < 0) return false;
    writeMac(sample.header.view, offset, out, at);
    return true;
  };

/** Bit 0 of a MAC's first octet says that it is a group's; the group of all ones is everybody. */
function isGroup(view: DataView, offset: number): boolean {
  return (view.getUint8(offset) & 1) === 1;
}

function isAll(view: DataView, offset: number): boolean {
  return (
    view.getUint16(offset) === 0xffff &&
    view.getUint16(offset + 2) === 0xffff &&
    view.getUint16(offset + 4) === 0xffff
  );
}

const destinationIs =
  (test: (view: DataView, offset: number) => boolean): Read =>
  (sample, layer, out, at) => {
    const offset = layer.destinationMac;
    if (offset < 0) return false;
    out[at] = test(sample.header.view, offset) ? 1 : 0;
    return true;
  };

const ARP_OCTETS = 8;
const IP_TYPE = 0x0800;

/** The place of an ARP address: 0 sender and 1 target hardware, 2 sender and 3 target protocol; -1 absent. */
function arpAddress(view: DataView, arp: number, end: number, which: 0 | 1 | 2 | 3): number {
  const hardware = view.getUint8(arp + 4);
  const protocol = view.getUint8(arp + 5);
  const isTarget = which === 1 || which === 3;
  const isProtocol = which >= 2;
  if (isProtocol ? protocol !== 4 || view.getUint16(arp + 2) !== IP_TYPE : hardware !== 6) return -1;
  const offset = arp + ARP_OCTETS + (isTarget ? hardware + protocol : 0) + (isProtocol ? hardware : 0);
  return offset + (isProtocol ? protocol : hardware) > end ? -1 : offset;
}

const arp =
  (which: 0 | 1 | 2 | 3): Read =>
  (sample, layer, out, at) => {
    if (layer.arp < 0) return false;
    const { view, end } = sample.header;
    const offset = arpAddress(view, layer.arp, end, which);
    if (offset < 0) return false;
    if (which >= 2) writeIpv4(view, offset, out, at);
    else writeMac(view, offset, out, at);
    return true;
  };

export const ethernetKeys = [
  key(
    'macsource',
    'Source MAC',
    MAC,
    mac((layer) => layer.sourceMac),
    'Source MAC address.',
  ),
  key(
    'macdestination',
    'Destination MAC',
    MAC,
    mac((layer) => layer.destinationMac),
    'Destination MAC address.',
  ),
  key(
    'ethernetprotocol',
    'Ethertype',
    NUMBER,
    field((layer) => layer.etherType),
    'Ethertype in decimal.',
  ),
  key(
    'vlan',
    'VLAN',
    NUMBER,
    field((layer) => (layer.vlanCount > 0 ? layer.vlan[0]! : -1)),
    'VLAN id of the outermost tag.',
  ),
  key(
    'priority',
    'Priority',
    NUMBER,
    field((layer) => (layer.vlanCount > 0 ? layer.priority[0]! : -1)),
    'Priority (802.1p) of the outermost VLAN tag.',
  ),
  key(
    'isunicast',
    'Unicast',
    BOOLEAN,
    destinationIs((view, offset) => !isGroup(view, offset)),
    'Whether the frame is for one MAC address: true or false.',
  ),
  key(
    'ismulticast',
    'Multicast',
    BOOLEAN,
    destinationIs((view, offset) => isGroup(view, offset) && !isAll(view, offset)),
    'Whether the frame is for a group, broadcast not counted: true or false.',
  ),
  key(
    'isbroadcast',
    'Broadcast',
    BOOLEAN,
    destinationIs(isAll),
    'Whether the frame is for all: true or false.',
  ),
  sampleKey(
    'vlansource',
    'Source VLAN',
    NUMBER,
    recordField(SWITCH, 'src_vlan'),
    'VLAN that the switch received the frame on.',
  ),
  sampleKey(
    'vlandestination',
    'Destination VLAN',
    NUMBER,
    recordField(SWITCH, 'dst_vlan'),
    'VLAN that the switch sent the frame on.',
  ),
  sampleKey(
    'prioritysource',
    'Source priority',
    NUMBER,
    recordField(SWITCH, 'src_priority'),
    'Priority with which the switch received the frame.',
  ),
  sampleKey(
    'prioritydestination',
    'Destination priority',
    NUMBER,
    recordField(SWITCH, 'dst_priority'),
    'Priority with which the switch sent the frame.',
  ),
  key(
    'arpoperation',
    'ARP operation',
    NUMBER,
    (sample, layer, out, at) => {
      if (layer.arp < 0) return false;
      out[at] = sample.header.view.getUint16(layer.arp + 6);
      return true;
    },
    'ARP operation: 1 request, 2 reply.',
  ),
  key('arpipsender', 'ARP sender', IPV4, arp(2), 'IPv4 address that an ARP message is from.'),
  key('arpiptarget', 'ARP target', IPV4, arp(3), 'IPv4 address that an ARP message asks for.'),
  key('arpmacsender', 'ARP sender MAC', MAC, arp(0), 'MAC address that an ARP message is from.'),
  key('arpmactarget', 'ARP target MAC', MAC, arp(1), 'MAC address that an ARP message is for.'),
] as const;
