/**
 * Text as anybody may send it, for properties: any code points but halves of surrogate pairs, often ASCII, where the
 * characters lie that mean something. (fast-check's own units of text take seconds to be made ready.)
 */
import fc from 'fast-check';

const anyCodePoint = fc.oneof(
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 0x7f }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 0xd7ff }) },
  { weight: 1, arbitrary: fc.integer({ min: 0xe000, max: 0x10_ffff }) },
);

export const anyText = fc.array(anyCodePoint).map((codePoints) => String.fromCodePoint(...codePoints));
