import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchedParts, rank } from '../../../renderer/frame/palette/rank.ts';
import { anyText } from '../../any-text.ts';

const entries = [
  { group: 'Screens', label: 'Top N' },
  { group: 'Interfaces', label: 'leaf1 › swp50', hint: '10 Gbit/s' },
  { group: 'Interfaces', label: 'spine1 › swp5', hint: '10 Gbit/s · ifIndex 50' },
  { group: 'Do', label: 'Stop the sample network', alias: 'demo' },
];
const labels = (typed: string) => rank(entries, typed, 8).map(({ entry }) => entry.label);

describe('the palette', () => {
  it('shows all with nothing typed', () => {
    expect(labels(' ')).toHaveLength(entries.length);
  });

  it('puts the group of the best match first, and names before hints', () => {
    expect(labels('swp50')).toEqual(['leaf1 › swp50']);
    expect(labels('50')).toEqual(['leaf1 › swp50', 'spine1 › swp5']);
    expect(labels('top')).toEqual(['Top N', 'Stop the sample network']);
  });

  it('wants every word, in any order, and knows other names', () => {
    expect(labels('swp leaf1')).toEqual(['leaf1 › swp50']);
    expect(labels('demo')).toEqual(['Stop the sample network']);
    expect(labels('swp nowhere')).toEqual([]);
  });

  it('shows actions only after >', () => {
    expect(labels('>')).toEqual(['Stop the sample network']);
    expect(labels('> top')).toEqual(['Stop the sample network']);
  });

  it('shows no more of a group than asked', () => {
    const many = Array.from({ length: 50 }, (_, port) => ({ group: 'Interfaces', label: `swp${port}` }));
    expect(rank(many, 'swp', 8)).toHaveLength(8);
  });

  it('marks matched parts and loses no letter', () => {
    expect(matchedParts('leaf1 › swp50', ['swp'])).toEqual(['leaf1 › ', 'swp', '50']);
    fc.assert(
      fc.property(anyText, fc.array(fc.string(), { maxLength: 3 }), (label, words) => {
        expect(matchedParts(label, words.filter(Boolean)).join('')).toBe(label);
      }),
    );
  });
});
