/** What is written is what is read: any values in any structure, any samples in any datagram. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Field } from '../../main/sflow/field.ts';
import { plainFields } from '../../main/sflow/plain.ts';
import { structures } from '../../main/sflow/registry.ts';
import { decimals } from '../../main/sflow/sflowtool/value.ts';
import { readTree } from '../../main/sflow/tree.ts';
import { type WriteValue, type WriteValues, writeDatagram, writeRecord } from '../../main/sflow/write.ts';
import { readSeen } from './collect.ts';

const word = fc.integer({ min: 0, max: 0xffffffff });
const hyper = fc.bigInt({ min: 0n, max: 0xffffffffffffffffn });
const plainText = fc.string({ unit: fc.constantFrom(...'abcXYZ019 -_./:äß東'), maxLength: 20 });

function octetsOf(length: number): fc.Arbitrary<WriteValue> {
  return fc.uint8Array({ minLength: length, maxLength: length });
}

/** Any value of a field. */
function arbitraryOf(field: Field): fc.Arbitrary<WriteValue> {
  switch (field.type) {
    case 'u32':
      return word;
    case 'i32':
      return fc.integer();
    case 'u64':
      return hyper;
    case 'f32':
      return fc.float({ noNaN: true });
    case 'f64':
      return fc.double({ noNaN: true });
    case 'mac':
    case 'ipv4':
    case 'ipv6':
    case 'uuid':
    case 'octets':
      return octetsOf(field.length);
    case 'text':
      return plainText;
    case 'opaque':
      return fc.uint8Array({ maxLength: 40 });
    case 'address':
      return fc.oneof(fc.constant(null), octetsOf(4), octetsOf(16));
    case 'group':
      return arbitraryValues(field.of);
    case 'list': {
      const only = field.of.length === 1 && field.of[0]!.name === '';
      return fc.array(only ? arbitraryOf(field.of[0]!) : arbitraryValues(field.of), { maxLength: 4 });
    }
    case 'records':
      return fc.array(
        fc.record({ tag: fc.constant((8800 << 12) | 1), octets: fc.uint8Array({ maxLength: 9 }) }),
        { maxLength: 3 },
      );
    case 'typed':
      return fc
        .nat(field.types.length - 1)
        .chain((type) => arbitraryOf(field.types[type]!).map((value) => ({ type, value })));
  }
}

function arbitraryValues(fields: readonly Field[]): fc.Arbitrary<{ [name: string]: WriteValue }> {
  return fc.record(Object.fromEntries(fields.map((field) => [field.name, arbitraryOf(field)])));
}

describe('any values', () => {
  const all = (['flow', 'counter', 'sample'] as const).flatMap((space) =>
    [...structures[space].values()].map((structure) => ({ space, structure, name: structure.name })),
  );

  test.each(all)('$space $name', ({ space, structure }) => {
    fc.assert(
      fc.property(arbitraryValues(structure.fields), (values) => {
        const { name, tag } = structure;
        const octets = writeRecord(space, { name, tag, fields: values });
        const tree = readTree(octets, new DataView(octets.buffer), space, tag, 0, octets.length);
        expect(tree.note).toBe('');
        const fields = plainFields(tree.children) as WriteValues;
        expect(writeRecord(space, { name, tag, fields })).toEqual(octets);
      }),
      { numRuns: 15, seed: 5 },
    );
  });
});

test('any flow sample, compact and expanded', () => {
  const thirtyBits = fc.integer({ min: 0, max: 0x3fffffff });
  const portOf = fc.record({ format: fc.integer({ min: 0, max: 3 }), value: thirtyBits });
  const samples = fc.record({
    kind: fc.constantFrom('flow_sample' as const, 'flow_sample_expanded' as const),
    sequenceNumber: word,
    dataSourceClass: fc.integer({ min: 0, max: 255 }),
    dataSourceIndex: fc.integer({ min: 0, max: 0xffffff }),
    samplingRate: word,
    samplePool: word,
    drops: word,
    input: portOf,
    output: portOf,
    records: fc.constant([]),
  });
  fc.assert(
    fc.property(
      fc.array(samples, { maxLength: 20 }),
      word,
      word,
      word,
      (described, agent, sequenceNumber, uptimeMs) => {
        const text = [24, 16, 8, 0].map((shift) => (agent >>> shift) & 255).join('.');
        const octets = writeDatagram({ agent: text, sequenceNumber, uptimeMs, samples: described });
        const seen = readSeen(octets);
        expect(seen.problems).toEqual([]);
        expect(seen.header).toEqual([1, 0, sequenceNumber, uptimeMs, described.length]);
        const expected = described.map(({ input, output, ...sample }) => [
          ...[sample.sequenceNumber, sample.dataSourceClass, sample.dataSourceIndex],
          ...[sample.samplingRate, sample.samplePool, sample.drops],
          ...[input.format, input.value, output.format, output.value],
          ...[0, 0, 0, 0],
        ]);
        expect(seen.samples.map(({ values }) => values)).toEqual(expected);
      },
    ),
    { seed: 6 },
  );
});

test('decimals as C prints them: ties to the even neighbour', () => {
  const cases: [number, number, string][] = [
    [0.0625, 3, '0.062'],
    [0.1875, 3, '0.188'],
    [-0.3125, 3, '-0.312'],
    [0.0005, 3, '0.001'],
    [99.9995, 3, '99.999'],
    [0.125, 2, '0.12'],
    [0.375, 2, '0.38'],
    [1e21, 3, '1000000000000000000000.000'],
    [Number.NaN, 3, 'nan'],
    [Number.NEGATIVE_INFINITY, 3, '-inf'],
  ];
  for (const [value, digits, text] of cases) expect(decimals(value, digits)).toBe(text);
});
