/**
 * Values as text. What the network sent as a string is made harmless here, once: whoever shows, stores or logs
 * it later meets neither control characters, nor marks that turn the reading direction, nor broken UTF-8, and
 * never more than MAX_TEXT_OCTETS of it. (Quoting for CSV, markup or a shell is still up to those.)
 */
import { DROP_REASON } from './enumerations.ts';
import type { NumberShow } from './field.ts';

/** Octets of a string that are read; no published maximum is above 255. */
export const MAX_TEXT_OCTETS = 1024;

const REPLACEMENT = '\ufffd';

/**
 * Control characters (C0, DEL, C1), line and paragraph separators, direction marks, zero-width characters, the
 * byte order mark, interlinear annotation and tag characters, and halves of surrogate pairs.
 */
const UNSAFE =
  /[\p{Cc}\p{Cs}\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * The text in start ≤ o < end: UTF-8, trailing NULs taken off, everything unsafe or invalid replaced by
 * U+FFFD, cut off with '…' behind MAX_TEXT_OCTETS.
 */
export function safeText(bytes: Uint8Array, start: number, end: number): string {
  let last = Math.min(end, start + MAX_TEXT_OCTETS);
  const cut = last < end;
  if (!cut) while (last > start && bytes[last - 1] === 0) last--;
  // Most strings are plain ASCII.
  let plain = true;
  for (let i = start; i < last; i++) {
    const octet = bytes[i]!;
    if (octet < 32 || octet > 126) plain = false;
  }
  const text = decoder.decode(bytes.subarray(start, last));
  return (plain ? text : text.replace(UNSAFE, REPLACEMENT)) + (cut ? '…' : '');
}

/** A number as its declaration wants it shown; enumeration names and "unknown" are the caller's. */
export function numberText(value: number | bigint, show: NumberShow): string {
  switch (show) {
    case 'hex':
      return `0x${value.toString(16)}`;
    case 'tag':
      return `${Number(value) >>> 12}:${Number(value) & 0xfff}`;
    case 'data source':
      return `${Number(value) >>> 24}:${Number(value) & 0xffffff}`;
    case 'interface':
      return interfaceText(Number(value) >>> 30, Number(value) & 0x3fffffff);
    default:
      return `${value}`;
  }
}

/** An interface as sflow_version_5.txt defines its three formats: '7', 'discarded: acl', '3 outputs' … */
export function interfaceText(format: number, value: number): string {
  switch (format) {
    case 0:
      return value === 0 ? 'unknown' : value === 0x3fffffff ? 'the device itself' : `${value}`;
    case 1:
      return `discarded: ${DROP_REASON[value] ?? `reason ${value}`}`;
    case 2:
      return value === 0 ? 'several outputs' : `${value} outputs`;
    default:
      return `format ${format}: ${value}`;
  }
}
