/** Addresses of screens, with what they are about. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAddress, writeAddress } from '../../../renderer/composables/useRoute.ts';
import { anyText } from '../../any-text.ts';

describe('an address', () => {
  it('names a screen and what it is about', () => {
    expect(readAddress('')).toEqual({ id: '', query: {} });
    expect(readAddress('#/top-n')).toEqual({ id: 'top-n', query: {} });
    expect(readAddress('#/top-n?definition=a%26b%3F')).toEqual({
      id: 'top-n',
      query: { definition: 'a&b?' },
    });
    expect(readAddress('#/top-n/x?a=%')).toEqual({ id: 'top-n', query: { a: '%' } });
  });

  it('gives back whatever a name holds', () => {
    fc.assert(
      fc.property(anyText, (definition) => {
        expect(readAddress(writeAddress('top-n', { definition }))).toEqual({
          id: 'top-n',
          query: { definition },
        });
      }),
    );
  });
});
