/**
 * One line per metric: its name as sFlow-RT spells it, the field of the record that tells it, its unit and its words.
 * From the lines of a record comes its plan, which says which fields to read where and how a metric is made of them.
 */
import type { MetricDescription, MetricUnit } from '../../shared/model/metric.ts';
import { type Field, leastLength, type RecordType } from '../sflow/field.ts';
import { structureByTag } from '../sflow/registry.ts';

/** Values of the fields of a metric, rates (per second) first, in the order in which the line names them. */
type Make = (...values: number[]) => number;

export type MetricLine = {
  name: string;
  label: string;
  unit: MetricUnit;
  kind: MetricDescription['kind'];
  /** What it is made of, for the description; '' where the field says it all. */
  about: string;
  /** Fields whose growth per second it needs, and fields whose value it needs. */
  rates: readonly string[];
  levels: readonly string[];
  /** null: the value of the one field, times `scale`. */
  make: Make | null;
  scale: number;
  /** The bit of the number that says up or down; null where it is none. */
  bit: number | null;
  /** The field whose octets are its text; '' where it has none. */
  textField: string;
  /** Makes the text of that of its field; null where this source has none. */
  textOf: ((text: string) => string | null) | null;
};

const BLANK = {
  about: '',
  rates: [],
  levels: [],
  make: null,
  scale: 1,
  bit: null,
  textField: '',
  textOf: null,
} as const;

/** Growth of a counter per second. */
export function rate(name: string, field: string, unit: MetricUnit, label: string, scale = 1): MetricLine {
  return { ...BLANK, name, label, unit, kind: 'rate', rates: [field], scale };
}
/** A value as it stands. */
export function level(name: string, field: string, unit: MetricUnit, label: string, scale = 1): MetricLine {
  return { ...BLANK, name, label, unit, kind: 'level', levels: [field], scale };
}
/** A number that stands for a word: by the names that the record's field declares. */
export function named(name: string, field: string, label: string): MetricLine {
  return { ...BLANK, name, label, unit: 'text', kind: 'text', levels: [field] };
}
/** A word for a bit of a number. */
export function upOrDown(name: string, field: string, label: string, bit: number): MetricLine {
  const about = `Bit ${bit} of ${field}: up or down.`;
  return { ...BLANK, name, label, about, unit: 'text', kind: 'text', levels: [field], bit };
}
/** Text, a MAC address or another name; `textOf` makes another text of it, or none. */
export function text(
  name: string,
  field: string,
  label: string,
  about = '',
  textOf: MetricLine['textOf'] = null,
): MetricLine {
  return { ...BLANK, name, label, about, unit: 'text', kind: 'text', textField: field, textOf };
}
/** Made of several fields. NaN where it cannot be told. */
export function derived(
  name: string,
  unit: MetricUnit,
  label: string,
  about: string,
  of: { rates?: readonly string[]; levels?: readonly string[] },
  make: Make,
): MetricLine {
  const { rates = [], levels = [] } = of;
  const kind = rates.length > 0 ? 'rate' : 'level';
  return { ...BLANK, name, label, unit, about, kind, rates, levels, make };
}
/** Counters of one unit: [name, field, label]. */
export function rates(unit: MetricUnit, lines: readonly (readonly [string, string, string])[]): MetricLine[] {
  return lines.map(([name, field, label]) => rate(name, field, unit, label));
}
export function levels(
  unit: MetricUnit,
  lines: readonly (readonly [string, string, string])[],
): MetricLine[] {
  return lines.map(([name, field, label]) => level(name, field, unit, label));
}

/** part of whole in percent; NaN where the whole is nothing. */
export const percentOf = (part: number, whole: number): number =>
  whole > 0 ? (part / whole) * 100 : Number.NaN;

/** How a column is read: what lies at its offset. */
export const U32 = 0;
export const I32 = 1;
export const U64 = 2;
export const F32 = 3;
export const F64 = 4;
const TYPES: Record<string, number> = { u32: U32, i32: I32, u64: U64, f32: F32, f64: F64 };

export type TextColumn = { field: Field; lines: number[] };

/** What is read of one record and what is made of it. Columns: the counters first, then the levels. */
export class Plan {
  readonly tag: number;
  readonly family: string;
  readonly lines: readonly MetricLine[];
  /** Told by records of virtual nodes only, or of others only; null: of both. */
  readonly virtual: boolean | null;
  /** Column of every counter and of every level. */
  readonly counters: readonly string[];
  readonly columns: readonly string[];
  readonly types: Uint8Array;
  /** Octets from the start of the record, as long as its layout is fixed; see `offsetsIn`. */
  readonly offsets: Int32Array;
  /** What a level reads as where it is not known; NaN where there is no such value. */
  readonly unknown: Float64Array;
  readonly texts: readonly TextColumn[];
  readonly record: RecordType;
  /** 1 where the counter counts octets: the most that a port can carry of them differs. */
  readonly octets: Uint8Array;
  readonly #fixed: boolean;
  readonly #textAt: Int32Array;
  /** Per line: its columns. */
  readonly #columnsOf: readonly Int32Array[];

  constructor(family: string, tag: number, lines: readonly MetricLine[], virtual: boolean | null = null) {
    const record = structureByTag('counter', tag);
    if (!record) throw new Error(`There is no counter record of tag ${tag}.`);
    this.record = record;
    this.tag = tag;
    this.family = family;
    this.lines = lines;
    this.virtual = virtual;
    const fieldOf = (name: string): Field => {
      const field = record.fields.find((one) => one.name === name);
      if (!field) throw new Error(`${record.name} has no field ${name}.`);
      return field;
    };
    this.counters = [...new Set(lines.flatMap((line) => line.rates))];
    // A field may be both, as the counter of a total that is shown too.
    this.columns = [...this.counters, ...new Set(lines.flatMap((line) => line.levels))];
    const fields = this.columns.map(fieldOf);
    this.types = Uint8Array.from(fields, (field) => {
      const type = TYPES[field.type];
      if (type === undefined) throw new Error(`${field.name} of ${record.name} is no number.`);
      return type;
    });
    this.unknown = Float64Array.from(fields, (field) =>
      'unknown' in field && field.unknown !== null ? Number(field.unknown) : Number.NaN,
    );
    this.octets = Uint8Array.from(fields, (field) => (field.unit === 'octets' ? 1 : 0));
    const textFields = [...new Set(lines.map((line) => line.textField))].filter((name) => name !== '');
    this.texts = textFields.map((name) => ({
      field: fieldOf(name),
      lines: lines.flatMap((line, index) => (line.textField === name ? [index] : [])),
    }));
    this.offsets = new Int32Array(this.columns.length);
    this.#textAt = new Int32Array(this.texts.length);
    const last = Math.max(
      ...[...this.columns, ...textFields].map((name) => record.fields.indexOf(fieldOf(name))),
    );
    this.#fixed = record.fields.slice(0, last).every((field) => !isVariable(field));
    if (this.#fixed) this.#walk(null, 0, 0);
    this.#columnsOf = lines.map((line) =>
      Int32Array.from([
        ...line.rates.map((name) => this.counters.indexOf(name)),
        ...line.levels.map((name) => this.columns.lastIndexOf(name)),
      ]),
    );
  }

  /** Sets `offsets` for the record at start ≤ o < end: those of a fixed layout stand already. */
  locate(view: DataView, start: number, end: number): void {
    if (!this.#fixed) this.#walk(view, start, end);
  }

  /** Where the text of a text column begins, from the start of the record; -1 where the record ends before. */
  textOffset(column: number): number {
    return this.#textAt[column]!;
  }

  #walk(view: DataView | null, start: number, end: number): void {
    this.offsets.fill(-1);
    this.#textAt.fill(-1);
    let offset = 0;
    for (const field of this.record.fields) {
      for (let column = 0; column < this.columns.length; column++)
        if (this.columns[column] === field.name) this.offsets[column] = offset;
      for (let column = 0; column < this.texts.length; column++)
        if (this.texts[column]!.field === field) this.#textAt[column] = offset;
      if (isVariable(field)) {
        if (view === null || field.type !== 'text' || start + offset + 4 > end) return;
        const length = view.getUint32(start + offset);
        if (length > end - start - offset - 4) return;
        offset += 4 + Math.ceil(length / 4) * 4;
      } else offset += leastLength(field);
    }
  }

  /**
   * The value of a line, from a row of columns (growth of counters, values of levels) over `seconds`. NaN where
   * it is not known; of a text that is a name of a number, the number.
   */
  valueOf(lineIndex: number, row: ArrayLike<number>, at: number, seconds: number): number {
    const line = this.lines[lineIndex]!;
    const columns = this.#columnsOf[lineIndex]!;
    const counters = line.rates.length;
    if (line.make === null) {
      const value = row[at + columns[0]!]!;
      return (counters > 0 ? value / seconds : value) * line.scale;
    }
    const values: number[] = [];
    for (let i = 0; i < columns.length; i++) {
      const value = row[at + columns[i]!]!;
      values.push(i < counters ? value / seconds : value);
    }
    return line.make(...values);
  }

  /** The text of a line that is the name of a number; '' where the number is not known. */
  nameOf(lineIndex: number, row: ArrayLike<number>): string {
    const line = this.lines[lineIndex]!;
    const number = row[this.#columnsOf[lineIndex]![0]!]!;
    if (Number.isNaN(number)) return '';
    if (line.bit !== null) return ((number >>> line.bit) & 1) === 1 ? 'up' : 'down';
    const field = this.record.fields.find(({ name }) => name === line.levels[0]);
    const names = field && 'names' in field ? field.names : null;
    return names?.[number] ?? String(number);
  }

  describe(lineIndex: number): MetricDescription {
    const { name, label, unit, kind, about, rates, levels, textField } = this.lines[lineIndex]!;
    const fields = [...rates, ...levels, textField].filter((field) => field !== '');
    const source = `${fields[0]} of ${this.record.name} (${this.record.document})`;
    return { name, label, unit, kind, family: this.family, about: about || source };
  }
}

function isVariable(field: Field): boolean {
  return ['text', 'opaque', 'address', 'list', 'records', 'typed'].includes(field.type);
}
