/**
 * Values for fields to offer while one is typed: those that the screen shows now, and those that the engine has seen
 * lately, which are asked for when somebody wants them.
 */
import { defineStore } from 'pinia';
import { shallowReactive, shallowRef, watch } from 'vue';
import { useApi } from '../api.ts';
import { useScope } from './scope.ts';

export type SeenValue = { text: string; label: string };

/** Names for either end offer what was seen at both. */
const EITHER: Readonly<Record<string, readonly string[]>> = {
  address: ['ipsource', 'ipdestination', 'ip6source', 'ip6destination'],
  port: ['sourceport', 'destinationport'],
  mac: ['macsource', 'macdestination'],
};

/** How long what the engine said is good enough, and how many values are asked for. */
const HEARD_FOR_MS = 20_000;
const MOST_HEARD = 50;

export const useSeenValues = defineStore('seen-values', () => {
  const seen = shallowRef<ReadonlyMap<string, readonly SeenValue[]>>(new Map());

  /** Says which values are on the screen, by key as a filter names it. */
  function tell(values: ReadonlyMap<string, readonly SeenValue[]>): void {
    seen.value = values;
  }

  const scope = useScope();
  /** What the engine said of a key, and when. */
  const heard = shallowReactive(new Map<string, { values: readonly SeenValue[]; atMs: number }>());
  watch(
    () => scope.workspace,
    () => heard.clear(),
  );

  async function hear(key: string): Promise<void> {
    const known = heard.get(key);
    if (known && performance.now() - known.atMs < HEARD_FOR_MS) return;
    const id = scope.workspace;
    heard.set(key, { values: known?.values ?? [], atMs: performance.now() });
    try {
      const values = await useApi().ask(id, 'seenValues', [key, '', MOST_HEARD]);
      if (id === scope.workspace)
        heard.set(key, { values: values.map((text) => ({ text, label: '' })), atMs: performance.now() });
    } catch {
      // Without them a value is typed as a whole.
    }
  }

  /** Values of a key: on the screen, most important first, then others that were heard; each once. */
  function valuesOf(key: string): SeenValue[] {
    const names = [key, ...(EITHER[key] ?? [])];
    // Asked for outside of what reads them, so that reading changes nothing.
    queueMicrotask(() => {
      for (const name of EITHER[key] ?? [key]) void hear(name);
    });
    const all = names.flatMap((name) => [
      ...(seen.value.get(name) ?? []),
      ...(heard.get(name)?.values ?? []),
    ]);
    return [...new Map(all.map((one) => [one.text, one] as const).toReversed()).values()].toReversed();
  }

  return { tell, valuesOf };
});
