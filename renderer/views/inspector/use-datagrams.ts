/**
 * The list and the one datagram that is looked at. The list is always one page around what can be seen, asked anew
 * when that moves, when the filter changes and when something arrives; while rows must stay where they are, a live
 * list is asked for up to the newest that was shown.
 */
import { computed, type Ref, ref, type ShallowRef, shallowRef, watch } from 'vue';
import { joinTerms } from '../../../shared/filter/terms.ts';
import type { DatagramDetail, DatagramFilter, DatagramList } from '../../../shared/model/inspect.ts';
import type { Interval } from '../../../shared/model/question.ts';
import { problemOf, useApi } from '../../api.ts';
import { useAnswer } from '../../composables/useAnswer.ts';
import { useScope } from '../../stores/scope.ts';
import { useWorkspaces } from '../../stores/workspaces.ts';
import { useInspectorChoices } from './choices.ts';

/** Rows of a page, and the grid that its beginning moves on, so that few scrolls need a new one. */
export const PAGE_ROWS = 400;
const PAGE_STEP = 100;

export type Datagrams = {
  filter: Readonly<Ref<DatagramFilter>>;
  list: ShallowRef<DatagramList | null>;
  /** Why the list could not be had, '' where it could. */
  problem: Ref<string>;
  slow: Ref<boolean>;
  /** How much of a long list is there (0 to 1); null while none is read. */
  progress: Ref<number | null>;
  /** Stops the reading; what was found stays. */
  cancel: () => void;
  /** Live: rows stay where they are. */
  holding: Readonly<Ref<boolean>>;
  /** Tells which row is the first that can be seen. */
  look: (firstRow: number) => void;
  /** Holds the rows of a live list where they are, or lets them go on. */
  hold: (held: boolean) => void;
};

type Question = {
  filter: Omit<DatagramFilter, 'interval'>;
  interval: Interval | null;
  offset: number;
  upTo: number | null;
};

/** The list of the scope and of what was chosen here. */
export function useDatagrams(): Datagrams {
  const scope = useScope();
  const workspaces = useWorkspaces();
  const choices = useInspectorChoices();
  const firstRow = ref(0);
  const upTo = ref<number | null>(null);

  const filter = computed<DatagramFilter>(() => ({
    agent: scope.agent,
    subAgentId: null,
    ifIndex: scope.ifIndex,
    filter: joinTerms(choices.terms),
    only: choices.only,
    interval: scope.interval,
  }));
  const { answer, problem, slow, progress, cancel } = useAnswer<Question, DatagramList>(
    () => {
      if (!workspaces.status || workspaces.status.state === 'opening') return null;
      const { interval, ...rest } = filter.value;
      const offset = Math.max(0, Math.floor(firstRow.value / PAGE_STEP) - 1) * PAGE_STEP;
      return { filter: rest, interval, offset, upTo: upTo.value };
    },
    ({ filter: rest, interval, offset, upTo: last }, signal, onProgress) =>
      useApi().ask(
        scope.workspace,
        'datagrams.list',
        [{ filter: { ...rest, interval }, offset, limit: PAGE_ROWS, upTo: last }],
        signal,
        onProgress,
      ),
  );

  watch([() => scope.workspace, () => JSON.stringify({ ...filter.value, interval: null })], () => {
    firstRow.value = 0;
    upTo.value = null;
  });

  return {
    filter,
    list: answer,
    problem,
    slow,
    progress,
    cancel,
    holding: computed(() => upTo.value !== null),
    look: (row) => {
      firstRow.value = row;
    },
    hold: (held) => {
      if (!held) upTo.value = null;
      else if (upTo.value === null && answer.value?.ring && answer.value.offset === 0)
        upTo.value = answer.value.id[0] ?? null;
    },
  };
}

/** The datagram with this id, whole, as the filter looks at it; the one before stays until the next is there. */
export function useDatagram(
  id: Ref<number | null>,
  filter: Readonly<Ref<DatagramFilter>>,
): {
  detail: ShallowRef<DatagramDetail | null>;
  problem: Ref<string>;
} {
  const scope = useScope();
  const detail: ShallowRef<DatagramDetail | null> = shallowRef(null);
  const problem = ref('');
  watch(
    [id, () => scope.workspace, () => JSON.stringify({ ...filter.value, interval: null })] as const,
    ([next, workspace], before, onCleanup) => {
      if (next === null || workspace !== before[1]) detail.value = null;
      if (next === null) return;
      const asking = new AbortController();
      onCleanup(() => asking.abort());
      useApi()
        .ask(workspace, 'datagrams.get', [next, filter.value], asking.signal)
        .then(
          (found) => {
            detail.value = found;
            problem.value = '';
          },
          (error: unknown) => {
            if (!asking.signal.aborted) problem.value = problemOf(error);
          },
        );
    },
    { immediate: true },
  );
  return { detail, problem };
}
