/** sFlow-RT's own samples as sflowtool prints them: each field under a prefix that tells its type. */
import { rtMetric } from '../samples.ts';
import { type Cursor, nextText, nextWord, word } from './cursor.ts';
import type { Printer } from './printer.ts';
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
  if (!metric && !(word(out, at, 'rtflow_sampling_rate') && word(out, at, 'rtflow_sample_pool'))) return;
  const count = nextWord(at) ?? 0;
  for (let i = 0; i < count; i++) {
    const name = nextText(at, NAME_BUFFER);
    const code = nextWord(at);
    if (name === null || code === null) return;
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
