/**
 * Names beside addresses, for all screens: a screen says which addresses it shows, and reads what they are called.
 * The engine is asked once per address, all that a moment brings in one call, and again now and then while the
 * address is still shown, as names come by themselves.
 */
import { defineStore } from 'pinia';
import { computed, shallowRef, triggerRef, watch } from 'vue';
import { safeText } from '../../shared/format/text.ts';
import type { KnownName, NamedAddress } from '../../shared/model/knowledge.ts';
import { useApi } from '../api.ts';
import { useAppearance } from './appearance.ts';
import { useScope } from './scope.ts';

/** How long an answer is taken for true: a name longer than the want of one. */
const namedForMs = 60_000;
const namelessForMs = 5_000;
/** Addresses of one call, and those that are remembered. */
const mostAsked = 1000;
const mostKept = 20_000;
/** Addresses that are offered for a part of a name. */
const mostFound = 20;

/** What an address, as the engine spells it, is called. */
export type NameOf = (address: string) => KnownName | null;

type Kept = { known: KnownName | null; askedMs: number };

export const useNames = defineStore('names', () => {
  const scope = useScope();
  const appearance = useAppearance();
  const kept = shallowRef(new Map<string, Kept>());
  let wanted = new Set<string>();
  let isWaiting = false;

  // Names of another time are others.
  watch(
    () => [scope.workspace, scope.momentMs === null, scope.jumps],
    () => forget(),
  );

  /** What was learned no longer holds: the user changed where names come from. */
  function forget(): void {
    kept.value = new Map();
    wanted = new Set();
  }

  /** Says that these addresses (IP, or MAC addresses in any spelling) are on the screen. */
  function show(addresses: Iterable<string>): void {
    const nowMs = Date.now();
    for (const address of addresses) {
      const one = kept.value.get(address);
      const holdsMs = one?.known ? namedForMs : namelessForMs;
      if (!one || nowMs - one.askedMs > holdsMs) wanted.add(address);
    }
    if (wanted.size === 0 || isWaiting) return;
    isWaiting = true;
    queueMicrotask(() => void ask());
  }

  async function ask(): Promise<void> {
    const workspace = scope.workspace;
    const addresses = [...wanted].slice(0, mostAsked);
    for (const address of addresses) wanted.delete(address);
    try {
      const { momentMs, jumps } = scope;
      const names =
        momentMs === null
          ? await useApi().ask(workspace, 'names.of', [addresses])
          : await useApi().ask(workspace, 'moment.names', [momentMs, addresses]);
      if (workspace !== scope.workspace || jumps !== scope.jumps) return;
      if (kept.value.size > mostKept) kept.value.clear();
      const askedMs = Date.now();
      let isNew = false;
      for (const [index, address] of addresses.entries()) {
        const known = names[index] ?? null;
        const before = kept.value.get(address)?.known ?? null;
        isNew ||= known?.name !== before?.name || known?.origin !== before?.origin;
        kept.value.set(address, { known: known && { ...known, name: safeText(known.name) }, askedMs });
      }
      if (isNew) triggerRef(kept);
    } catch {
      // Addresses stand alone until they are asked for again.
    } finally {
      isWaiting = false;
      // What came on the screen meanwhile waits for its turn.
      if (wanted.size > 0) show([]);
    }
  }

  /** What an address is called as far as is known by now; null for nothing, and where addresses are to stand alone. */
  const nameOf: NameOf = (address) =>
    appearance.names === 'shown' ? (kept.value.get(address)?.known ?? null) : null;

  /** Changes when any name on a screen may have: what draws names from a slot is drawn anew by it. */
  const version = computed(() => ({ kept: kept.value, isShown: appearance.names }));

  /** Addresses of whose names the text is a part, best first; none where nobody answers. */
  async function find(text: string): Promise<NamedAddress[]> {
    try {
      const found = await useApi().ask(scope.workspace, 'names.find', [text, mostFound]);
      return found.map(({ address, known }) => ({
        address,
        known: { ...known, name: safeText(known.name) },
      }));
    } catch {
      return [];
    }
  }

  return { show, nameOf, version, forget, find };
});
