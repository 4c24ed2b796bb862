/** Values that the screen shows now, for the filter field to offer while one is typed. */
import { defineStore } from 'pinia';
import { shallowRef } from 'vue';

export type SeenValue = { text: string; label: string };

/** Names for either end offer what was seen at both. */
const EITHER: Readonly<Record<string, readonly string[]>> = {
  address: ['ipsource', 'ipdestination', 'ip6source', 'ip6destination'],
  port: ['sourceport', 'destinationport'],
  mac: ['macsource', 'macdestination'],
};

export const useSeenValues = defineStore('seen-values', () => {
  const seen = shallowRef<ReadonlyMap<string, readonly SeenValue[]>>(new Map());

  /** Says which values are on the screen, by key as a filter names it. */
  function tell(values: ReadonlyMap<string, readonly SeenValue[]>): void {
    seen.value = values;
  }

  /** Values of a key that are on the screen, most important first, each once. */
  function valuesOf(key: string): SeenValue[] {
    const all = [key, ...(EITHER[key] ?? [])].flatMap((name) => seen.value.get(name) ?? []);
    return [...new Map(all.map((one) => [one.text, one])).values()];
  }

  return { tell, valuesOf };
});
