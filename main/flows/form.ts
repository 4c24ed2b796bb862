/**
 * The forms that the value of a flow key can take: how many words it has, how they are spelled, what number
 * they are. Within one form equal words are equal texts and the reverse, so that one row of a table is one line
 * of an answer; each form keeps that promise by itself.
 */
import { formatIpv4, formatIpv6Words, formatIpv6WordsUpper } from '../../shared/format/address.ts';
import type { KeyType } from '../../shared/model/catalog.ts';
import { stackText } from '../packet/stack.ts';
import { INTERFACE_INTERNAL } from '../samples/agent.ts';
import type { KeyNames } from './key.ts';
import { texts } from './text-table.ts';

export type Form = {
  type: KeyType;
  /** How many words the value has. */
  words: number;
  /** Whether the words mean the same in another process, so that they may be stored. */
  stable: boolean;
  text(words: Uint32Array, at: number, names: KeyNames): string;
  /** The value as a number; NaN where it is none. */
  number(words: Uint32Array, at: number): number;
};

type Text = Form['text'];

const none = (): number => Number.NaN;
const firstWord: Form['number'] = (words, at) => words[at]!;

function form(type: KeyType, words: number, text: Text, number: Form['number'] = none): Form {
  return { type, words, stable: true, text, number };
}

/** A number below 2^32, in decimal. */
export const NUMBER = form('number', 1, (words, at) => String(words[at]), firstWord);

const wide: Form['number'] = (words, at) => words[at]! * 4_294_967_296 + words[at + 1]!;
/** A number of two words, exact up to 2^53. */
export const WIDE_NUMBER = form('number', 2, (words, at) => String(wide(words, at)), wide);

/** 1 'true', 0 'false'. */
export const BOOLEAN = form('text', 1, (words, at) => (words[at] === 0 ? 'false' : 'true'), firstWord);

/** A number as so many binary digits, as patterns of flags are compared: '010'. */
export const bits = (count: number): Form =>
  form('text', 1, (words, at) => words[at]!.toString(2).padStart(count, '0'), firstWord);

/** A number with a name; what has none is spelled as its number. */
export const named = (nameOf: (value: number) => string | undefined): Form =>
  form('text', 1, (words, at) => nameOf(words[at]!) ?? String(words[at]), firstWord);

export const IPV4 = form('address', 1, (words, at) => formatIpv4(words[at]!));

const ipv6Text: Text = (words, at) =>
  formatIpv6WordsUpper(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!);
/** In upper case, as sFlow-RT spells flow keys. */
export const IPV6 = form('address', 4, ipv6Text);

/** An address of either family: 1 IPv4 or 2 IPv6, then the address in one or four words, the others 0. */
export const ADDRESS = form('address', 5, (words, at, names) =>
  words[at] === 1 ? formatIpv4(words[at + 1]!) : ipv6Text(words, at + 1, names),
);

/** Twelve hexadecimal digits, as sFlow-RT spells them. */
export const MAC = form('mac', 2, (words, at) =>
  (words[at]!.toString(16).padStart(8, '0') + words[at + 1]!.toString(16).padStart(4, '0')).toUpperCase(),
);

const interfaceText: Text = (words, at) => {
  const format = words[at]! >>> 30;
  const value = words[at]! & 0x3fff_ffff;
  if (format === 1) return 'discard';
  if (format === 2) return 'multiple';
  if (value === 0) return 'unknown';
  return value === INTERFACE_INTERNAL ? 'internal' : String(value);
};
/**
 * An interface field (format << 30 | value) as sFlow-RT spells it: a number, or the word for what is none.
 * Readers write only one value for each word (see `interfaceWord`).
 */
export const INTERFACE = form('number', 1, interfaceText, (words, at) =>
  words[at]! >>> 30 === 0 ? words[at]! : Number.NaN,
);

/** The agent's address: 0 unknown, 1 IPv4, 2 IPv6, then its octets in four words. */
export const AGENT_WORDS = 5;
/** The agent's address as the rest of Weir spells it. */
export const agentText = (words: Uint32Array, at: number): string => {
  if (words[at] === 1) return formatIpv4(words[at + 1]!);
  return words[at] === 2
    ? formatIpv6Words(words[at + 1]!, words[at + 2]!, words[at + 3]!, words[at + 4]!)
    : 'unknown';
};
/** By address; its name, where it told one, is looked up when the key is shown. */
export const AGENT = form('text', AGENT_WORDS, (words, at, names) => {
  const address = agentText(words, at);
  return names.agentName(address) || address;
});
/** The address whatever its name. */
export const AGENT_ADDRESS = form('text', AGENT_WORDS, agentText);

/** An interface and its agent; the name that the agent tells is looked up when the key is shown. */
export const PORT = form('text', 1 + AGENT_WORDS, (words, at, names) =>
  words[at]! > 0 && words[at]! < INTERFACE_INTERNAL
    ? names.interfaceName(agentText(words, at + 1), words[at]!)
    : interfaceText(words, at, names),
);

/** A text of the thread's table of texts; not stable. */
export const TEXT: Form = {
  type: 'text',
  words: 1,
  stable: false,
  text: (words, at) => texts.text(words[at]!),
  number: (words, at) => {
    const text = texts.text(words[at]!);
    return text === '' ? Number.NaN : Number(text);
  },
};

/** The layers of a packet, by the number of its stack; not stable. */
export const STACK: Form = {
  ...form('text', 1, (words, at) => stackText(words[at]!)),
  stable: false,
};

/** Forms of which no two can spell the same text. */
export const UNLIKE_FORMS: ReadonlySet<Form> = new Set([NUMBER, IPV4, IPV6, MAC]);
