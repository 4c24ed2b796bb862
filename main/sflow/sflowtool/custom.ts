/** sFlow-RT's own samples as sflowtool prints them: each field under a prefix that tells its type. */
import { padded } from '../field.ts';
import { rtMetric } from '../samples.ts';
import { safeText } from '../text.ts';
import type { Printer } from './printer.ts';
import type { Cursor } from './records.ts';
import { decimals, plainAddress, plainMac } from './value.ts';

/** sflowtool's buffers, one octet of each for the end. */
const NAME_BUFFER = 64;
const VALUE_BUFFER = 255;

const METRIC_TYPES = ['string', 'counter32', 'counter64', 'gauge32', 'gauge64', 'gaugeFloat', 'gaugeDouble'];
const FLOW_TYPES = ['string', 'mac', 'ip', 'ip6', 'int32', 'int64', 'float', 'double'];

/** Prints the rtmetric or rtflow sample that lies at the cursor; ends with the first field that is damaged. */
export function printCustomSample(out: Printer, tag: number, at: Cursor): void {
  const metric = tag === rtMetric.tag;
  const family = metric ? 'rtmetric' : 'rtflow';
  const types = metric ? METRIC_TYPES : FLOW_TYPES;
  out.field('sampleType', family.toUpperCase());
  const source = nextText(at, NAME_BUFFER);
  if (source === null) return;
  if (source !== '') out.field(`${family}_datasource_name`, source);
  if (!metric) {
    if (at.end - at.offset < 8) return;
    out.field('rtflow_sampling_rate', nextWord(at));
    out.field('rtflow_sample_pool', nextWord(at));
  }
  if (at.end - at.offset < 4) return;
  const count = nextWord(at);
  for (let i = 0; i < count; i++) {
    const name = nextText(at, NAME_BUFFER);
    if (name === null || at.end - at.offset < 4) return;
    const code = nextWord(at);
    const type = types[code];
    if (type === undefined) {
      out.remark(`${family} unknown_type ${code}`);
      return;
    }
    const value = nextValue(at, type);
    if (value === null) return;
    out.field(`${family}_${type}_${name}`, value);
  }
}

function nextWord(at: Cursor): number {
  at.offset += 4;
  return at.view.getUint32(at.offset - 4);
}

function nextText(at: Cursor, buffer: number): string | null {
  if (at.end - at.offset < 4) return null;
  const length = nextWord(at);
  const start = at.offset;
  if (length > at.end - start) return null;
  at.offset = start + padded(length);
  return safeText(at.bytes, start, start + Math.min(length, buffer - 1));
}

function nextValue(at: Cursor, type: string): string | null {
  if (type === 'string') return nextText(at, VALUE_BUFFER);
  const octets = octetsOf(type);
  const start = at.offset;
  if (at.end - start < octets) return null;
  at.offset = start + octets;
  switch (type) {
    case 'mac':
      return plainMac(at.bytes, start);
    case 'ip':
    case 'ip6':
      return plainAddress(at.bytes, start, octets);
    case 'gaugeFloat':
    case 'float':
      return decimals(at.view.getFloat32(start), 3);
    case 'gaugeDouble':
    case 'double':
      return decimals(at.view.getFloat64(start), 3);
    default:
      return octets === 4 ? `${at.view.getUint32(start)}` : `${at.view.getBigUint64(start)}`;
  }
}

function octetsOf(type: string): number {
  switch (type) {
    case 'ip6':
      return 16;
    case 'mac':
    case 'counter64':
    case 'gauge64':
    case 'gaugeDouble':
    case 'int64':
    case 'double':
      return 8;
    default:
      return 4;
  }
}
