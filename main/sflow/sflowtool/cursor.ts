/** Reading of a record from field to field, fenced by the record's end: what is not there is null. */
import { padded } from '../field.ts';
import { safeText } from '../text.ts';
import type { SampleState } from './header.ts';
import type { Printer } from './printer.ts';

/** A record's octets, and where reading stands in them. */
export type Cursor = {
  bytes: Uint8Array;
  view: DataView;
  offset: number;
  end: number;
};

/** Prints what lies at the cursor up to its end. */
export type RecordPrinter = (out: Printer, at: Cursor, state: SampleState) => void;

/** A string as far as sflowtool's buffer (of `buffer` octets, one of them for the end) would hold it. */
export function nextText(at: Cursor, buffer: number): string | null {
  const { bytes, view, offset, end } = at;
  if (end - offset < 4) return null;
  const length = view.getUint32(offset);
  if (length > end - offset - 4) return null;
  at.offset = offset + 4 + padded(length);
  return safeText(bytes, offset + 4, offset + 4 + Math.min(length, buffer - 1));
}

/** The next word. */
export function nextWord(at: Cursor): number | null {
  if (at.end - at.offset < 4) return null;
  const value = at.view.getUint32(at.offset);
  at.offset += 4;
  return value;
}

/** Prints the next word under `label`; false where there is none. */
export function word(out: Printer, at: Cursor, label: string): boolean {
  const value = nextWord(at);
  if (value === null) return false;
  out.field(label, value);
  return true;
}
