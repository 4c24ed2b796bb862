/**
 * Events as marks on the time axis of a screen's charts. They are read again when anything about events changed, or when
 * the range leaves what was read; not with every second of a live chart.
 */
import { computed, onScopeDispose, shallowRef, watch } from 'vue';
import { addressesInSentence, plainSentence, sentenceParts } from '../../shared/format/named-sentence.ts';
import { safeText } from '../../shared/format/text.ts';
import { formatClock } from '../../shared/format/time.ts';
import type { Severity, WeirEvent } from '../../shared/model/event.ts';
import type { Interval } from '../../shared/model/question.ts';
import { useApi } from '../api.ts';
import type { Mark } from '../components/chart/model.ts';
import { useAppearance } from '../stores/appearance.ts';
import { allEvents, useEventCounts } from '../stores/event-counts.ts';
import { type NameOf, useNames } from '../stores/names.ts';
import { useScope } from '../stores/scope.ts';
import { goTo } from './useRoute.ts';

/** More than that are a smear, and no marks. */
const MOST_MARKS = 200;
const COLOURS: Readonly<Record<Severity, Mark['colour']>> = {
  critical: 'crit-fill',
  warning: 'warn-fill',
  info: 'accent',
};

export type MarkScope = {
  /** null where there is no chart. */
  interval: Interval | null;
  /** '' for all. */
  agent: string;
  /** '' for all of the agent. */
  dataSource: string;
};

/** Two marks per event, the second where it was cleared. */
export function marksOf(
  events: readonly WeirEvent[],
  zone: 'utc' | 'local',
  nameOf: NameOf = () => null,
): Mark[] {
  return events.flatMap((event): Mark[] => {
    const colour = COLOURS[event.severity];
    const title = plainSentence(sentenceParts(safeText(event.title, 200), nameOf));
    const id = String(event.id);
    const raised: Mark = {
      ...{ id, timeMs: event.raisedMs, kind: 'raised', colour },
      label: `${formatClock(event.raisedMs, zone)} ${title}`,
    };
    if (event.clearedMs === null || event.clearedMs === event.raisedMs) return [raised];
    const cleared: Mark = {
      ...{ id, timeMs: event.clearedMs, kind: 'cleared', colour },
      label: `${formatClock(event.clearedMs, zone)} cleared: ${title}`,
    };
    return [raised, cleared];
  });
}

/** The marks of a screen's charts, and what pressing some of them does. */
export function useEventMarks(about: () => MarkScope) {
  const scope = useScope();
  const appearance = useAppearance();
  const counts = useEventCounts();
  const names = useNames();
  const events = shallowRef<readonly WeirEvent[]>([]);

  // A live range moves each second; what is read reaches back to the last whole step of its width.
  const read = computed(() => {
    const { interval, agent } = about();
    if (!interval) return null;
    const stepMs = Math.max(10_000, (interval.toMs - interval.fromMs) / 4);
    const fromMs = Math.max(0, Math.floor(interval.fromMs / stepMs) * stepMs);
    const endMs = scope.range.kind === 'last' ? interval.toMs + 2 * stepMs : interval.toMs;
    return { fromMs, toMs: Math.ceil(endMs / stepMs) * stepMs, agent, workspace: scope.workspace };
  });
  let controller: AbortController | null = null;
  watch(
    [() => JSON.stringify(read.value), () => counts.version],
    async () => {
      controller?.abort();
      const wanted = read.value;
      if (!wanted?.workspace) {
        events.value = [];
        return;
      }
      const mine = new AbortController();
      controller = mine;
      const { fromMs, toMs, agent, workspace } = wanted;
      const agents = agent === '' ? [] : [agent];
      const question = allEvents(MOST_MARKS, { fromMs, toMs, agents });
      try {
        const found = await useApi().ask(workspace, 'events.list', [question], mine.signal);
        if (controller !== mine) return;
        events.value = found.events;
        names.show(found.events.flatMap(({ title }) => addressesInSentence(title)));
      } catch {
        // A chart does without its marks; the events screen tells what is wrong.
      }
    },
    { immediate: true },
  );
  onScopeDispose(() => controller?.abort());

  const marks = computed<readonly Mark[]>(() => {
    const { dataSource } = about();
    const here = events.value.filter(
      (event) => dataSource === '' || event.dataSource === '' || event.dataSource === dataSource,
    );
    return marksOf(here, appearance.zone, names.nameOf);
  });
  /** Shows the event; of several, all of them are in the list around the first. */
  function open(ids: readonly string[]): void {
    if (ids[0] !== undefined) goTo('events', { event: ids[0] });
  }
  return { marks, open };
}
