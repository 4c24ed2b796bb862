/** Every flow key on a sample that carries it and on samples that do not. */
import { describe, expect, it } from 'vitest';
import { compileKey } from '../../main/flows/compile.ts';
import { flowKeys } from '../../main/flows/keys.ts';
import { tagOf } from '../../main/sflow/field.ts';
import { structureByName } from '../../main/sflow/registry.ts';
import { writeRecord } from '../../main/sflow/write.ts';
import * as f from '../packet/frames.ts';
import { cases } from './cases.ts';
import { names, readAll, readKey, type Sampled, textOf } from './sampled.ts';

/** Two samples that between them have next to nothing: an unknown frame, and a request of no known record. */
const bare: Sampled = { frame: f.hex('010203'), records: [] };
const empty: Sampled = { records: [] };
/** What every sample has. */
const always = [
  'agent',
  'inputifindex',
  'outputifindex',
  'inputifname',
  'outputifname',
  'direction',
  'requests',
  'samplingrate',
];

describe('every flow key', () => {
  for (const [what, { sampled, says }] of Object.entries(cases))
    it(`reads ${what}`, () => {
      expect(Object.fromEntries(Object.keys(says).map((key) => [key, textOf(key, sampled)]))).toEqual(says);
    });

  it('is read from some sample here', () => {
    const read = new Set(
      Object.values(cases).flatMap(({ says }) =>
        Object.entries(says).flatMap(([key, text]) => (text === '' ? [] : [key])),
      ),
    );
    expect(flowKeys.map(({ name }) => name).filter((name) => !read.has(name))).toEqual([]);
  });

  it('is absent, with all words zero, where the sample does not have it', () => {
    for (const { name } of flowKeys) {
      if (always.includes(name)) continue;
      for (const { sampled, says } of Object.values(cases)) {
        if (!says[name]) continue;
        const after = readKey(name, empty, { before: sampled });
        expect([name, after.text, new Set(after.words)]).toEqual([name, '', new Set([0])]);
        if (['frames', 'bytes', 'stripped'].includes(name)) continue;
        expect([name, readKey(name, bare, { before: sampled }).words.every((word) => word === 0)]).toEqual([
          name,
          true,
        ]);
      }
    }
  });

  it('survives headers that are cut off anywhere', () => {
    const keys = flowKeys.filter(({ layered }) => layered).map(({ name }) => compileKey(name));
    const words = new Uint32Array(16);
    let read = 0;
    for (const { sampled } of Object.values(cases)) {
      const cuts = Array.from({ length: sampled.frame?.length ?? 0 }, (_, cut) => ({
        ...sampled,
        headerOctets: cut,
      }));
      readAll(cuts, (sample) => {
        for (const key of keys) key.read(sample, words, 0);
        read++;
      });
    }
    expect(read).toBeGreaterThan(1000);
  });

  it('looks at nothing behind a record that is cut off', () => {
    const keys = flowKeys.map(({ name }) => compileKey(name));
    const unknownTag = 0xfffff_000;
    for (const { sampled } of Object.values(cases)) {
      for (const described of sampled.records ?? []) {
        const octets = writeRecord('flow', described);
        const { tag } =
          'octets' in described
            ? described
            : described.tag === undefined
              ? structureByName('flow', described.name)!
              : { tag: tagOf(0, described.tag & 0xfff) };
        const cutsBefore = (fill: number): Sampled[] =>
          Array.from({ length: octets.length / 4 }, (_, cut) => ({
            ...sampled,
            records: [
              { tag, octets: octets.subarray(0, 4 * cut) },
              { tag: unknownTag, octets: new Uint8Array(64).fill(fill) },
            ],
          }));
        const said = (samples: Sampled[]): string[][] => {
          const all: string[][] = [];
          readAll(samples, (sample) => {
            const words = new Uint32Array(16);
            all.push(
              keys.map((key) => {
                key.read(sample, words, 0);
                return key.text(words, 0, names);
              }),
            );
          });
          return all;
        };
        expect(said(cutsBefore(0))).toEqual(said(cutsBefore(0xff)));
      }
    }
  });

  it('is told apart in the catalog by a name, a label and a sentence', () => {
    const namesSeen = flowKeys.map(({ name }) => name);
    expect(new Set(namesSeen).size).toBe(namesSeen.length);
    for (const { label, about } of flowKeys) {
      expect(label).not.toBe('');
      expect(about).toMatch(/^(?:[A-Z]|ifIndex ).*\.$/);
    }
  });
});
