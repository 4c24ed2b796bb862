/**
 * Values for fields to offer while one is typed: those that the screen shows now, and those that the engine has seen
 * lately, which are asked for when somebody wants them.
 */
import { useDebounceFn } from '@vueuse/core';
import { defineStore } from 'pinia';
import { shallowReactive, shallowRef, watch } from 'vue';
import { parseAddress, parseIpv4, parseIpv6, parseMac } from '../../shared/format/address.ts';
import type { NamedAddress } from '../../shared/model/knowledge.ts';
import { useApi } from '../api.ts';
import { useNames } from './names.ts';
import { useScope } from './scope.ts';

export type SeenValue = { text: string; label: string };

/** What a value has to be to stand behind a key of addresses. */
const ADDRESS_OF: readonly (readonly [RegExp, (text: string) => unknown])[] = [
  [/^mac/, parseMac],
  [/^ip6/, parseIpv6],
  [/^ip(source|destination)/, parseIpv4],
  [/^address/, parseAddress],
];
const LEAST_OF_NAME = 2;
/** Parts of names whose addresses are remembered. */
const MOST_FOUND = 200;

/** Names for either end offer what was seen at both. */
const EITHER: Readonly<Record<string, readonly string[]>> = {
  address: ['ipsource', 'ipdestination', 'ip6source', 'ip6destination'],
  port: ['sourceport', 'destinationport'],
  mac: ['macsource', 'macdestination'],
};

/** How long what the engine said is good enough, and how many values are asked for. */
const HEARD_FOR_MS = 20_000;
const MOST_HEARD = 50;
/** Who types on is not asked for. */
const LOOK_AFTER_MS = 120;

export const useSeenValues = defineStore('seen-values', () => {
  const seen = shallowRef<ReadonlyMap<string, readonly SeenValue[]>>(new Map());

  /** Says which values are on the screen, by key as a filter names it. */
  function tell(values: ReadonlyMap<string, readonly SeenValue[]>): void {
    seen.value = values;
  }

  const scope = useScope();
  const names = useNames();
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

  /** Addresses by a part of their name that was typed; those of another time or workspace are others. */
  const found = shallowReactive(new Map<string, readonly NamedAddress[]>());
  watch(
    () => [scope.workspace, names.version],
    () => found.clear(),
  );
  const look = useDebounceFn(async (part: string) => {
    if (found.has(part)) return;
    const addresses = await names.find(part);
    if (found.size >= MOST_FOUND) found.clear();
    found.set(part, addresses);
  }, LOOK_AFTER_MS);

  /** Addresses that may stand behind a key and have the typed text in their name. */
  function namedOf(key: string, typed: string): SeenValue[] {
    const is = ADDRESS_OF.find(([pattern]) => pattern.test(key))?.[1];
    const part = typed.trim().toLowerCase();
    if (!is || part.length < LEAST_OF_NAME) return [];
    queueMicrotask(() => void look(part));
    return (found.get(part) ?? [])
      .filter(({ address }) => is(address))
      .map(({ address, known }) => ({ text: address, label: known.name }));
  }

  /**
   * Values of a key: those of whose name the typed text is a part, on the screen, most important first, then others
   * that were heard; each once, addresses with their names.
   */
  function valuesOf(key: string, typed = ''): SeenValue[] {
    const keys = [key, ...(EITHER[key] ?? [])];
    // Asked for outside of what reads them, so that reading changes nothing.
    queueMicrotask(() => {
      for (const name of EITHER[key] ?? [key]) void hear(name);
    });
    const values = keys.flatMap((name) => [
      ...(seen.value.get(name) ?? []),
      ...(heard.get(name)?.values ?? []),
    ]);
    if (ADDRESS_OF.some(([pattern]) => pattern.test(key)))
      queueMicrotask(() => names.show(values.map(({ text }) => text)));
    const all = [
      ...namedOf(key, typed),
      ...values.map((one) => ({ ...one, label: names.nameOf(one.text)?.name ?? one.label })),
    ];
    return [...new Map(all.map((one) => [one.text, one] as const).toReversed()).values()].toReversed();
  }

  return { tell, valuesOf };
});
