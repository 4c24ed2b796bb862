/** The events of the range and of what was chosen, kept up to date; and what can be done with them. */
import { computed, ref } from 'vue';
import type { EventList, EventListQuestion } from '../../../shared/model/event.ts';
import { problemOf, useApi } from '../../api.ts';
import { useAnswer } from '../../composables/useAnswer.ts';
import { useEventCounts } from '../../stores/event-counts.ts';
import { useScope } from '../../stores/scope.ts';
import { useToasts } from '../../stores/toasts.ts';
import { useWorkspaces } from '../../stores/workspaces.ts';
import { useEventChoices } from './choices.ts';

const BINS = 120;
const LIMIT = 500;

export function useEvents() {
  const scope = useScope();
  const workspaces = useWorkspaces();
  const choices = useEventChoices();
  const counts = useEventCounts();
  const toasts = useToasts();
  /** How many are listed; more where the user asked for more. */
  const limit = ref(LIMIT);
  const busy = ref(false);

  const interval = computed(() => {
    const extent = workspaces.status?.interval ?? null;
    if (!choices.everything) return scope.interval ?? extent;
    const toMs = scope.nowMs ?? extent?.toMs ?? null;
    return extent && toMs !== null ? { fromMs: extent.fromMs, toMs } : null;
  });
  const question = computed<EventListQuestion | null>(() => {
    const range = interval.value;
    if (!range) return null;
    return {
      fromMs: range.fromMs,
      // What was raised within the last second belongs to the range that ends now.
      toMs: scope.range.kind === 'last' ? range.toMs + 1000 : range.toMs,
      standing: choices.state === 'standing' ? true : null,
      acknowledged: choices.state === 'unacknowledged' ? false : null,
      severities: [...choices.severities],
      kinds: choices.kind === '' ? [] : [choices.kind],
      names: choices.name === '' ? [] : [choices.name],
      agents: scope.agent === null ? [] : [scope.agent],
      text: choices.text.trim(),
      limit: limit.value,
      offset: 0,
      bins: BINS,
    };
  });
  const { answer, asked, problem, slow, again } = useAnswer<
    { question: Omit<EventListQuestion, 'fromMs' | 'toMs'>; interval: { fromMs: number; toMs: number } },
    EventList
  >(
    () => {
      if (!question.value) return null;
      const { fromMs, toMs, ...rest } = question.value;
      return { question: rest, interval: { fromMs, toMs } };
    },
    ({ question: rest, interval: range }, signal) =>
      useApi().ask(scope.workspace, 'events.list', [{ ...rest, ...range }], signal),
  );

  /** Does something to events and shows them anew; false where it was refused. */
  async function act(run: (workspace: string) => Promise<unknown>): Promise<boolean> {
    busy.value = true;
    try {
      await run(scope.workspace);
      again();
      void counts.refresh();
      return true;
    } catch (error) {
      toasts.problem(problemOf(error));
      return false;
    } finally {
      busy.value = false;
    }
  }
  const acknowledge = (ids: number[], note: string | null) =>
    act((workspace) => useApi().ask(workspace, 'events.acknowledge', [ids, note]));
  const snooze = (ids: number[], untilMs: number | null) =>
    act((workspace) => useApi().ask(workspace, 'events.snooze', [ids, untilMs]));

  const isFiltered = computed(
    () =>
      choices.state !== 'all' ||
      choices.severities.length > 0 ||
      choices.kind !== '' ||
      choices.name !== '' ||
      choices.text.trim() !== '' ||
      scope.agent !== null,
  );
  function more(): void {
    limit.value += LIMIT;
  }

  return { interval, answer, asked, problem, slow, again, busy, isFiltered, acknowledge, snooze, act, more };
}
export type Events = ReturnType<typeof useEvents>;
