/**
 * The vocabulary in which a structure of sFlow is declared: a list of fields in the order of the wire. From
 * one declaration come the reading of a whole record (read.ts), the writing of it (write.ts) and the offsets
 * that the hot path reads at (fields.ts). A declaration is plain data; it promises nothing about any input.
 *
 * Unknown values follow sflow_version_5.txt: an unknown integer is 0, an unknown counter the largest value of
 * its type, an unknown string empty.
 */

/** Names of the values of an enumeration. */
export type Names = { readonly [value: number]: string };

export type NumberType = 'u32' | 'i32' | 'u64' | 'f32' | 'f64';

/** How a number is shown where it is not plain: see text.ts. */
export type NumberShow = 'plain' | 'hex' | 'interface' | 'data source' | 'tag';

type NumberField<N extends string> = {
  readonly name: N;
  readonly type: NumberType;
  readonly unit: string;
  readonly names: Names | null;
  readonly show: NumberShow;
  /** What is written where no value is given, and what a reader shows as "unknown"; null where there is none. */
  readonly unknown: number | bigint | null;
};

/** Octets of a length fixed by the document; XDR pads them to a multiple of 4. */
type FixedField<N extends string> = {
  readonly name: N;
  readonly type: 'mac' | 'ipv4' | 'ipv6' | 'uuid' | 'octets';
  readonly length: number;
  readonly unit: '';
};

/** A length word and its octets, padded. `text` is UTF-8, `opaque` is not read as text. */
type VariableField<N extends string> = {
  readonly name: N;
  readonly type: 'text' | 'opaque';
  /** The published maximum in octets, or 0: what is longer is read whole all the same. */
  readonly maximum: number;
  readonly unit: '';
};

/** A type word (0 unknown, 1 IPv4, 2 IPv6) and the address of that type. */
type AddressField<N extends string> = { readonly name: N; readonly type: 'address'; readonly unit: '' };

/** A structure inside a structure: its fields follow with no framing of their own. */
type GroupField<N extends string> = {
  readonly name: N;
  readonly type: 'group';
  readonly of: readonly Field[];
  readonly unit: '';
};

/**
 * A count word and that many elements. One element is `of`, in order; where `of` is a single field with an
 * empty name, an element is that field's value itself.
 */
type ListField<N extends string> = {
  readonly name: N;
  readonly type: 'list';
  readonly of: readonly Field[];
  readonly unit: string;
};

/** A count word and that many records {data_format, length, octets} of the flow_data or counter_data space. */
type RecordsField<N extends string> = {
  readonly name: N;
  readonly type: 'records';
  readonly space: 'flow' | 'counter';
  readonly unit: '';
};

/** A type word and a value of that type (sFlow-RT's own metrics and flows). */
type TypedField<N extends string> = {
  readonly name: N;
  readonly type: 'typed';
  readonly types: readonly Field[];
  readonly unit: '';
};

export type Field<N extends string = string> =
  | NumberField<N>
  | FixedField<N>
  | VariableField<N>
  | AddressField<N>
  | GroupField<N>
  | ListField<N>
  | RecordsField<N>
  | TypedField<N>;

type NumberOptions = { names?: Names; show?: NumberShow; unknown?: number | bigint | null };

function number<N extends string>(
  name: N,
  type: NumberType,
  unit: string,
  unknown: number | bigint | null,
  options: NumberOptions,
): Field<N> {
  return {
    name,
    type,
    unit,
    names: options.names ?? null,
    show: options.show ?? 'plain',
    unknown: options.unknown === undefined ? unknown : options.unknown,
  };
}

/** unsigned int; `unit` as a reader would say it ('ms', 'octets'), '' for a plain number. */
export function u32<N extends string>(name: N, unit = '', options: NumberOptions = {}): Field<N> {
  return number(name, 'u32', unit, null, options);
}
/** int (two's complement). */
export function i32<N extends string>(name: N, unit = '', options: NumberOptions = {}): Field<N> {
  return number(name, 'i32', unit, null, options);
}
/** unsigned hyper. */
export function u64<N extends string>(name: N, unit = '', options: NumberOptions = {}): Field<N> {
  return number(name, 'u64', unit, null, options);
}
/** float (IEEE 754, single). */
export function f32<N extends string>(name: N, unit = '', options: NumberOptions = {}): Field<N> {
  return number(name, 'f32', unit, null, options);
}
/** double (IEEE 754). */
export function f64<N extends string>(name: N, unit = '', options: NumberOptions = {}): Field<N> {
  return number(name, 'f64', unit, null, options);
}
/** Counter of 32 bits: unknown is 0xFFFFFFFF. */
export function counter32<N extends string>(name: N, unit = ''): Field<N> {
  return number(name, 'u32', unit, 0xffffffff, {});
}
/** Counter of 64 bits: unknown is 2^64 - 1. */
export function counter64<N extends string>(name: N, unit = ''): Field<N> {
  return number(name, 'u64', unit, 0xffffffffffffffffn, {});
}
type Named<N extends readonly string[]> = { [K in keyof N]: Field<N[K]> };

/** Counters of 32 bits that share a unit, in the order of the wire. */
export function counters32<const N extends readonly string[]>(unit: string, ...names: N): Named<N> {
  return names.map((name) => counter32(name, unit)) as Named<N>;
}
/** Unsigned ints that share a unit, in the order of the wire. */
export function integers32<const N extends readonly string[]>(unit: string, ...names: N): Named<N> {
  return names.map((name) => u32(name, unit)) as Named<N>;
}
/** Hundredths of a percent; -1 unknown. */
export function percentage<N extends string>(name: N): Field<N> {
  return number(name, 'i32', '0.01 %', -1, {});
}
/** MAC address: 6 octets and 2 of padding. */
export function mac<N extends string>(name: N): Field<N> {
  return { name, type: 'mac', length: 6, unit: '' };
}
export function ipv4<N extends string>(name: N): Field<N> {
  return { name, type: 'ipv4', length: 4, unit: '' };
}
export function ipv6<N extends string>(name: N): Field<N> {
  return { name, type: 'ipv6', length: 16, unit: '' };
}
/** 16 octets without a length word (erratum to sflow_host.txt). */
export function uuid<N extends string>(name: N): Field<N> {
  return { name, type: 'uuid', length: 16, unit: '' };
}
/** opaque[length]. */
export function octets<N extends string>(name: N, length: number): Field<N> {
  return { name, type: 'octets', length, unit: '' };
}
/** string<maximum>; 0 where the document gives no maximum. */
export function text<N extends string>(name: N, maximum = 0): Field<N> {
  return { name, type: 'text', maximum, unit: '' };
}
/** opaque<>. */
export function opaque<N extends string>(name: N): Field<N> {
  return { name, type: 'opaque', maximum: 0, unit: '' };
}
export function address<N extends string>(name: N): Field<N> {
  return { name, type: 'address', unit: '' };
}
export function group<N extends string>(name: N, of: readonly Field[]): Field<N> {
  return { name, type: 'group', of, unit: '' };
}
/** Array of structures, or, given one field without a name, of plain values. */
export function list<N extends string>(name: N, of: readonly Field[], unit = ''): Field<N> {
  return { name, type: 'list', of, unit };
}
export function records<N extends string>(name: N, space: 'flow' | 'counter'): Field<N> {
  return { name, type: 'records', space, unit: '' };
}
/** The type word indexes `types`. */
export function typed<N extends string>(name: N, types: readonly Field[]): Field<N> {
  return { name, type: 'typed', types, unit: '' };
}

/** Records in flow samples, records in counter samples, and samples: three separate number spaces. */
export type Space = 'flow' | 'counter' | 'sample';

/** A structure as the documents give it. */
export type RecordType<F extends readonly Field[] = readonly Field[]> = {
  readonly space: Space;
  /** enterprise << 12 | format. */
  readonly tag: number;
  /** As the document spells it. */
  readonly name: string;
  /** The document that defines it. */
  readonly document: string;
  readonly deprecated: boolean;
  readonly fields: F;
};

/** enterprise << 12 | format, as an unsigned number. */
export function tagOf(enterprise: number, format: number): number {
  return ((enterprise << 12) | format) >>> 0;
}

/** '0:1001' for a tag. */
export function tagText(tag: number): string {
  return `${tag >>> 12}:${tag & 0xfff}`;
}

type RecordLiteral<F extends readonly Field[]> = {
  enterprise?: number;
  format: number;
  name: string;
  document: string;
  deprecated?: boolean;
  fields: F;
};

/** Declares a record found in flow samples. */
export function flowRecord<const F extends readonly Field[]>(literal: RecordLiteral<F>): RecordType<F> {
  return declare('flow', literal);
}
/** Declares a record found in counter samples. */
export function counterRecord<const F extends readonly Field[]>(literal: RecordLiteral<F>): RecordType<F> {
  return declare('counter', literal);
}
/** Declares a sample. */
export function sampleType<const F extends readonly Field[]>(literal: RecordLiteral<F>): RecordType<F> {
  return declare('sample', literal);
}

function declare<F extends readonly Field[]>(space: Space, literal: RecordLiteral<F>): RecordType<F> {
  return {
    space,
    tag: tagOf(literal.enterprise ?? 0, literal.format),
    name: literal.name,
    document: literal.document,
    deprecated: literal.deprecated ?? false,
    fields: literal.fields,
  };
}

/** Octets up to the next multiple of 4. */
export function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}

/** The least octets a field can take on the wire; the measure against which a count is checked. */
export function leastLength(field: Field): number {
  switch (field.type) {
    case 'u64':
    case 'f64':
      return 8;
    case 'mac':
    case 'ipv4':
    case 'ipv6':
    case 'uuid':
    case 'octets':
      return padded(field.length);
    case 'group':
      return leastLengthOf(field.of);
    default:
      return 4;
  }
}

/** The least octets a structure can take on the wire. */
export function leastLengthOf(fields: readonly Field[]): number {
  let total = 0;
  for (const field of fields) total += leastLength(field);
  return total;
}
