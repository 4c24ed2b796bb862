/** The flow tables against a slow and obvious sum over the same samples. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flowMinute } from '../../main/engine/minutes.ts';
import { answerFrom } from '../../main/flows/answer.ts';
import { largest } from '../../main/flows/largest.ts';
import { FlowTable } from '../../main/flows/table.ts';
import { compileValue } from '../../main/flows/value.ts';
import { halfWidthOfSum } from '../../shared/model/confidence.ts';
import type { MergeRule, Scope } from '../../shared/model/question.ts';
import { type Made, readSamples } from '../samples/traffic.ts';

const made: fc.Arbitrary<Made> = fc
  .record({
    timeMs: fc.integer({ min: 0, max: 20_000 }),
    agent: fc.constantFrom('10.0.0.1', '10.0.0.2', '2001:db8::7'),
    dataSource: fc.integer({ min: 1, max: 3 }),
    input: fc.integer({ min: 1, max: 3 }),
    output: fc.integer({ min: 1, max: 3 }),
    rate: fc.constantFrom(1, 100, 1000),
    octets: fc.integer({ min: 64, max: 1518 }),
    source: fc.constantFrom('10.1.0.1', '10.1.0.2', '2001:db8::1'),
    destination: fc.constantFrom('10.2.0.1', '10.2.0.2'),
    protocol: fc.constantFrom(6 as const, 17 as const),
    sourcePort: fc.constantFrom(40_000, 443),
    destinationPort: fc.constantFrom(443, 53),
  })
  .map((one) => (one.source.includes(':') ? { ...one, destination: '2001:db8::2' } : one));

const keyOf: Record<string, (one: Made) => string> = {
  'or:ipsource:ip6source': (one) => one.source.toUpperCase(),
  ipsource: (one) => (one.source.includes(':') ? '' : one.source),
  protocol: (one) => String(one.protocol),
  tcpdestinationport: (one) => (one.protocol === 6 ? String(one.destinationPort) : ''),
  inputifindex: (one) => String(one.input),
};

/** The samples that a scope takes in, by reading the rule out loud. */
function inScope(all: readonly Made[], scope: Scope): Made[] {
  if (scope.agent === null) return [...all];
  const ofAgent = all.filter((one) => one.agent === scope.agent);
  if (scope.ifIndex === null) return ofAgent;
  const way = (direction: 'in' | 'out'): Made[] => {
    if (scope.direction !== 'both' && scope.direction !== direction) return [];
    const crossing = ofAgent.filter((one) => (direction === 'in' ? one.input : one.output) === scope.ifIndex);
    const own = crossing.filter((one) => one.dataSource === scope.ifIndex);
    return own.length > 0 ? own : crossing;
  };
  return [...new Set([...way('in'), ...way('out')])];
}

type Sum = { value: number; samples: number; squares: number };

function expected(
  all: readonly Made[],
  keys: readonly string[],
  value: 'bytes' | 'frames',
  merge: MergeRule,
  scope: Scope,
): Map<string, Sum> {
  const rule = scope.ifIndex === null ? merge : 'sum';
  const groups = new Map<string, Map<string, Sum>>();
  for (const one of inScope(all, scope)) {
    const key = keys.map((name) => keyOf[name]!(one)).join('|');
    const source = `${one.agent} ${one.dataSource}`;
    const sources = groups.get(key) ?? new Map<string, Sum>();
    groups.set(key, sources);
    const sum = sources.get(source) ?? { value: 0, samples: 0, squares: 0 };
    sources.set(source, sum);
    const weight = value === 'bytes' ? one.rate * one.octets : one.rate;
    sum.value += weight;
    sum.samples += 1;
    sum.squares += weight * weight * (1 - 1 / one.rate);
  }
  const totals = new Map<string, Sum>();
  for (const [key, sources] of groups) {
    const list = [...sources.values()];
    const most = Math.max(...list.map((sum) => sum.value));
    const taken = rule === 'sum' ? list : [list.find((sum) => sum.value === most)!];
    totals.set(
      key,
      taken.reduce((a, b) => ({
        value: a.value + b.value,
        samples: a.samples + b.samples,
        squares: a.squares + b.squares,
      })),
    );
  }
  return totals;
}

describe('an answer from a flow table', () => {
  it('is the sum that anyone can check, under every rule and scope, and shown + other = total', () => {
    const scope: fc.Arbitrary<Scope> = fc.record({
      agent: fc.constantFrom(null, '10.0.0.1', '2001:db8::7', '10.9.9.9'),
      ifIndex: fc.constantFrom(null, 1, 2),
      direction: fc.constantFrom('in' as const, 'out' as const, 'both' as const),
    });
    const keys = fc.uniqueArray(fc.constantFrom(...Object.keys(keyOf)), { maxLength: 3 });
    fc.assert(
      fc.property(
        fc.array(made, { maxLength: 120 }),
        keys,
        fc.constantFrom('bytes' as const, 'frames' as const),
        fc.constantFrom('sum' as const, 'max' as const),
        scope,
        (samples, names, value, merge, where) => {
          const table = new FlowTable(names);
          const network = readSamples(samples, {
            flow: (sample) => table.add(sample, Math.floor(sample.timeMs / 1000)),
          });
          const answer = answerFrom(table, network, {
            fromBucket: 0,
            toBucket: 21,
            bucketsPerStep: 1,
            bucketCount: 21,
            value,
            merge,
            scope: where,
            limit: 4,
          });
          const wanted = expected(samples, names, value, merge, where);
          const total = [...wanted.values()].reduce((sum, one) => sum + one.value, 0);
          expect(answer.total.value[0]).toBe(total);
          // Ties of the busiest source may fall either way: compare by value, not by which rows are shown.
          const largestFirst = [...wanted.values()].map((one) => one.value).sort((a, b) => b - a);
          expect([...answer.rows.value]).toEqual(largestFirst.slice(0, 4));
          expect(answer.otherKeys).toBe(Math.max(0, largestFirst.length - 4));
          for (let row = 0; row < answer.rows.value.length; row++) {
            const key = answer.keyTexts.slice(row * names.length, (row + 1) * names.length).join('|');
            expect(answer.rows.value[row]).toBe(wanted.get(key)?.value);
            if (merge === 'sum' || where.ifIndex !== null) {
              expect(answer.rows.samples[row]).toBe(wanted.get(key)!.samples);
              const { squares, value, samples } = wanted.get(key)!;
              expect(answer.rows.halfWidth[row]).toBeCloseTo(halfWidthOfSum(squares, value, samples), 6);
            }
            const series = answer.rows.series.subarray(row * 21, (row + 1) * 21);
            expect(series.reduce((a, b) => a + b, 0)).toBe(answer.rows.value[row]);
          }
          const summed = answer.rows.value.reduce((a, b) => a + b, 0) + answer.other.value[0]!;
          expect(summed).toBe(answer.total.value[0]);
          expect(answer.total.series.reduce((a, b) => a + b, 0)).toBe(total);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('has means, extremes and numbers of different values as anyone makes them, which are no sums', () => {
    const targets = fc.constantFrom('10.2.0.1', '10.2.0.2', '10.2.0.3', '10.2.0.4');
    const values: Record<string, (of: readonly Made[]) => number> = {
      'min:bytes': (of) => Math.min(...of.map(({ octets }) => octets)),
      'max:bytes': (of) => Math.max(...of.map(({ octets }) => octets)),
      'count:ipdestination': (of) => new Set(of.map(({ destination }) => destination)).size,
      'avg:bytes': (of) =>
        of.reduce((sum, { octets, rate }) => sum + octets * rate, 0) /
        of.reduce((sum, { rate }) => sum + rate, 0),
    };
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(made, targets).map(([one, destination]) => ({ ...one, source: '10.1.0.1', destination })),
          { maxLength: 120 },
        ),
        fc.constantFrom(...Object.keys(values)),
        fc.constantFrom([], ['inputifindex'], ['protocol', 'inputifindex']),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 7 }),
        (samples, value, names, limit, bucketsPerStep) => {
          const table = new FlowTable(names, { value: compileValue(value) });
          const network = readSamples(samples, {
            flow: (sample) => table.add(sample, Math.floor(sample.timeMs / 1000)),
          });
          const bucketCount = Math.ceil(21 / bucketsPerStep);
          const answer = answerFrom(table, network, {
            ...{ fromBucket: 0, toBucket: 21, bucketsPerStep, bucketCount, value, merge: 'sum', limit },
            scope: { agent: null, ifIndex: null, direction: 'both' },
          });
          const figure = (of: readonly Made[]): number => values[value]!(of);
          const steps = (of: readonly Made[]): number[] =>
            Array.from({ length: bucketCount }, (_, step) => {
              const ofStep = of.filter((one) => Math.floor(one.timeMs / 1000 / bucketsPerStep) === step);
              return ofStep.length > 0 ? figure(ofStep) : Number.NaN;
            });
          const near = (got: Float64Array, wanted: readonly number[]): void => {
            expect(got.length).toBe(wanted.length);
            for (const [at, one] of wanted.entries())
              if (Number.isNaN(one)) expect(got[at]).toBeNaN();
              else expect(got[at]).toBeCloseTo(one, 6);
          };
          const keyOfMade = (one: Made): string => names.map((name) => keyOf[name]!(one)).join('|');
          const groups = Map.groupBy(samples, keyOfMade);
          const largestFirst = [...groups.values()].map(figure).sort((a, b) => b - a);
          near(answer.rows.value, largestFirst.slice(0, limit));
          const shown = new Set<string>();
          for (let row = 0; row < answer.rows.value.length; row++) {
            const key = answer.keyTexts.slice(row * names.length, (row + 1) * names.length).join('|');
            shown.add(key);
            const of = groups.get(key)!;
            expect(answer.rows.value[row]).toBeCloseTo(figure(of), 6);
            expect(answer.rows.samples[row]).toBe(of.length);
            near(answer.rows.series.subarray(row * bucketCount, (row + 1) * bucketCount), steps(of));
          }
          const rest = samples.filter((one) => !shown.has(keyOfMade(one)));
          near(answer.other.value, [rest.length > 0 ? figure(rest) : 0]);
          near(answer.other.series, steps(rest));
          near(answer.total.value, [samples.length > 0 ? figure(samples) : 0]);
          near(answer.total.series, steps(samples));
          expect(answer.otherKeys).toBe(Math.max(0, groups.size - limit));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('tells many different values within the error of the part it keeps, and frames and extremes exactly', () => {
    const sources = 20_000;
    const samples = Array.from(
      { length: sources },
      (_, i): Made => ({
        ...{ timeMs: Math.floor(i / 5), agent: '10.0.0.1', dataSource: 1, input: 1, output: 2, rate: 10 },
        ...{ octets: 64 + (i % 1400), source: `10.1.${i >> 8}.${i & 255}`, destination: '10.2.0.1' },
        ...{ protocol: 6, sourcePort: 1, destinationPort: 1 + (i % 2) },
      }),
    );
    const room = { capacity: 10_000 };
    const count = new FlowTable(['tcpdestinationport'], { ...room, value: compileValue('count:ipsource') });
    const most = new FlowTable(['ipsource'], { ...room, value: compileValue('max:bytes') });
    const least = new FlowTable(['ipsource'], { ...room, value: compileValue('min:bytes') });
    const network = readSamples(samples, {
      flow: (sample) => {
        for (const table of [count, most, least]) table.add(sample, Math.floor(sample.timeMs / 1000));
      },
    });
    const ask = (table: FlowTable, value: string) =>
      answerFrom(table, network, {
        ...{ fromBucket: 0, toBucket: 4, bucketsPerStep: 1, bucketCount: 4, value, merge: 'sum', limit: 5 },
        scope: { agent: null, ifIndex: null, direction: 'both' },
      });
    const counted = ask(count, 'count:ipsource');
    expect(count.table.size).toBeLessThanOrEqual(10_000);
    expect(counted.total.frames[0]).toBe(10 * sources);
    // Of one in four, 5,000: 1.2 % of standard error.
    expect(counted.total.value[0]! / sources).toBeCloseTo(1, 1);
    expect(
      [...counted.rows.value]
        .map((value) => value / (sources / 2))
        .every((part) => part > 0.93 && part < 1.07),
    ).toBe(true);
    expect([...counted.rows.frames]).toEqual([(10 * sources) / 2, (10 * sources) / 2]);
    for (const step of counted.total.series) expect(step / (sources / 4)).toBeCloseTo(1, 1);

    const largestOf = ask(most, 'max:bytes');
    expect([...largestOf.rows.value]).toEqual([1463, 1463, 1463, 1463, 1463]);
    expect(largestOf.total.frames[0]).toBe(10 * sources);
    const smallest = ask(least, 'min:bytes');
    expect(smallest.total.value[0]).toBe(64);
    expect(smallest.total.frames[0]).toBe(10 * sources);
  });

  it('counts only the buckets asked for, and puts several of them into one step', () => {
    const one = (timeMs: number): Made => ({
      timeMs,
      agent: '10.0.0.1',
      dataSource: 1,
      input: 1,
      output: 2,
      rate: 10,
      octets: 100,
      source: '10.1.0.1',
      destination: '10.2.0.1',
      protocol: 6,
      sourcePort: 1,
      destinationPort: 2,
    });
    const table = new FlowTable([]);
    const network = readSamples([0, 1000, 2000, 3000, 3999, 4000, 9000].map(one), {
      flow: (sample) => table.add(sample, Math.floor(sample.timeMs / 1000)),
    });
    const answer = answerFrom(table, network, {
      fromBucket: 1,
      toBucket: 5,
      bucketsPerStep: 2,
      bucketCount: 2,
      value: 'frames',
      merge: 'sum',
      scope: { agent: null, ifIndex: null, direction: 'both' },
      limit: 5,
    });
    expect([...answer.total.series]).toEqual([20, 30]);
  });

  it('stays exact past the cap on keys: what has no room is in other', () => {
    const samples = Array.from(
      { length: 500 },
      (_, i): Made => ({
        timeMs: i,
        agent: '10.0.0.1',
        dataSource: 1,
        input: 1,
        output: 2,
        rate: 10,
        octets: 100,
        source: `10.1.${i >> 8}.${i & 255}`,
        destination: '10.2.0.1',
        protocol: 6,
        sourcePort: 1,
        destinationPort: 2,
      }),
    );
    const table = new FlowTable(['ipsource'], { capacity: 50 });
    const network = readSamples(samples, { flow: (sample) => table.add(sample, 0) });
    const answer = answerFrom(table, network, {
      fromBucket: 0,
      toBucket: 1,
      bucketsPerStep: 1,
      bucketCount: 1,
      value: 'bytes',
      merge: 'sum',
      scope: { agent: null, ifIndex: null, direction: 'both' },
      limit: 10,
    });
    expect({
      total: answer.total.value[0],
      samples: answer.total.samples[0],
      otherKeys: answer.otherKeys,
      table: table.table.size,
    }).toEqual({ total: 500_000, samples: 500, otherKeys: null, table: 50 });
  });

  it('forgets the past without changing what is left', () => {
    const table = new FlowTable(['ipsource']);
    const samples = Array.from(
      { length: 12_000 },
      (_, i): Made => ({
        timeMs: i,
        agent: '10.0.0.1',
        dataSource: 1,
        input: 1,
        output: 2,
        rate: 10,
        octets: 100,
        source: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
        destination: '10.2.0.1',
        protocol: 6,
        sourcePort: 1,
        destinationPort: 2,
      }),
    );
    const network = readSamples(samples, {
      flow: (sample) => table.add(sample, Math.floor(sample.timeMs / 1000)),
    });
    table.forget(9);
    // Whole chunks are dropped: rows before 9 may be left, those from 9 on all are.
    expect(table.table.size).toBeLessThan(12_000);
    const answer = answerFrom(table, network, {
      fromBucket: 9,
      toBucket: 12,
      bucketsPerStep: 1,
      bucketCount: 3,
      value: 'frames',
      merge: 'sum',
      scope: { agent: null, ifIndex: null, direction: 'both' },
      limit: 3,
    });
    expect([...answer.total.series]).toEqual([10_000, 10_000, 10_000]);
    expect(answer.keyTexts[0]).toBe('10.0.35.40');
  });
});

describe('the largest of many', () => {
  it('are those of a sort', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), fc.integer({ min: 1, max: 20 }), (values, limit) => {
        const wanted = values
          .map((value, index) => ({ value, index }))
          .filter(({ value }) => value > 0)
          .sort((a, b) => b.value - a.value || a.index - b.index)
          .slice(0, limit);
        expect(largest(Float64Array.from(values), values.length, limit)).toEqual(
          wanted.map(({ index }) => index),
        );
      }),
    );
  });
});

describe('a table that keeps few rows per second', () => {
  it('loses no octet of any path, and tells every key apart in its minute', () => {
    const samples = Array.from(
      { length: 3000 },
      (_, i): Made => ({
        timeMs: (i % 3) * 1000,
        agent: '10.0.0.1',
        dataSource: 1 + (i % 2),
        input: 1,
        output: 2,
        rate: 10,
        octets: 100 + (i % 97),
        source: `10.1.${(i >> 8) & 3}.${i & 255}`,
        destination: '10.2.0.1',
        protocol: 6,
        sourcePort: 1,
        destinationPort: 2,
      }),
    );
    samples.sort((a, b) => a.timeMs - b.timeMs);
    const table = new FlowTable(['ipsource'], { rowsPerBucket: 20, minutes: true });
    const network = readSamples(samples, {
      flow: (sample) => table.add(sample, Math.floor(sample.timeMs / 1000)),
    });
    const everything = {
      fromBucket: 0,
      toBucket: 60,
      bucketsPerStep: 1,
      bucketCount: 60,
      value: 'bytes' as const,
      merge: 'sum' as const,
      limit: 1000,
    };
    const answer = answerFrom(table, network, {
      ...everything,
      scope: { agent: null, ifIndex: null, direction: 'both' },
    });
    const total = samples.reduce((sum, one) => sum + 10 * one.octets, 0);
    expect({ total: answer.total.value[0], otherKeys: answer.otherKeys }).toEqual({ total, otherKeys: null });
    expect(table.log.rows).toBeLessThanOrEqual(3 * (20 + 2));
    const definition = { keys: 'ipsource', filter: '', counts: '' };
    const minute = flowMinute(table, network, definition, 0, 100_000)!;
    const distinct = new Set(samples.map((one) => `${one.source} ${one.dataSource}`)).size;
    expect({ rows: minute.pathOf.length, keys: minute.hasKey.reduce((a, b) => a + b, 0) }).toEqual({
      rows: distinct,
      keys: distinct,
    });
    let octets = 0;
    for (let row = 0; row < minute.pathOf.length; row++) octets += minute.sums[row * 5]!;
    expect(octets).toBe(total);
    const few = flowMinute(table, network, definition, 0, 10)!;
    let again = 0;
    for (let row = 0; row < few.pathOf.length; row++) again += few.sums[row * 5]!;
    expect({ rows: few.pathOf.length, octets: again }).toEqual({ rows: 12, octets: total });
    table.forget(60);
    expect(flowMinute(table, network, definition, 0, 100_000)!.sums.reduce((a, b) => a + b, 0)).toBe(
      minute.sums.reduce((a, b) => a + b, 0),
    );
  });
});
