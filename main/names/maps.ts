/**
 * Tables of exact values, as sFlow-RT's maps: a value stands for the key texts listed under it. IP and MAC addresses
 * match however they are spelled. A text listed twice stands for the first value.
 */
import type { MapTable } from '../../shared/model/knowledge.ts';
import { addressText } from './address.ts';

const spelled = (text: string): string => addressText(text) ?? text;

export class ValueMaps {
  readonly #values = new Map<string, ReadonlyMap<string, string>>();

  constructor(tables: ReadonlyMap<string, MapTable> = new Map()) {
    for (const [name, table] of tables) {
      const values = new Map<string, string>();
      for (const [value, texts] of Object.entries(table))
        for (const text of texts) if (!values.has(spelled(text))) values.set(spelled(text), value);
      this.#values.set(name, values);
    }
  }

  /** What a table says for a text; null where it says nothing, or there is no such table. */
  find(text: string, table: string): string | null {
    return this.#values.get(table)?.get(spelled(text)) ?? null;
  }
}
