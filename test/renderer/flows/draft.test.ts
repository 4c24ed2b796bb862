/** The draft of a definition: form and text as one, problems at their place, changes by other hands; and its helpers. */
import fc from 'fast-check';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { freeName } from '../../../renderer/stores/free-name.ts';
import { colouredText } from '../../../renderer/views/flows/editor/coloured-text.ts';
import { changedElsewhere, useDraft } from '../../../renderer/views/flows/editor/draft.ts';
import { suggestedKeys } from '../../../renderer/views/flows/editor/suggested-keys.ts';
import { NEW_DEFINITION } from '../../../shared/definition/defaults.ts';

beforeEach(() => setActivePinia(createPinia()));

const opened = () => {
  const draft = useDraft();
  const definition = { ...NEW_DEFINITION, keys: ['ipsource', 'ipdestination'] };
  draft.open('edit pairs', { name: 'pairs', definition, saved: true, guided: false });
  return draft;
};

describe('a draft', () => {
  it('is form and text at once', () => {
    const draft = opened();
    expect(draft.isChanged).toBe(false);
    draft.change({ value: 'frames' });
    expect(draft.text).toContain("value:   'frames'");
    expect(draft.isChanged).toBe(true);
    draft.type("{keys:['vlan'],value:'bytes'}");
    expect(draft.definition).toMatchObject({ keys: ['vlan'], value: 'bytes', aggMode: 'max' });
    expect(draft.text).toBe("{keys:['vlan'],value:'bytes'}");
  });

  it('keeps the form while the text cannot be read', () => {
    const draft = opened();
    draft.type("{keys:'vlan");
    expect(draft.definition.keys).toEqual(['ipsource', 'ipdestination']);
    expect(draft.textProblems).toHaveLength(1);
    expect(draft.isChanged).toBe(true);
    draft.change({ filter: 'vlan=1' });
    expect(draft.textProblems).toEqual([]);
  });

  it('shows a problem of the engine in the text, and at its step', () => {
    const draft = opened();
    draft.problems = [{ attribute: 'keys', message: 'There is no such key.', start: 9, end: 22 }];
    const { start, end } = draft.textProblems[0]!;
    expect(draft.text.slice(start, end)).toBe('ipdestination');
    expect(draft.problemsOf('keys', 'value')).toHaveLength(1);
    expect(draft.problemsOf('filter')).toEqual([]);
  });

  it('is as it is once it is saved', () => {
    const draft = opened();
    draft.change({ n: 20 });
    draft.name = 'pairs-2';
    draft.settle({ name: 'pairs-2', ...draft.definition });
    expect(draft.isChanged).toBe(false);
    expect(draft.opener).toBe('edit pairs-2');
  });

  it('tells what another hand did', () => {
    const { initial } = opened();
    const saved = { name: 'pairs', ...initial.definition };
    expect(changedElsewhere(saved, initial)).toBe('');
    expect(changedElsewhere({ ...saved, filter: 'vlan=1' }, initial)).toBe('changed');
    expect(changedElsewhere(null, initial)).toBe('deleted');
  });
});

describe('keys that go with others', () => {
  it('come from what other definitions put beside them', () => {
    const lists = [
      ['ipsource', 'ipdestination'],
      ['ipsource', 'ipdestination', 'tcpdestinationport'],
      ['vlan'],
      ['vlan'],
      ['vlan', 'priority'],
    ];
    expect(suggestedKeys([], lists, 2)).toEqual(['vlan', 'ipsource']);
    expect(suggestedKeys(['ipsource'], lists, 3)).toEqual(['ipdestination', 'tcpdestinationport', 'vlan']);
    expect(suggestedKeys(['x'], [], 3)).toEqual([]);
  });
});

describe('a name', () => {
  it('is made of letters, digits, _ and -, and is nobody else’s', () => {
    expect(freeName('Top talkers!', () => false)).toBe('top-talkers');
    expect(freeName('web', (name) => name === 'web')).toBe('web-2');
    expect(freeName('web-2', (name) => name !== 'web-3')).toBe('web-3');
    for (const words of ['', '   ', '--', '名前', 'É/à', 'a'.repeat(300), '\u0000', '../../x', '<b>'])
      expect(freeName(words, () => false)).toMatch(/^\w[\w-]{0,127}$/);
  });
});

describe('a coloured text', () => {
  it('is the text, in parts', () => {
    const kinds = colouredText("{ keys: 'a', n: 5 } // x", []).map(
      ({ kind, text }) => `${kind} ${text.trim()}`,
    );
    expect(kinds).toEqual([
      'sign {',
      'name keys',
      'sign :',
      'plain ',
      "string 'a'",
      'sign ,',
      'name n',
      'sign :',
      'plain 5',
      'sign }',
      'plain ',
      'comment // x',
    ]);
    const problem = { message: '', start: 9, end: 10 };
    expect(
      colouredText("{ keys: 'a' }", [problem])
        .filter(({ wrong }) => wrong)
        .map(({ text }) => text),
    ).toEqual(['a']);
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('{', '"', "'", '/', '*', '\\', '\n', 'a', ':', ',') }),
        fc.nat(20),
        fc.nat(20),
        (text, start, end) => {
          const parts = colouredText(text, [
            { message: '', start: Math.min(start, end), end: Math.max(start, end) },
          ]);
          expect(parts.map((part) => part.text).join('')).toBe(text);
        },
      ),
    );
  });
});
