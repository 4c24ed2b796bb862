/**
 * One test of a filter, compiled: numbers, addresses and MACs are compared as words; whatever needs text (words such
 * as `discard`, functions, regular expressions) is judged once for each different run of words and then remembered.
 */
import { RE2JS } from 're2js';
import { ExpressionError, parseKeyExpression } from '../../shared/filter/expression.ts';
import { FilterError, type FilterTest, type FilterValue } from '../../shared/filter/filter.ts';
import { type Prefix, parseMac, parsePrefix } from '../../shared/format/address.ts';
import type { ServiceNames } from '../../shared/format/service-names.ts';
import { STACK_WORDS } from '../packet/protocols.ts';
import { KeyTable } from '../samples/key-table.ts';
import type { Sample } from '../samples/sample.ts';
import { compileKey } from './compile.ts';
import { keysBehind, LAYER } from './filter-keys.ts';
import { NO_NAMES, numbersOf, otherTextOf, textTest } from './filter-values.ts';
import type { FunctionContext } from './functions/context.ts';
import { type CompiledKey, KeyError, type KeyNames } from './key.ts';

export type SampleTest = (sample: Sample) => boolean;
/** Whether the words of a key that is there hold. */
type WordsTest = (words: Uint32Array, timeMs: number) => boolean;
type Text = FilterValue & { text: string };

/** Longest regular expression, and the most steps that one may come to. */
const MOST_PATTERN_CHARACTERS = 512;
const MOST_PATTERN_STEPS = 2000;
/** Different runs of words that are remembered; past this, all are forgotten. */
const MOST_VERDICTS = 65_536;
/** Names of agents and ports may be learned meanwhile. */
const VERDICTS_LAST_MS = 10_000;

/** Remembers what was judged of words, so that text is made once for each. */
function remembering(width: number, judge: (words: Uint32Array) => boolean): WordsTest {
  let known = new KeyTable(width, MOST_VERDICTS);
  let verdicts = new Uint8Array(1024);
  let sinceMs = Number.NaN;
  return (words, timeMs) => {
    if (!(Math.abs(timeMs - sinceMs) < VERDICTS_LAST_MS) || known.size === MOST_VERDICTS) {
      if (known.size > 0) known = new KeyTable(width, MOST_VERDICTS);
      sinceMs = timeMs;
    }
    const before = known.size;
    const id = known.intern(words, 0);
    if (id === before) {
      if (id === verdicts.length) {
        const larger = new Uint8Array(verdicts.length * 2);
        larger.set(verdicts);
        verdicts = larger;
      }
      verdicts[id] = judge(words) ? 1 : 0;
    }
    return verdicts[id] === 1;
  };
}

function wrongValue(value: Text, what: string): FilterError {
  return new FilterError(`“${value.text}” at position ${value.start + 1} is ${what}.`, value);
}

function compilePattern(value: Text): RE2JS {
  if (value.text.length > MOST_PATTERN_CHARACTERS)
    throw new FilterError(
      `The regular expression at position ${value.start + 1} has ${value.text.length} characters; at most ${MOST_PATTERN_CHARACTERS} are read.`,
      value,
    );
  let pattern: RE2JS;
  try {
    pattern = RE2JS.compile(value.text);
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/\.$/, '') : 'it cannot be read';
    throw wrongValue(value, `no regular expression that Weir can use (${why})`);
  }
  if (pattern.programSize() > MOST_PATTERN_STEPS)
    throw wrongValue(value, 'a regular expression with too many repetitions');
  return pattern;
}

function asNumbers(name: string, values: readonly Text[], services: ServiceNames): WordsTest {
  const wanted = Uint32Array.from(
    values.flatMap((value) => {
      const numbers = numbersOf(name, value.text, services);
      if (numbers.length === 0) throw wrongValue(value, `no value of ${name}, which is a number`);
      return numbers;
    }),
  );
  return (words) => wanted.includes(words[1]!);
}

function readPrefix(name: string, value: Text): Prefix {
  const prefix = parsePrefix(value.text);
  if (prefix === null)
    throw wrongValue(value, `no address or subnet of ${name}; write it as in 10.4.1.2 or 10.4.0.0/16`);
  return prefix;
}

function asPrefix(name: string, value: Text, octets: 4 | 16, family: boolean): Prefix | null {
  const prefix = readPrefix(name, value);
  if (prefix.octets.length === octets) return prefix;
  if (!family) return null;
  throw wrongValue(value, `no ${octets === 4 ? 'IPv4' : 'IPv6'} address, which ${name} is`);
}

/** Compares as many words as the family of the key has. A value of the other one is refused where `family` counts. */
function asPrefixes(name: string, values: readonly Text[], octets: 4 | 16, family: boolean): WordsTest {
  const width = octets / 4;
  const prefixes = values
    .map((value) => asPrefix(name, value, octets, family))
    .filter((prefix): prefix is Prefix => prefix !== null);
  const wanted = new Uint32Array(prefixes.length * width);
  const mask = new Uint32Array(prefixes.length * width);
  for (const [index, prefix] of prefixes.entries()) {
    const view = new DataView(prefix.octets.buffer, prefix.octets.byteOffset);
    for (let word = 0; word < width; word++) {
      const bits = Math.max(0, Math.min(32, prefix.bits - 32 * word));
      const at = index * width + word;
      mask[at] = bits === 0 ? 0 : 0xffff_ffff << (32 - bits);
      wanted[at] = view.getUint32(4 * word) & mask[at]!;
    }
  }
  return (words) => {
    next: for (let at = 0; at < wanted.length; at += width) {
      for (let word = 0; word < width; word++)
        if ((words[1 + word]! & mask[at + word]!) >>> 0 !== wanted[at + word]) continue next;
      return true;
    }
    return false;
  };
}

function asMacs(name: string, values: readonly Text[]): WordsTest {
  const high: number[] = [];
  const low: number[] = [];
  for (const value of values) {
    const octets = parseMac(value.text);
    if (octets === null)
      throw wrongValue(value, `no MAC address of ${name}; write it as in 6c:64:1a:00:1a:80`);
    const view = new DataView(octets.buffer);
    high.push(view.getUint32(0));
    low.push(view.getUint16(4));
  }
  return (words) => {
    for (let i = 0; i < high.length; i++) if (words[1] === high[i] && words[2] === low[i]) return true;
    return false;
  };
}

/** Keys whose words are the value itself, told by what they make of known words. */
function spells(key: CompiledKey, words: readonly number[], text: string): boolean {
  return key.words === words.length + 1 && key.text(Uint32Array.of(1, ...words), 0, NO_NAMES) === text;
}

function compileEqual(
  name: string,
  key: CompiledKey,
  values: readonly Text[],
  names: KeyNames,
  context: FunctionContext,
  alone: boolean,
): WordsTest {
  const isPlain = !name.includes(':');
  if (isPlain && key.type === 'address') {
    if (spells(key, [0x0a04_0102], '10.4.1.2')) return asPrefixes(name, values, 4, alone);
    if (spells(key, [0x2001_0db8, 0, 0, 1], '2001:DB8::1')) return asPrefixes(name, values, 16, alone);
    // Either family: compared as text, but still an address.
    for (const value of values) readPrefix(name, value);
  }
  if (isPlain && key.type === 'mac' && spells(key, [0x6c64_1a00, 0x1a80], '6C641A001A80'))
    return asMacs(name, values);
  // An interface is a number too, and has words besides: those are compared as text.
  const isNumber = isPlain && key.type === 'number' && spells(key, [7], '7') && spells(key, [0], '0');
  if (isNumber && spells(key, [0xffff_ffff], '4294967295'))
    return asNumbers(name, values, context.services());
  const tests = values.map(({ text }) => textTest(text));
  return byText(name, key, names, context, (said, otherwise) => tests.some((test) => test(said, otherwise)));
}

function byText(
  name: string,
  key: CompiledKey,
  names: KeyNames,
  context: FunctionContext,
  holds: (said: string, otherwise: string) => boolean,
): WordsTest {
  return remembering(key.words, (words) => {
    const said = key.text(words, 0, names);
    return holds(said, otherTextOf(name, key, said, words, context.services()));
  });
}

/** The key of a left side; refused at its place where there is none. */
function keyAt(name: string, { left }: FilterTest, context: FunctionContext): CompiledKey {
  try {
    return compileKey(name, context);
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    // Of a name that stands for several keys the place is the name's.
    const { place } = error;
    const at =
      place && name === left.text ? { start: left.start + place.start, end: left.start + place.end } : left;
    throw new FilterError(`${error.message.replace(/\.$/, '')} (at position ${at.start + 1}).`, at);
  }
}

/** Whether a left side makes text of names that the network tells: of agents and ports. */
export function usesNames(left: string): boolean {
  return /\b(agent|ifname|node|link)\b/.test(left);
}

/** A spelling of a left side that is a plain key, without brackets around it. */
function plainName(left: string): string {
  try {
    const { name, arguments: given } = parseKeyExpression(left);
    return given.length === 0 ? name : left;
  } catch (error) {
    if (error instanceof ExpressionError) return left;
    throw error;
  }
}

/** One word of a stack, where a test of the stack itself has all of them. */
function oneOfLayers(
  { operator, left }: FilterTest,
  texts: readonly Text[],
  key: CompiledKey,
  names: KeyNames,
  context: FunctionContext,
): WordsTest {
  if (operator === '~' || operator === '!~')
    throw new FilterError(
      `At position ${left.start + 1}, ${LAYER} is one word, as in ${LAYER}=dns; stack takes a regular expression.`,
      left,
    );
  const wanted = texts.map((value) => {
    const word = value.text.toLowerCase();
    if (!STACK_WORDS.includes(word)) throw wrongValue(value, `no ${LAYER}; write one as in vxlan or dns`);
    return word;
  });
  return byText('stack', key, names, context, (said) =>
    said.split('.').some((word) => wanted.includes(word)),
  );
}

/** Compiles one test. Throws FilterError where it names no key, or a value that the key cannot have. */
export function compileTest(test: FilterTest, names: KeyNames, context: FunctionContext): SampleTest {
  const texts = test.values.filter((value): value is Text => value.text !== null);
  const isPattern = test.operator === '~' || test.operator === '!~';
  const patterns = isPattern ? texts.map(compilePattern) : [];
  const plain = plainName(test.left.text);
  const behind = keysBehind(plain).map((name, _index, all) => {
    const key = keyAt(name, test, context);
    const holds =
      plain === LAYER
        ? oneOfLayers(test, texts, key, names, context)
        : isPattern
          ? byText(name, key, names, context, (said, otherwise) =>
              patterns.some((one) => one.testExact(said) || (otherwise !== '' && one.testExact(otherwise))),
            )
          : compileEqual(name, key, texts, names, context, all.length === 1);
    return { key, holds, words: new Uint32Array(key.words) };
  });
  const whenAbsent = texts.length < test.values.length;
  const result = test.operator === '=' || test.operator === '~';
  return (sample) => {
    let isThere = false;
    for (let i = 0; i < behind.length; i++) {
      const { key, holds, words } = behind[i]!;
      key.read(sample, words, 0);
      if (words[0] === 0) continue;
      isThere = true;
      if (holds(words, sample.timeMs)) return result;
    }
    return (!isThere && whenAbsent) === result;
  };
}
