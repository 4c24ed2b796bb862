/**
 * Collects the fields of one layer for people. Every read is checked against the end of the sample: a field that
 * is not wholly there is left out and the layer is marked as cut, so that a describer can simply name what the
 * document lists. Not for the hot path.
 */
import { formatIpv4Octets, formatIpv6, formatMac } from '../../../shared/format/address.ts';
import { safeText } from '../../../shared/format/text.ts';
import type { DescribedField } from '../../../shared/model/packet.ts';

/** Names of numbers; the number itself is shown where it has none. */
export type Names = Readonly<Record<number, string>>;

export type NumberShow = { unit?: string; names?: Names; text?: (value: number) => string };

/** Octets shown of a field that is only octets. */
const SHOWN_OCTETS = 64;

export class Fields {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Where the layer begins; all `at` count from here. */
  readonly origin: number;
  readonly end: number;
  list: DescribedField[] = [];
  cut = false;

  constructor(bytes: Uint8Array, view: DataView, origin: number, end: number) {
    this.bytes = bytes;
    this.view = view;
    this.origin = origin;
    this.end = end;
  }

  /** Octets from `at` to the end of the sample. */
  left(at: number): number {
    return Math.max(0, this.end - this.origin - at);
  }

  /** The unsigned number of 1 to 4 octets at `at`; -1 where it is not wholly there. */
  peek(at: number, length: number): number {
    if (at < 0 || this.left(at) < length) return -1;
    let value = 0;
    for (let index = 0; index < length; index++) value = value * 256 + this.bytes[this.origin + at + index]!;
    return value;
  }

  /** Adds a field as given, if its octets are there. */
  add(
    name: string,
    at: number,
    length: number,
    value: number | string,
    text: string,
    unit = '',
  ): DescribedField | null {
    if (at < 0 || this.origin + at + length > this.end) {
      this.cut = true;
      return null;
    }
    const field: DescribedField = { name, text, value, unit, offset: this.origin + at, length, fields: [] };
    this.list.push(field);
    return field;
  }

  /** Adds a number of 1 to 4 octets and returns it; -1 where it is not wholly there. */
  number(name: string, at: number, length: number, show: NumberShow = {}): number {
    const value = this.peek(at, length);
    this.add(name, at, length, value, numberText(value, show), show.unit);
    return value;
  }

  /** Adds some bits of the number at `at` and returns them; -1 where it is not wholly there. */
  bits(
    name: string,
    at: number,
    length: number,
    shift: number,
    width: number,
    show: NumberShow = {},
  ): number {
    const whole = this.peek(at, length);
    const value = whole < 0 ? -1 : Math.floor(whole / 2 ** shift) % 2 ** width;
    this.add(name, at, length, value, numberText(value, show), show.unit);
    return value;
  }

  /** Adds a MAC address and returns its text, '' where it is not wholly there. */
  mac(name: string, at: number): string {
    return this.#text(name, at, 6, () => formatMac(this.bytes, this.origin + at));
  }

  /** Adds an IPv4 address and returns its text. */
  ipv4(name: string, at: number): string {
    return this.#text(name, at, 4, () => formatIpv4Octets(this.bytes, this.origin + at));
  }

  /** Adds an IPv6 address and returns its text. */
  ipv6(name: string, at: number): string {
    return this.#text(name, at, 16, () => formatIpv6(this.bytes, this.origin + at));
  }

  /** Adds text of the network, made safe; as much of it as is there. */
  text(name: string, at: number, length: number): string {
    const there = this.#clamp(at, length);
    return this.#text(name, at, there, () => safeText(decodeText(this.octetsAt(at, there))));
  }

  /** Adds octets as hexadecimal, as many as are there; nothing for none. */
  octets(name: string, at: number, length: number): void {
    const there = this.#clamp(at, length);
    if (there <= 0) return;
    const shown = hexText(this.octetsAt(at, Math.min(there, SHOWN_OCTETS)));
    this.add(name, at, there, shown, there > SHOWN_OCTETS ? `${shown}…` : shown);
  }

  /** Adds what `collect` adds, as parts of one field. */
  group(name: string, at: number, length: number, text: string, collect: () => void): void {
    const outer = this.list;
    this.list = [];
    collect();
    const parts = this.list;
    this.list = outer;
    const field = this.add(name, at, this.#clamp(at, length), '', text);
    if (field) {
      field.fields = parts;
      field.value = text;
    }
  }

  /** The octets themselves; only those that are there. */
  octetsAt(at: number, length: number): Uint8Array {
    return this.bytes.subarray(this.origin + at, Math.min(this.end, this.origin + at + Math.max(0, length)));
  }

  #clamp(at: number, length: number): number {
    const there = Math.min(Math.max(0, length), this.left(at));
    if (there < length) this.cut = true;
    return there;
  }

  #text(name: string, at: number, length: number, text: () => string): string {
    if (at < 0 || this.origin + at + length > this.end) {
      this.cut = true;
      return '';
    }
    const value = text();
    this.add(name, at, length, value, value);
    return value;
  }
}

function numberText(value: number, show: NumberShow): string {
  if (show.text) return show.text(value);
  const name = show.names?.[value];
  return name === undefined ? String(value) : `${name} (${value})`;
}

const decoder = new TextDecoder('utf-8');

/** UTF-8 with replacement; trailing NULs, which some devices pad with, are left out. */
export function decodeText(octets: Uint8Array): string {
  return decoder.decode(octets).replace(/\0+$/, '');
}

/** '0a 04 03 02'. */
export function hexText(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join(' ');
}

/** '0x0800'. */
export function hexNumber(digits: number): (value: number) => string {
  return (value) => `0x${value.toString(16).padStart(digits, '0')}`;
}

/** The names of the bits that are set, from a list of bit and name; 'none' where there are none. */
export function flagText(value: number, flags: readonly (readonly [bit: number, name: string])[]): string {
  const set = flags.filter(([bit]) => (value & bit) !== 0).map(([, name]) => name);
  return set.length === 0 ? 'none' : set.join(', ');
}

/** 'a → b'; what was cut off is left out. */
export function pathText(source: string, destination: string): string {
  if (source === '' || destination === '') return source || destination;
  return `${source} → ${destination}`;
}
