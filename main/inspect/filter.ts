/**
 * What a user asks for in the inspector, compiled once and asked of every sample: a kind of record by tag or name,
 * and conditions on the sampled packet, all of which must hold. A text that means nothing is refused by a
 * FilterError, whose sentence names it.
 */
import {
  formatIpv6Upper,
  formatMacPlain,
  type Prefix,
  parseAddress,
  parseMac,
  parsePrefix,
} from '../../shared/format/address.ts';
import { compileKey } from '../flows/compile.ts';
import { type CompiledKey, KeyError, type KeyNames } from '../flows/key.ts';
import type { Layer } from '../packet/header.ts';
import { STACK_WORDS } from '../packet/protocols.ts';
import { stackOf, stackText } from '../packet/stack.ts';
import type { Sample } from '../samples/sample.ts';
import type { Space } from '../sflow/field.ts';
import { tagOf } from '../sflow/field.ts';
import { structures } from '../sflow/registry.ts';
import type { Records } from '../sflow/sample.ts';

/** A filter that cannot be understood: one sentence for the user. */
export class FilterError extends Error {
  override readonly name = 'FilterError';
}

/** Whether a sample, by its own tag and its records, holds what is asked for. */
export type RecordTest = (space: 'flow' | 'counter', sampleTag: number, records: Records | null) => boolean;
/** Whether a condition holds for the packet of a sample. */
export type PacketTest = (sample: Sample) => boolean;

/**
 * A test for records: '0:1003' means that tag among records and samples, 'flow 0:1' of one space only, a text the
 * structures whose name is or holds it. null for ''.
 */
export function compileRecord(text: string): RecordTest | null {
  const wanted = text.trim().toLowerCase().replaceAll(' ', '_');
  if (wanted === '') return null;
  const tags: Record<Space, Set<number>> = { flow: new Set(), counter: new Set(), sample: new Set() };
  const byTag = /^(?:(flow|counter|sample)_)?(\d{1,7}):(\d{1,4})$/.exec(wanted);
  if (byTag) {
    const tag = tagOf(Number(byTag[2]), Number(byTag[3]));
    for (const space of SPACES) if (byTag[1] === undefined || byTag[1] === space) tags[space].add(tag);
  } else {
    const all = SPACES.flatMap((space) => [...structures[space].values()]);
    const exact = all.filter(({ name }) => name.toLowerCase() === wanted);
    const found = exact.length > 0 ? exact : all.filter(({ name }) => name.toLowerCase().includes(wanted));
    if (found.length === 0)
      throw new FilterError(
        `There is no record “${text.trim()}”; write a name as in extended_gateway, or a tag as in 0:1003.`,
      );
    for (const { space, tag } of found) tags[space].add(tag);
  }
  return (space, sampleTag, records) => {
    if (tags.sample.has(sampleTag)) return true;
    if (records === null) return false;
    const asked = tags[space];
    for (let i = 0; i < records.count; i++) if (asked.has(records.tag[i]!)) return true;
    return false;
  };
}

const SPACES = ['flow', 'counter', 'sample'] as const;

/** The conditions in a text, joined by '&' or 'and'; null where there are none. Throws FilterError. */
export function compilePacket(text: string, names: KeyNames): PacketTest | null {
  const parts = text
    .split(/\s*&+\s*|\s+and\s+/i)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length === 0) return null;
  const tests = parts.map((part) => compileCondition(part, names));
  return (sample) => tests.every((test) => test(sample));
}

function compileCondition(text: string, names: KeyNames): PacketTest {
  const condition = /^(.+?)\s*(!?=)=?\s*(.*)$/.exec(text);
  if (!condition) return compileBare(text);
  const [, name = '', sign, value = ''] = condition;
  const equal = compileEqual(name.trim(), value.replace(/^(["'])(.*)\1$/, '$2'), names);
  return sign === '!=' ? (sample) => !equal(sample) : equal;
}

function compileEqual(name: string, value: string, names: KeyNames): PacketTest {
  let key: CompiledKey;
  try {
    key = compileKey(name);
  } catch (error) {
    if (error instanceof KeyError) throw new FilterError(error.message);
    throw error;
  }
  const prefix = value.includes('/') && key.type === 'address' ? parsePrefix(value) : null;
  const wanted = asKeyText(key, value);
  const words = new Uint32Array(key.words);
  const holds = (): boolean => {
    if (words[0] === 0) return wanted === '';
    const said = key.text(words, 0, names);
    if (prefix === null) return said.toLowerCase() === wanted;
    const octets = parseAddress(said);
    return octets !== null && contains(prefix, octets, 0);
  };
  // Packets of a network have few values of most keys, so that text is made once for each.
  const known = new Map<number, boolean>();
  return (sample) => {
    key.read(sample, words, 0);
    if (key.words !== 2 || words[0] === 0) return holds();
    const before = known.get(words[1]!);
    if (before !== undefined) return before;
    const now = holds();
    if (known.size < MOST_KNOWN) known.set(words[1]!, now);
    return now;
  };
}

const MOST_KNOWN = 65_536;

/** A value as the key itself would spell it, in lower case: addresses may be written in any usual way. */
function asKeyText(key: CompiledKey, value: string): string {
  if (key.type === 'mac') {
    const octets = parseMac(value);
    if (octets) return formatMacPlain(octets).toLowerCase();
  }
  if (key.type === 'address' && value.includes(':')) {
    const octets = parseAddress(value);
    if (octets) return formatIpv6Upper(octets).toLowerCase();
  }
  return value.toLowerCase();
}

/** A value without a key: an address or subnet, a MAC address, a port or a word of the stack, at any layer. */
function compileBare(text: string): PacketTest {
  const mac = parseMac(text);
  if (mac)
    return anyLayer(
      ({ sourceMac, destinationMac }, bytes) =>
        (sourceMac >= 0 && startsWith(bytes, sourceMac, mac)) ||
        (destinationMac >= 0 && startsWith(bytes, destinationMac, mac)),
    );
  const prefix = parsePrefix(text);
  if (prefix) {
    const version = prefix.octets.length === 4 ? 4 : 6;
    return anyLayer(
      ({ ipVersion, sourceIp, destinationIp }, bytes) =>
        ipVersion === version &&
        ((sourceIp >= 0 && contains(prefix, bytes, sourceIp)) ||
          (destinationIp >= 0 && contains(prefix, bytes, destinationIp))),
    );
  }
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) {
    const port = Number(text);
    return anyLayer(({ sourcePort, destinationPort }) => sourcePort === port || destinationPort === port);
  }
  const word = text.toLowerCase();
  if (STACK_WORDS.includes(word))
    return ({ header }) => header.depth > 0 && stackText(stackOf(header)).split('.').includes(word);
  throw new FilterError(
    `“${text}” is no address, port or protocol; write it as in 10.4.1.2, 443, dns or ipsource=10.4.1.2.`,
  );
}

function anyLayer(test: (layer: Layer, bytes: Uint8Array) => boolean): PacketTest {
  return ({ header }) => {
    for (let i = 0; i < header.depth; i++) if (test(header.layers[i]!, header.bytes)) return true;
    return false;
  };
}

function startsWith(bytes: Uint8Array, offset: number, octets: Uint8Array): boolean {
  return octets.every((octet, i) => bytes[offset + i] === octet);
}

/** As prefixContains, of an address in place. */
function contains({ octets, bits }: Prefix, bytes: Uint8Array, offset: number): boolean {
  const whole = bits >>> 3;
  for (let i = 0; i < whole; i++) if (octets[i] !== bytes[offset + i]) return false;
  const mask = (0xff << (8 - (bits & 7))) & 0xff;
  return (bits & 7) === 0 || (octets[whole]! & mask) === (bytes[offset + whole]! & mask);
}
