/** A definition as text: read, printed, and what is wrong with it, where it stands. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFINITION_DEFAULTS } from '../../../shared/definition/defaults.ts';
import { definitionJson, placeOf, printDefinition, readDefinition } from '../../../shared/definition/text.ts';
import type { FlowDefinition } from '../../../shared/model/definition.ts';
import { anyText } from '../../any-text.ts';

const plain = (part: Partial<FlowDefinition>) => ({ ...DEFINITION_DEFAULTS, ...part });
/** What a problem is about, and its sentence. */
function wrong(text: string): [string, string] {
  const { problem } = readDefinition(text);
  if (!problem) throw new Error('It can be read.');
  return [text.slice(problem.start, problem.end), problem.message];
}

describe('a definition as text', () => {
  it('is read as sFlow-RT’s users write it', () => {
    expect(readDefinition("{keys:'ipsource,ipdestination', value:'bytes', log:true}").definition).toEqual(
      plain({ keys: ['ipsource', 'ipdestination'], log: true }),
    );
    expect(readDefinition('{"keys":["ipsource"],"value":"frames","n":"10"}').definition).toEqual(
      plain({ keys: ['ipsource'], value: 'frames', n: 10 }),
    );
    expect(readDefinition('{ /* none */ name: "x", // its name\n }').definition).toEqual(plain({}));
    expect(readDefinition("{keys:'concat:\\\\::ibbtopname:[or:a,b]'}").definition?.keys).toEqual([
      'concat:\\::ibbtopname:[or:a,b]',
    ]);
  });

  it('says what is wrong with it, and where', () => {
    expect(wrong('{keys:}')).toEqual(['}', expect.stringContaining('line 1, column 7')]);
    expect(wrong("{\n keys: 'a'\n value: 'b'}")).toEqual(['v', expect.stringContaining('line 3, column 2')]);
    expect(wrong("{keys:'a'")[1]).toContain('ends before');
    expect(wrong('')[1]).toContain('ends before');
    expect(wrong('[]')).toEqual(['[]', expect.stringContaining('is an object')]);
    expect(wrong("{keys:'a', colour: 1}")).toEqual(['colour', expect.stringContaining('has no “colour”')]);
    expect(wrong("{n: 'many'}")).toEqual(["'many'", '“n” is a number.']);
    expect(wrong('{log: 1}')).toEqual(['1', '“log” is true or false.']);
    expect(wrong('{keys: 5}')[1]).toContain('is a list');
    expect(wrong("{keys: 'a,,b'}")).toEqual(["'a,,b'", expect.stringContaining('missing at position 3')]);
    expect(wrong(' '.repeat(20_000))[1]).toContain('at most');
  });

  it('finds the place of a part of an attribute, through escapes and lists', () => {
    const found = (text: string, attribute: string, part: string) => {
      const { definition, places } = readDefinition(text);
      const value = definition![attribute as 'keys'];
      const said = Array.isArray(value) ? value.join(',') : String(value);
      const start = said.indexOf(part);
      const span = placeOf(places, attribute, { start, end: start + part.length })!;
      return text.slice(span.start, span.end);
    };
    expect(found("{keys:'ipsource,ipdest', filter: 'vlan=1&colour=red'}", 'filter', 'colour')).toBe('colour');
    expect(found("{keys:'concat:\\\\::ipsource,bad'}", 'keys', 'bad')).toBe('bad');
    expect(found('{keys:["ipsource", "bad" ]}', 'keys', 'bad')).toBe('bad');
    expect(found("{'keys':'\\u0041b,bad'}", 'keys', 'bad')).toBe('bad');
    expect(placeOf(new Map(), 'keys', { start: 0, end: 1 })).toBeNull();
  });

  it('printed and read again is the same, whatever it holds', () => {
    const text = anyText;
    const list = fc.array(fc.stringMatching(/^[a-z.]{1,9}$/), { maxLength: 4 });
    fc.assert(
      fc.property(
        list,
        text,
        list,
        text,
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        (keys, value, values, filter, n, t, log) => {
          const definition = plain({ keys, value, values, filter, n, t: t === 0 ? 0 : t, log });
          const printed = printDefinition(definition);
          if (printed.length > 16_000) return;
          expect(readDefinition(printed).definition).toEqual(definition);
          expect(readDefinition(definitionJson(definition)).definition).toEqual(definition);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('never fails on any text, and its places lie in it', () => {
    const parts = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      "'",
      '"',
      '\\',
      '/*',
      '*/',
      '//',
      '\n',
      'keys',
      'n',
      '5',
      'true',
      ' ',
      '\\u00',
      'x',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(parts, { maxLength: 24 }).map((all) => all.join('')),
        ),
        (text) => {
          const { problem, places } = readDefinition(text);
          if (problem)
            expect(
              problem.start >= 0 &&
                problem.start <= problem.end &&
                problem.end <= Math.max(text.length, problem.start),
            ).toBe(true);
          for (const { value } of places.values())
            expect(value.start <= value.end && value.end <= text.length + 1).toBe(true);
        },
      ),
    );
  });
});
