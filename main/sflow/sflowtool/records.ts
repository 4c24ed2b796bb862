/**
 * One record as sflowtool prints it. Most are a list of fields and labels (labels.ts); the rest, which it
 * prints in an order or shape of their own, have a function here. A record that ends early is printed as far
 * as it goes; nothing behind its end is read.
 */
import { hexText } from '../address.ts';
import { APPLICATION_STATUS } from '../enumerations.ts';
import { tagText } from '../field.ts';
import { gatewayVersion2, gatewayVersion4, legacySampledHeader } from '../flow-records/legacy.ts';
import { sampledHeader as sampledHeaderRecord } from '../flow-records/packet.ts';
import { type Cursor, nextText, nextWord, type RecordPrinter, word } from './cursor.ts';
import {
  extendedGateway,
  extendedMpls,
  extendedSwitch,
  extendedUser,
  socket,
  stack,
  vlanEntry,
} from './forwarding-records.ts';
import type { SampleState } from './header.ts';
import { labelled, nextValue, printLabelled } from './labelled.ts';
import { sampledEthernet, sampledHeader, sampledIp } from './packet-records.ts';
import type { Printer } from './printer.ts';
import { plainMac } from './value.ts';

/**
 * Prints the record of `tag` that lies at the cursor up to its end. `what` is sflowtool's word for the place,
 * used where the record is none of those that it knows.
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
