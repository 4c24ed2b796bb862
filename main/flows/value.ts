/**
 * What a definition adds up, compiled: a numeric key, or a function that gives numbers, with or without a prefix that
 * says what becomes of the numbers. `bytes` and `frames`, which nearly everybody asks for, are read without a detour
 * over words. `bps` (octets × 8) and `fps` (frames) are sFlow-RT's other names for them.
 */
import { type Aggregate, readValue } from '../../shared/format/quantity.ts';
import type { Sample } from '../samples/sample.ts';
import { compileKey } from './compile.ts';
import { type FunctionContext, NO_CONTEXT } from './functions/context.ts';
import { type CompiledKey, KeyError } from './key.ts';

export type CompiledValue = {
  /** As it was written. */
  text: string;
  /** The key behind the prefix. */
  key: string;
  aggregate: Aggregate;
  /** The number that one sample has, not scaled; NaN where it has none. Of `count`: a number for the value's words. */
  read(sample: Sample): number;
};

const NUMERIC = 'bytes, frames, requests, duration, tcprtt';

/** Reads a compiled key as a number; its words are its own, as a value is read between the keys. */
function numberReader(key: CompiledKey): (sample: Sample) => number {
  const words = new Uint32Array(key.words);
  return (sample) => {
    key.read(sample, words, 0);
    return key.number(words, 0);
  };
}

/** 32 bits that stand for the words of a key; NaN where it is absent. */
function hashReader(key: CompiledKey): (sample: Sample) => number {
  const words = new Uint32Array(key.words);
  return (sample) => {
    key.read(sample, words, 0);
    return words[0] === 0 ? Number.NaN : hashOf(words);
  };
}

/** Mixes words into 32 bits of which each depends on all. */
function hashOf(words: Uint32Array): number {
  let hash = 0x9e37_79b9;
  for (let at = 0; at < words.length; at++) {
    hash = Math.imul(hash ^ words[at]!, 0x85eb_ca6b);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  hash = Math.imul(hash ^ (hash >>> 16), 0x27d4_eb2f);
  return (hash ^ (hash >>> 15)) >>> 0;
}

const octetsOfRequest = numberReader(compileKey('bytes'));
const octetsOf = (sample: Sample): number => (sample.isFrame ? sample.frameOctets : octetsOfRequest(sample));

const DIRECT: Readonly<Record<string, (sample: Sample) => number>> = {
  bytes: octetsOf,
  bps: (sample) => 8 * octetsOf(sample),
  frames: (sample) => (sample.isFrame ? 1 : Number.NaN),
  fps: (sample) => (sample.isFrame ? 1 : Number.NaN),
  requests: (sample) => (sample.isFrame ? Number.NaN : 1),
};

/** The key of a value; a place that it is refused at is counted from the beginning of the value. */
function compileKeyOf(text: string, key: string, context: FunctionContext): CompiledKey {
  try {
    return compileKey(key, context);
  } catch (error) {
    if (!(error instanceof KeyError) || error.place === null) throw error;
    const before = text.lastIndexOf(key);
    const { start, end } = error.place;
    throw new KeyError(error.message, null, { start: before + start, end: before + end });
  }
}

/** Compiles a value. Throws KeyError with a sentence where it names no key, or one that is no number. */
export function compileValue(text: string, context: FunctionContext = NO_CONTEXT): CompiledValue {
  const { aggregate, key } = readValue(text.trim());
  if (key === '') throw new KeyError(`A value is missing; a numeric key was expected, as in ${NUMERIC}.`);
  const direct = Object.hasOwn(DIRECT, key) ? DIRECT[key] : undefined;
  if (direct && aggregate !== 'count') return { text, key, aggregate, read: direct };
  const compiled = compileKeyOf(text, key, context);
  if (aggregate === 'count') return { text, key, aggregate, read: hashReader(compiled) };
  if (
    compiled.type === 'address' ||
    compiled.type === 'mac' ||
    (compiled.type === 'text' && !/[:[]/.test(key))
  )
    throw new KeyError(
      `“${key}” is no number and cannot be added up; count:${key} tells how many different values it has, and ${NUMERIC} are numbers.`,
    );
  return { text, key, aggregate, read: numberReader(compiled) };
}
