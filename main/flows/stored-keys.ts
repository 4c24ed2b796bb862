/**
 * Keys as they are stored: words that mean the same in every process, and for a key whose words do not (a text, a
 * stack of layers) its text instead. A tag and the place of the text among the texts beside the rows take the place
 * of such a key's words; read back, it is a key that is this text.
 */
import type { CompiledKeys } from './compile.ts';
import { TEXT } from './form.ts';
import type { CompiledKey, KeyNames } from './key.ts';
import { TextTable, texts } from './text-table.ts';

/** Words of a key that is stored as its text: its tag, and the place of the text. */
const TEXT_WORDS = 2;

const widthOf = (key: CompiledKey): number => (key.stable ? key.words : TEXT_WORDS);

export class StoredKeys {
  /** Words of all keys as they are stored. */
  readonly words: number;
  /** Which of them are places of texts. */
  readonly textWords: number[] = [];
  readonly #keys: CompiledKeys;

  constructor(keys: CompiledKeys) {
    this.#keys = keys;
    let at = 0;
    for (const key of keys.keys) {
      if (!key.stable) this.textWords.push(at + 1);
      at += widthOf(key);
    }
    this.words = at;
  }

  /** Writes the stored words of the key in `from`; `textAt` gives a text its place. */
  write(
    from: Uint32Array,
    at: number,
    out: Uint32Array,
    outAt: number,
    names: KeyNames,
    textAt: (text: string) => number,
  ): void {
    let to = outAt;
    for (const [i, key] of this.#keys.keys.entries()) {
      const start = at + this.#keys.at[i]!;
      if (key.stable) for (let word = 0; word < key.words; word++) out[to + word] = from[start + word]!;
      else {
        out[to] = from[start] === 0 ? 0 : 1;
        out[to + 1] = from[start] === 0 ? 0 : textAt(key.text(from, start, names));
      }
      to += widthOf(key);
    }
  }

  /**
   * Writes the words of the keys in memory from stored ones; false where they cannot be told from a text, as of a
   * key that chooses between a text and an address.
   */
  read(
    from: Uint32Array,
    at: number,
    out: Uint32Array,
    outAt: number,
    stored: readonly string[],
    numberOf: (text: string) => number,
  ): boolean {
    if (this.#keys.stable) {
      for (let word = 0; word < this.words; word++) out[outAt + word] = from[at + word]!;
      return true;
    }
    let start = at;
    for (const [i, key] of this.#keys.keys.entries()) {
      const to = outAt + this.#keys.at[i]!;
      if (key.stable) for (let word = 0; word < key.words; word++) out[to + word] = from[start + word]!;
      else if (key.form.type === 'text' && key.words === TEXT_WORDS && isText(key)) {
        out[to] = from[start]!;
        out[to + 1] = from[start] === 0 ? 0 : numberOf(stored[from[start + 1]!] ?? '');
      } else if (from[start] === 0) out.fill(0, to, to + key.words);
      else return false;
      start += widthOf(key);
    }
    return true;
  }
}

const textForms = new WeakSet<object>([TEXT]);
const isText = (key: CompiledKey): boolean => textForms.has(key.form);

/** The number of a text in the table that all keys of this thread share. */
export const sharedTextNumber = (text: string): number => texts.ofText(text);

/**
 * Keys to read stored rows with: those that are stored as text are plain texts, in a table of their own, so that
 * months of names do not fill the one that live traffic is told apart by.
 */
export function keysOfStored(keys: CompiledKeys): { keys: CompiledKeys; numberOf: (text: string) => number } {
  const own = new TextTable();
  const form = {
    ...TEXT,
    text: (words: Uint32Array, at: number) => own.text(words[at]!),
    number: (words: Uint32Array, at: number) => Number(own.text(words[at]!) || Number.NaN),
  };
  textForms.add(form);
  const changed = keys.keys.map(
    (key): CompiledKey =>
      key.stable
        ? key
        : {
            ...key,
            form,
            words: TEXT_WORDS,
            text: (from, at) => (from[at] === 0 ? '' : own.text(from[at + 1]!)),
            number: (from, at) => (from[at] === 0 ? Number.NaN : form.number(from, at + 1)),
          },
  );
  const at: number[] = [];
  let words = 0;
  for (const key of changed) {
    at.push(words);
    words += key.words;
  }
  return { keys: { ...keys, keys: changed, at, words }, numberOf: (text) => own.ofText(text) };
}

/** The texts of stored keys, row by row, for whoever has no flow table. */
export function storedKeyTexts(
  keys: CompiledKeys,
  names: KeyNames,
): (words: Uint32Array, at: number, stored: readonly string[]) => string[] {
  return (words, at, stored) => {
    let start = at;
    return keys.keys.map((key) => {
      const text = key.stable
        ? key.text(words, start, names)
        : words[start] === 0
          ? ''
          : (stored[words[start + 1]!] ?? '');
      start += widthOf(key);
      return text;
    });
  };
}
