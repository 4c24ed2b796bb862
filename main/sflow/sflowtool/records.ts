/**
 * One record as sflowtool prints it. Most are a list of fields and labels (labels.ts); the rest, which it
 * prints in an order or shape of their own, have a function here. A record that ends early is printed as far
 * as it goes; nothing behind its end is read.
 */
import { hexText } from '../address.ts';
import { APPLICATION_STATUS, TCP_DIRECTION } from '../enumerations.ts';
import { type Field, padded, type RecordType, type Space, tagText } from '../field.ts';
import { GatewayFields } from '../fields.ts';
import { gatewayVersion2, gatewayVersion4, legacySampledHeader } from '../flow-records/legacy.ts';
import { sampledHeader as sampledHeaderRecord } from '../flow-records/packet.ts';
import { structureByTag } from '../registry.ts';
import { safeText } from '../text.ts';
import { printHeader, type SampleState } from './header.ts';
import { counterLabels, flowLabels, type Labels } from './labels.ts';
import type { Printer } from './printer.ts';
import { decimals, plainAddress, plainMac } from './value.ts';

/** A record's octets, and where reading stands in them. */
export type Cursor = {
  bytes: Uint8Array;
  view: DataView;
  offset: number;
  end: number;
};

type RecordPrinter = (out: Printer, at: Cursor, state: SampleState) => void;

/**
 * Prints the record of `tag` that lies at the cursor up to its end. `what` is sflowtool's word for the place, used where the
 * record is none of those that it knows.
 */
export function printRecord(
  out: Printer,
  state: SampleState,
  space: 'flow' | 'counter',
  tag: number,
  at: Cursor,
  what: string,
): void {
  const special = (space === 'flow' ? flowPrinters : counterPrinters)[tag];
  if (special !== undefined) {
    special(out, at, state);
    return;
  }
  const found = labelled(space, tag);
  if (found === null) {
    out.remark(`skipping unknown ${what}: ${tagText(tag)} len=${at.end - at.offset}`);
    return;
  }
  printLabelled(out, at, found);
}

/** A declaration with sflowtool's labels, in the order of the wire; groups are flattened. */
type LabelledRecord = { labels: Labels; fields: readonly Field[]; names: readonly string[] };

const labelledRecords: Record<Space, Map<number, LabelledRecord | null>> = {
  flow: new Map(),
  counter: new Map(),
  sample: new Map(),
};

function labelled(space: 'flow' | 'counter', tag: number): LabelledRecord | null {
  const known = labelledRecords[space].get(tag);
  if (known !== undefined) return known;
  const structure = structureByTag(space, tag);
  if (structure === null) return null;
  const labels = (space === 'flow' ? flowLabels : counterLabels)[structure.name];
  const made = labels === undefined ? null : withLabels(structure, labels);
  labelledRecords[space].set(tag, made);
  return made;
}

function withLabels(structure: RecordType, labels: Labels): LabelledRecord {
  const fields = structure.fields.flatMap((field) => (field.type === 'group' ? field.of : [field]));
  const names = fields.map(({ name }) => labels.rename?.[name] ?? `${labels.prefix ?? ''}${name}`);
  return { labels, fields, names };
}

function printLabelled(out: Printer, at: Cursor, { labels, fields, names }: LabelledRecord): void {
  if (labels.heading !== undefined) out.field(...labels.heading);
  for (let i = 0; i < fields.length; i++) {
    const value = nextValue(at, fields[i]!, labels);
    if (value === null) return;
    if (value !== '' || labels.emptyToo === true) out.field(names[i]!, value);
  }
}

/** The next field's text, or null where it is not there; an empty string is ''. */
function nextValue(at: Cursor, field: Field, labels: Labels): string | null {
  const { bytes, view, offset, end } = at;
  switch (field.type) {
    case 'u32':
    case 'i32':
    case 'f32': {
      if (end - offset < 4) return null;
      at.offset += 4;
      if (field.type === 'f32') return decimals(view.getFloat32(offset), 3);
      if (field.unit === '0.01 %') return percent(view.getUint32(offset));
      if (field.names === TCP_DIRECTION) return TCP_DIRECTION[view.getUint32(offset)] ?? '<bad value>';
      // Signed ones too: sflowtool prints every word unsigned.
      return `${view.getUint32(offset)}`;
    }
    case 'u64':
      if (end - offset < 8) return null;
      at.offset += 8;
      return `${view.getBigUint64(offset)}`;
    case 'mac':
      if (end - offset < 6) return null;
      at.offset = offset + 8;
      return plainMac(bytes, offset);
    case 'ipv4':
    case 'ipv6':
      if (end - offset < field.length) return null;
      at.offset += field.length;
      return plainAddress(bytes, offset, field.length);
    case 'uuid':
      if (end - offset < 16) return null;
      at.offset += 16;
      return hexText(bytes, offset, offset + 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    case 'address': {
      if (end - offset < 4) return null;
      const type = view.getUint32(offset);
      const octets = type === 1 ? 4 : type === 2 ? 16 : 0;
      if (end - offset - 4 < octets) return null;
      at.offset += 4 + octets;
      return plainAddress(bytes, offset + 4, octets);
    }
    case 'text':
      return nextText(at, labels.buffer ?? field.maximum);
    default:
      return null;
  }
}

/** A string as far as sflowtool's buffer (of `buffer` octets, one of them for the end) would hold it. */
function nextText(at: Cursor, buffer: number): string | null {
  const { bytes, view, offset, end } = at;
  if (end - offset < 4) return null;
  const length = view.getUint32(offset);
  if (length > end - offset - 4) return null;
  at.offset = offset + 4 + padded(length);
  return safeText(bytes, offset + 4, offset + 4 + Math.min(length, buffer - 1));
}

function nextWord(at: Cursor): number | null {
  if (at.end - at.offset < 4) return null;
  const value = at.view.getUint32(at.offset);
  at.offset += 4;
  return value;
}

function percent(hundredths: number): string {
  return hundredths === 0xffffffff ? 'unknown' : decimals(Math.fround(Math.fround(hundredths) / 100), 2);
}

/** Prints the next word under `label`; false where there is none. */
function word(out: Printer, at: Cursor, label: string): boolean {
  const value = nextWord(at);
  if (value === null) return false;
  out.field(label, value);
  return true;
}

/** sampled_header, of version 5 or (without the stripped octets) of versions 2 and 4. */
function sampledHeader(hasStripped: boolean): RecordPrinter {
  return (out, at, state) => {
    out.field('flowSampleType', 'HEADER');
    if (at.end - at.offset < (hasStripped ? 16 : 12)) return;
    const protocol = nextWord(at) ?? 0;
    out.field('headerProtocol', protocol);
    state.sampledPacketSize = nextWord(at) ?? 0;
    out.field('sampledPacketSize', state.sampledPacketSize);
    if (hasStripped) {
      state.stripped = nextWord(at) ?? 0;
      out.field('strippedBytes', state.stripped);
    }
    const length = nextWord(at) ?? 0;
    out.field('headerLen', length);
    printHeader(out, state, at.bytes, protocol, at.offset, Math.min(at.end, at.offset + length));
  };
}

function sampledEthernet(prefix: string): RecordPrinter {
  return (out, { bytes, view, offset, end }, state) => {
    out.field('flowSampleType', `${prefix}ETHERNET`);
    if (end - offset < 24) return;
    state.sourceMac = plainMac(bytes, offset + 4);
    state.destinationMac = plainMac(bytes, offset + 12);
    state.etherType = view.getUint32(offset + 20);
    out.pushPrefix(prefix);
    out.field('ethernet_type', state.etherType);
    out.field('ethernet_len', view.getUint32(offset));
    out.field('ethernet_src', state.sourceMac);
    out.field('ethernet_dst', state.destinationMac);
    out.popPrefix();
  };
}

/** sampled_ipv4 (addresses of 4 octets) and sampled_ipv6 (16). */
function sampledIp(prefix: string, octets: 4 | 16): RecordPrinter {
  return (out, { bytes, view, offset, end }, state) => {
    const suffix = octets === 4 ? '' : '6';
    out.field('flowSampleType', `${prefix}IPV${octets === 4 ? 4 : 6}`);
    if (end - offset < 24 + 2 * octets) return;
    const afterAddresses = offset + 8 + 2 * octets;
    state.sampledPacketSize = view.getUint32(offset);
    state.ipProtocol = view.getUint32(offset + 4);
    state.sourceIp = plainAddress(bytes, offset + 8, octets);
    state.destinationIp = plainAddress(bytes, offset + 8 + octets, octets);
    state.sourcePort = view.getUint32(afterAddresses);
    state.destinationPort = view.getUint32(afterAddresses + 4);
    const serviceOrPriority = view.getUint32(afterAddresses + 12);
    out.pushPrefix(prefix);
    out.field('sampledPacketSize', state.sampledPacketSize);
    out.field('IPSize', state.sampledPacketSize);
    out.field(`srcIP${suffix}`, state.sourceIp);
    out.field(`dstIP${suffix}`, state.destinationIp);
    out.field('IPProtocol', state.ipProtocol);
    if (octets === 4) {
      state.tos = serviceOrPriority;
      out.field('IPTOS', state.tos);
    } else out.field('priority', serviceOrPriority);
    if (state.ipProtocol === 1) out.field('ICMPType', state.destinationPort);
    else if (state.ipProtocol === 6 || state.ipProtocol === 17) {
      const name = state.ipProtocol === 6 ? 'TCP' : 'UDP';
      out.field(`${name}SrcPort`, state.sourcePort);
      out.field(`${name}DstPort`, state.destinationPort);
      if (state.ipProtocol === 6) {
        state.tcpFlags = view.getUint32(afterAddresses + 8);
        out.field('TCPFlags', state.tcpFlags);
      }
    }
    out.popPrefix();
  };
}

const extendedSwitch: RecordPrinter = (out, at, state) => {
  if (at.end - at.offset >= 16) {
    state.inputVlan = at.view.getUint32(at.offset);
    state.outputVlan = at.view.getUint32(at.offset + 8);
  }
  const found = labelled('flow', 1001);
  if (found !== null) printLabelled(out, at, found);
};

/** The socket's ends count as the sample's addresses. Octets per address: 4 or 16. */
function socket(tag: number, octets: 4 | 16): RecordPrinter {
  return (out, at, state) => {
    const { bytes, offset, end } = at;
    if (end - offset >= 4 + 2 * octets) {
      state.sourceIp = plainAddress(bytes, offset + 4, octets);
      state.destinationIp = plainAddress(bytes, offset + 4 + octets, octets);
    }
    const found = labelled('flow', tag);
    if (found !== null) printLabelled(out, at, found);
  };
}

const gatewayFields = new GatewayFields();

/** extended_gateway of version 5, 4 or 2, told by its tag. */
function extendedGateway(tag: number): RecordPrinter {
  return (out, { bytes, view, offset, end }) => {
    const gateway = gatewayFields;
    gateway.read(view, tag, offset, end);
    out.field('extendedType', 'GATEWAY');
    if (tag === 1003)
      out.field(
        'bgp_nexthop',
        plainAddress(bytes, gateway.nextHopOffset, gateway.nextHopType === 1 ? 4 : gateway.nextHopType * 8),
      );
    if (gateway.sourcePeerAs < 0) return;
    out.field('my_as', gateway.as);
    out.field('src_as', gateway.sourceAs);
    out.field('src_peer_as', gateway.sourcePeerAs);
    const first = Math.max(0, gateway.destinationPeerAs);
    const last = Math.max(0, gateway.destinationAs);
    if (tag !== 1003 && gateway.pathStart < 0) {
      out.field('dst_as', last);
      out.field('dst_peer_as', first);
      out.field('dst_as_path_len', gateway.pathLength);
      if (gateway.pathLength > 0) out.field('dst_as_path', words(view, offset + 16, gateway.pathLength));
      return;
    }
    if (gateway.pathEnd > gateway.pathStart) out.field('dst_as_path', asPath(view, gateway));
    out.field('dst_as', last);
    out.field('dst_peer_as', first);
    if (gateway.communityCount > 0)
      out.field('BGP_communities', words(view, gateway.communitiesOffset, gateway.communityCount));
    if (gateway.localPreference >= 0) out.field('BGP_localpref', gateway.localPreference);
  };
}

/** AS numbers joined by '-'; a set stands in brackets, and segments follow each other without a mark. */
function asPath(view: DataView, gateway: GatewayFields): string {
  let path = '';
  for (let at = gateway.pathStart; at < gateway.pathEnd; ) {
    const type = view.getUint32(at);
    const count = view.getUint32(at + 4);
    if (count > 0) path += type === 1 ? `(${words(view, at + 8, count)})` : words(view, at + 8, count);
    at += 8 + 4 * count;
  }
  return path;
}

function words(view: DataView, offset: number, count: number): string {
  const texts: string[] = [];
  for (let i = 0; i < count; i++) texts.push(`${view.getUint32(offset + 4 * i)}`);
  return texts.join('-');
}

const extendedUser: RecordPrinter = (out, at) => {
  out.field('extendedType', 'USER');
  const sourceSet = nextWord(at);
  if (sourceSet === null) return;
  out.field('src_user_charset', sourceSet);
  const source = nextText(at, 200);
  const destinationSet = nextWord(at);
  if (source === null || destinationSet === null) return;
  out.field('dst_user_charset', destinationSet);
  const destination = nextText(at, 200);
  out.field('src_user', source);
  if (destination !== null) out.field('dst_user', destination);
};

/** A list of words, each shown by `show`; not printed where it is empty. */
function stack(out: Printer, at: Cursor, label: string, show: (entry: number) => string): boolean {
  const depth = nextWord(at);
  if (depth === null || depth > (at.end - at.offset) / 4) return false;
  const entries: string[] = [];
  for (let i = 0; i < depth; i++) entries.push(show(nextWord(at) ?? 0));
  if (depth > 0) out.field(label, entries.join('-'));
  return true;
}

/** label.experimental.bottom.ttl */
function mplsEntry(entry: number): string {
  return `${entry >>> 12}.${(entry >>> 9) & 7}.${(entry >>> 8) & 1}.${entry & 255}`;
}

/** TPID, then priority.CFI.VLAN, with nothing between. */
function vlanEntry(entry: number): string {
  const tpid = (entry >>> 16).toString(16).padStart(4, '0');
  return `0x${tpid}${(entry >>> 13) & 7}.${(entry >>> 12) & 1}.${entry & 4095}`;
}

const extendedMpls: RecordPrinter = (out, at) => {
  out.field('extendedType', 'MPLS');
  const nextHop = nextValue(at, { name: '', type: 'address', unit: '' }, {});
  if (nextHop === null) return;
  out.field('mpls_nexthop', nextHop);
  if (stack(out, at, 'mpls_input_stack', mplsEntry)) stack(out, at, 'mpls_output_stack', mplsEntry);
};

const memcacheOperation: RecordPrinter = (out, at) => {
  out.field('flowSampleType', 'memcache');
  word(out, at, 'memcache_op_protocol');
  word(out, at, 'memcache_op_cmd');
  const key = nextText(at, 255);
  if (key === null) return;
  if (key !== '') out.field('memcache_op_key', urlEncoded(key));
  for (const name of ['nkeys', 'value_bytes', 'duration_uS', 'status'])
    if (!word(out, at, `memcache_op_${name}`)) return;
};

/** Letters and digits as they are, white space as '+', every other octet as %XX. */
function urlEncoded(text: string): string {
  let encoded = '';
  for (const octet of new TextEncoder().encode(text)) {
    const character = String.fromCharCode(octet);
    if (/[A-Za-z0-9]/.test(character)) encoded += character;
    else if (/\s/.test(character)) encoded += '+';
    else encoded += `%${octet.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

/** sflowtool's buffer for the status text is half the published maximum. */
const STATUS_TEXT_BUFFER = 32;

const appOperation: RecordPrinter = (out, at) => {
  out.field('flowSampleType', 'applicationOperation');
  const texts = [
    ['application', 32],
    ['operation', 32],
    ['attributes', 255],
    ['status_descr', STATUS_TEXT_BUFFER],
  ] as const;
  for (const [name, buffer] of texts) {
    const text = nextText(at, buffer);
    if (text === null) return;
    if (text !== '') out.field(name, text);
  }
  if (at.end - at.offset < 24) return;
  out.field('request_bytes', `${at.view.getBigUint64(at.offset)}`);
  out.field('response_bytes', `${at.view.getBigUint64(at.offset + 8)}`);
  at.offset += 16;
  word(out, at, 'duration_uS');
  const status = nextWord(at) ?? 0;
  // sflowtool's spelling of the last one.
  const name = status === 10 ? 'UNATHORIZED' : APPLICATION_STATUS[status];
  out.field('status', name ?? `<out-of-range=${status}>`);
};

const lagPort: RecordPrinter = (out, { bytes, view, offset, end }) => {
  if (end - offset < 56) return;
  out.field('actorSystemID', plainMac(bytes, offset));
  out.field('partnerSystemID', plainMac(bytes, offset + 8));
  out.field('attachedAggID', view.getUint32(offset + 16));
  ['actorAdmin', 'actorOper', 'partnerAdmin', 'partnerOper'].forEach((name, i) => {
    out.field(`${name}PortState`, bytes[offset + 20 + i]!);
  });
  [
    'LACPDUsRx',
    'markerPDUsRx',
    'markerResponsePDUsRx',
    'unknownRx',
    'illegalRx',
    'LACPDUsTx',
    'markerPDUsTx',
    'markerResponsePDUsTx',
  ].forEach((name, i) => {
    out.field(name, view.getUint32(offset + 24 + 4 * i));
  });
};

const openflowPort: RecordPrinter = (out, at) => {
  if (at.end - at.offset < 12) return;
  out.field('openflow_datapath_id', hexText(at.bytes, at.offset, at.offset + 8));
  at.offset += 8;
  word(out, at, 'openflow_port');
};

const LANE_FIELDS = [
  'index',
  'tx_bias_current_uA',
  'tx_power_uW',
  'tx_power_min_uW',
  'tx_power_max_uW',
  'tx_wavelength_nM',
  'rx_power_uW',
  'rx_power_min_uW',
  'rx_power_max_uW',
  'rx_wavelength_nM',
];

const opticalModule: RecordPrinter = (out, at) => {
  for (const name of ['module_id', 'module_total_lanes', 'module_supply_voltage', 'module_temperature'])
    if (!word(out, at, `sfp_${name}`)) return;
  const lanes = nextWord(at);
  if (lanes === null || lanes > (at.end - at.offset) / 40) return;
  out.field('sfp_module_active_lanes', lanes);
  out.open('sfp_lanes', '[');
  for (let lane = 0; lane < lanes; lane++) {
    out.open('', '{');
    for (const name of LANE_FIELDS) {
      const value = nextWord(at) ?? 0;
      if (out.json) out.field(name, value);
      out.field(`sfp_lane_${name}.${lane}`, value);
    }
    out.close('}');
  }
  out.close(']');
};

/** In JSON a list of adapters with a list of MACs each, in text numbered fields. */
const hostAdapters: RecordPrinter = (out, at) => {
  const adapters = nextWord(at);
  if (adapters === null || adapters > (at.end - at.offset) / 8) return;
  out.open('adaptor_list', '[');
  for (let i = 0; i < adapters; i++) {
    const index = nextWord(at);
    const macs = nextWord(at);
    if (index === null || macs === null || macs > (at.end - at.offset) / 8) break;
    out.open('', '{');
    out.pushPrefix(out.json ? '' : `adaptor_${i}_`);
    out.field('ifIndex', index);
    out.field('MACs', macs);
    out.open('mac_list', '[');
    for (let j = 0; j < macs; j++) {
      const text = plainMac(at.bytes, at.offset);
      if (out.json) out.element(text);
      else out.field(`MAC_${j}`, text);
      at.offset += 8;
    }
    out.close(']');
    out.popPrefix();
    out.close('}');
  }
  out.close(']');
};

/** The cipher suite; sflowtool goes on to read a sampled header, which this record has not. */
const wifiPayload: RecordPrinter = (out, at) => {
  word(out, at, 'cipher_suite');
};

const ifCounters: RecordPrinter = (out, at, state) => {
  const found = labelled('counter', 1);
  if (found === null) return;
  const values: string[] = [];
  for (const [i, field] of found.fields.entries()) {
    const value = nextValue(at, field, found.labels);
    if (value === null) break;
    values.push(value);
    out.field(found.names[i]!, value);
  }
  state.interfaceCounters = values;
};

const flowPrinters: { readonly [tag: number]: RecordPrinter } = {
  [sampledHeaderRecord.tag]: sampledHeader(true),
  [legacySampledHeader.tag]: sampledHeader(false),
  2: sampledEthernet(''),
  3: sampledIp('', 4),
  4: sampledIp('', 16),
  1001: extendedSwitch,
  1003: extendedGateway(1003),
  [gatewayVersion2.tag]: extendedGateway(gatewayVersion2.tag),
  [gatewayVersion4.tag]: extendedGateway(gatewayVersion4.tag),
  1004: extendedUser,
  1006: extendedMpls,
  1012: (out, at) => {
    stack(out, at, 'vlan_tunnel', vlanEntry);
  },
  1013: wifiPayload,
  1021: sampledEthernet('tunnel_l2_out_'),
  1022: sampledEthernet('tunnel_l2_in_'),
  1023: sampledIp('tunnel_ipv4_out_', 4),
  1024: sampledIp('tunnel_ipv4_in_', 4),
  1025: sampledIp('tunnel_ipv6_out_', 16),
  1026: sampledIp('tunnel_ipv6_in_', 16),
  2100: socket(2100, 4),
  2101: socket(2101, 16),
  2200: memcacheOperation,
  2202: appOperation,
};

const counterPrinters: { readonly [tag: number]: RecordPrinter } = {
  1: ifCounters,
  7: lagPort,
  10: opticalModule,
  1004: openflowPort,
  2001: hostAdapters,
};
