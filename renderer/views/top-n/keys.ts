/**
 * Flow keys in words: their headings, their values as people read them, and one line for a whole row. What a
 * key's base is called comes from the catalog; texts from the network pass `safeText`.
 */
import {
  formatAddress,
  formatMac,
  parseAddress,
  parseIpv6,
  parseMac,
} from '../../../shared/format/address.ts';
import { isAddressText, type NamedText } from '../../../shared/format/named-sentence.ts';
import { etherTypeName } from '../../../shared/format/names.ts';
import { UNKNOWN } from '../../../shared/format/rates.ts';
import { safeText } from '../../../shared/format/text.ts';
import type { FlowKeyDescription } from '../../../shared/model/catalog.ts';
import type { KnownName } from '../../../shared/model/knowledge.ts';
import { plainText } from '../../components/table/named-text.ts';
import type { NameOf } from '../../stores/names.ts';
import { services } from '../../stores/service-names.ts';

/** The key that a spelling such as `or:ipsource:ip6source` or `ipsource.1` is about in the first place. */
export function baseKey(key: string): string {
  const parts = key.split(':');
  const first = parts.length > 1 ? parts[1]! : parts[0]!;
  return first.replace(/\.\d+$/, '');
}

/** Heading of a key's column. */
export function keyLabel(key: string, descriptions: readonly FlowKeyDescription[]): string {
  const base = baseKey(key);
  return descriptions.find(({ name }) => name === base)?.label ?? key;
}

/** What a key says, in one sentence; '' where the catalog does not tell. */
export function keyAbout(key: string, descriptions: readonly FlowKeyDescription[]): string {
  return descriptions.find(({ name }) => name === baseKey(key))?.about ?? '';
}

export type KeyRole = 'address' | 'port' | 'number' | 'name';

/** How wide and how important the values of a key are. */
export function keyRole(key: string): KeyRole {
  const base = baseKey(key);
  if (/^(ip6?|mac)(source|destination)$/.test(base)) return 'address';
  if (/port$/.test(base)) return 'port';
  if (/^(application|agent|inputifindex|outputifindex|stack)$/.test(base)) return 'name';
  return 'number';
}

/** The value of a key for people; an absent one is '–'. */
export function keyText(key: string, raw: string): string {
  if (raw === '') return UNKNOWN;
  const base = baseKey(key);
  if (/^(protocol|ipprotocol|ip6nexthdr)$/.test(base))
    return services.value.protocolName(Number(raw)) || safeText(raw);
  if (base === 'ethernetprotocol') return etherTypeName(Number(raw)) || safeText(raw);
  if (base === 'application') {
    const [protocol, port] = raw.split(':');
    return Number.isInteger(Number(protocol))
      ? services.value.applicationName(Number(protocol), Number(port ?? -1))
      : safeText(raw);
  }
  if (keyRole(key) !== 'address') return safeText(raw);
  const mac = /^[0-9A-F]{12}$/.test(raw) ? parseMac(raw) : null;
  if (mac) return formatMac(mac);
  const address = raw.includes(':') ? parseIpv6(raw) : null;
  return address ? formatAddress(address) : safeText(raw);
}

/** Whether a value of a key, as the engine spells it, is an address that may have a name. */
export function isAddress(key: string, raw: string): boolean {
  return parseAddress(raw) !== null || (/mac/.test(key) && /^[0-9A-F]{12}$/.test(raw));
}

/**
 * One line for a row in pieces, as a legend shows it: 'h3:40268', '→', 'h4:5001', else the values in order; each with
 * the name of its address, where it has one.
 */
export function rowParts(
  keys: readonly string[],
  texts: readonly string[],
  names: readonly (KnownName | null)[] = [],
): NamedText[] {
  const piece = (text: string, index?: number): NamedText => ({
    text,
    known: index === undefined ? null : (names[index] ?? null),
  });
  if (keys.length === 0) return [piece('All of it')];
  const find = (pattern: RegExp) => {
    const index = keys.findIndex((key) => pattern.test(baseKey(key)));
    return index < 0 || texts[index] === UNKNOWN ? null : { index, text: texts[index]! };
  };
  const source = find(/^(ip6?|mac)source$|^inputifindex$/);
  const destination = find(/^(ip6?|mac)destination$|^outputifindex$/);
  if (!source || !destination) {
    const told = texts.flatMap((text, index) => (text === UNKNOWN ? [] : [piece(text, index)]));
    if (told.length === 0) return [piece(UNKNOWN)];
    return told.flatMap((one, index) => (index === 0 ? [one] : [piece('·'), one]));
  }
  const ends = [source, destination].map((end, which) => {
    const port = find(which === 0 ? /sourceport$/ : /destinationport$/);
    if (!port) return { part: piece(end.text, end.index), used: [end.index] };
    const host = end.text.includes(':') ? `[${end.text}]` : end.text;
    return { part: piece(`${host}:${port.text}`, end.index), used: [end.index, port.index] };
  });
  const used = new Set(ends.flatMap((end) => end.used));
  const rest = texts.flatMap((text, index) =>
    used.has(index) || text === UNKNOWN || text === 'TCP' ? [] : [piece(text, index)],
  );
  return [ends[0]!.part, piece('→'), ends[1]!.part, ...rest];
}

/** The same as one text. */
export const rowLabel = (...row: Parameters<typeof rowParts>): string => plainText(rowParts(...row));

/** The addresses in the key of a flow as thresholds and events write it: values with commas between them. */
export const addressesInKey = (flowKey: string): string[] => flowKey.split(',').filter(isAddressText);

/** The key of a flow as thresholds and events write it, its addresses with their names. */
export const flowKeyParts = (flowKey: string, nameOf: NameOf): NamedText[] =>
  flowKey.split(',').flatMap((value, index) => {
    const part = { text: safeText(value), known: isAddressText(value) ? nameOf(value) : null };
    return index === 0 ? [part] : [{ text: '·', known: null }, part];
  });
