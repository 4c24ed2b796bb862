/** Octets as lines of sixteen, hexadecimal and text, each octet with what it is marked as. */
import type { Marks, Span } from './tree.ts';

export const OCTETS_PER_LINE = 16;

/** 'own' the selected field, 'part' what it is part of, 'other' another sample, 'plain' the rest. */
export type Mark = 'own' | 'part' | 'plain' | 'other';
export type HexOctet = { offset: number; hex: string; text: string; mark: Mark };
export type HexLine = { offset: number; place: string; octets: HexOctet[] };

const HEX = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'));

const holds = ({ from, to }: Span, offset: number): boolean => offset >= from && offset < to;

function markOf(offset: number, marks: Marks | null): Mark {
  if (marks === null) return 'plain';
  if (holds(marks.own, offset)) return 'own';
  if (holds(marks.part, offset)) return 'part';
  return marks.sample === null || holds(marks.sample, offset) ? 'plain' : 'other';
}

/** Digits that an offset of these octets takes: four, more beyond 64 KiB. */
export const placeText = (offset: number): string => offset.toString(16).padStart(4, '0');

/** Line `index` of the octets; what is not printable ASCII is a middle dot. */
export function hexLine(bytes: Uint8Array, index: number, marks: Marks | null): HexLine {
  const from = index * OCTETS_PER_LINE;
  const octets = Array.from(bytes.subarray(from, from + OCTETS_PER_LINE), (octet, i): HexOctet => {
    const offset = from + i;
    return {
      offset,
      hex: HEX[octet]!,
      text: octet > 32 && octet < 127 ? String.fromCharCode(octet) : octet === 32 ? '\u00a0' : '·',
      mark: markOf(offset, marks),
    };
  });
  return { offset: from, place: placeText(from), octets };
}

/** Octets as text to copy: '0a 04 03 02'. */
export function hexText(bytes: Uint8Array, { from, to }: Span): string {
  return Array.from(bytes.subarray(from, to), (octet) => HEX[octet]).join(' ');
}
