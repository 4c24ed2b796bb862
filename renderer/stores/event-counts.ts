/**
 * How many events stand and how many nobody has seen, for the navigation; and a word on the screen when a critical one
 * is raised. `version` moves whenever anything about events changed, so whoever lists them asks again only then.
 */
import { defineStore } from 'pinia';
import { computed, shallowRef, watch } from 'vue';
import { addressesInSentence, plainSentence, sentenceParts } from '../../shared/format/named-sentence.ts';
import { safeText } from '../../shared/format/text.ts';
import type { EventCounts, EventListQuestion, Severity, WeirEvent } from '../../shared/model/event.ts';
import { useApi } from '../api.ts';
import { goTo, useRoute } from '../composables/useRoute.ts';
import { useAppearance } from './appearance.ts';
import { useScope } from './scope.ts';
import { useToasts } from './toasts.ts';
import { useWorkspaces } from './workspaces.ts';

/** Later than every event. */
const NEVER_MS = Date.UTC(2200, 0, 1);
/** How many of the newest are looked through for those not told yet. */
const MOST_NEW = 50;
/** A message that is being read does not change more often. */
const LEAST_BETWEEN_MS = 10_000;
const TOAST = 'critical events';

/** Every event there is, the newest first. */
export const allEvents = (limit: number, part: Partial<EventListQuestion> = {}): EventListQuestion => ({
  ...{ fromMs: 0, toMs: NEVER_MS, standing: null, acknowledged: null },
  ...{ severities: [], kinds: [], names: [], agents: [], text: '', limit, offset: 0, bins: 1 },
  ...part,
});

export const useEventCounts = defineStore('event-counts', () => {
  const scope = useScope();
  const workspaces = useWorkspaces();
  const toasts = useToasts();
  const appearance = useAppearance();
  const counts = shallowRef<EventCounts | null>(null);
  /** The newest event that was there when the workspace was shown, or that was told since; null before it is known. */
  let toldId: number | null = null;
  let isAsking = false;
  let untold: WeirEvent[] = [];
  let toldAtMs = Number.NEGATIVE_INFINITY;
  const { view } = useRoute();

  async function refresh(): Promise<void> {
    const id = scope.workspace;
    if (!id || isAsking) return;
    isAsking = true;
    try {
      const next = await useApi().ask(id, 'events.counts', []);
      if (id !== scope.workspace) return;
      const isNew = next.version !== counts.value?.version;
      if (isNew) counts.value = next;
      if (isNew || toldId === null) await tellNew(id);
    } catch {
      // The banner tells of a lost connection; what was counted stays.
    } finally {
      isAsking = false;
    }
  }

  async function tellNew(id: string): Promise<void> {
    const question = toldId === null ? allEvents(1) : allEvents(MOST_NEW, { severities: ['critical'] });
    const { events } = await useApi().ask(id, 'events.list', [question]);
    if (id !== scope.workspace) return;
    const before = toldId;
    toldId = Math.max(before ?? 0, ...events.map((event) => event.id));
    if (before === null) return;
    const raised = events.filter(
      (event) => event.id > before && event.clearedMs === null && event.mutedBy === '',
    );
    if (raised.length > 0) await tell(id, raised);
  }

  /** A sentence with the names of its addresses, where names are shown and whoever knows them answers. */
  async function withNames(id: string, sentence: string): Promise<string> {
    const addresses = addressesInSentence(sentence);
    if (appearance.names !== 'shown' || addresses.length === 0) return sentence;
    const known = await useApi()
      .ask(id, 'names.of', [addresses])
      .catch(() => []);
    const parts = sentenceParts(sentence, (address) => {
      const one = known[addresses.indexOf(address)] ?? null;
      return one && { ...one, name: safeText(one.name) };
    });
    return plainSentence(parts);
  }

  /** One message for all that were raised since somebody read it; where events are listed they are seen anyway. */
  async function tell(id: string, raised: readonly WeirEvent[]): Promise<void> {
    if (view.value.id === 'events') {
      untold = [];
      return;
    }
    const isShown = toasts.toasts.some(({ key }) => key === TOAST);
    untold = isShown ? [...raised, ...untold] : [...raised];
    const nowMs = performance.now();
    if (isShown && nowMs - toldAtMs < LEAST_BETWEEN_MS) return;
    toldAtMs = nowMs;
    const [first] = untold;
    const others = untold.length - 1;
    const title = await withNames(id, safeText(first!.title));
    if (id !== scope.workspace) return;
    toasts.show({
      key: TOAST,
      tone: 'crit',
      title,
      detail: others > 0 ? `and ${others} more critical ${others === 1 ? 'event' : 'events'}` : undefined,
      action: {
        label: others > 0 ? 'Show events' : 'Show the event',
        run: () => goTo('events', others > 0 ? {} : { event: String(first!.id) }),
      },
    });
  }

  watch(
    () => scope.workspace,
    () => {
      counts.value = null;
      toldId = null;
      void refresh();
    },
    { immediate: true },
  );
  watch(
    () => workspaces.revision,
    () => void refresh(),
  );

  const version = computed(() => counts.value?.version ?? -1);
  /** What the navigation shows: the number that stands of those that matter, and how bad the worst is. */
  const badge = computed<{ count: number; severity: Severity } | null>(() => {
    const standing = counts.value?.standing;
    if (!standing) return null;
    const count = standing.critical + standing.warning;
    return count === 0 ? null : { count, severity: standing.critical > 0 ? 'critical' : 'warning' };
  });

  return { counts, version, badge, refresh };
});
