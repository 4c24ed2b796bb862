/**
 * The thresholds of the shown workspace: for their own screen, and for charts that draw the levels of what they show. The
 * list is read again when events changed and now and then, so that what a script changed is seen too.
 */
import { useIntervalFn } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type {
  Threshold,
  ThresholdInput,
  ThresholdOverride,
  ThresholdStatus,
} from '../../shared/model/threshold.ts';
import { RpcError } from '../../shared/rpc.ts';
import { problemOf, useApi } from '../api.ts';
import { connectionState } from '../connection.ts';
import { useEventCounts } from './event-counts.ts';
import { useScope } from './scope.ts';

const READ_EVERY_MS = 5_000;

/** A threshold as it is given to be kept: without what is not the user's to say. */
export function inputOf({ name: _name, preset: _preset, ...input }: Threshold): ThresholdInput {
  return input;
}

/** The overrides with the one at this place put, or taken away (`undefined`). */
export function withOverride(
  overrides: readonly ThresholdOverride[],
  place: Pick<ThresholdOverride, 'agent' | 'dataSource'>,
  value: number | null | undefined,
): ThresholdOverride[] {
  const others = overrides.filter(
    ({ agent, dataSource }) => agent !== place.agent || dataSource !== place.dataSource,
  );
  return value === undefined
    ? others
    : [...others, { agent: place.agent, dataSource: place.dataSource, value }];
}

export const useThresholds = defineStore('thresholds', () => {
  const scope = useScope();
  const events = useEventCounts();
  const list = shallowRef<ThresholdStatus[]>([]);
  /** Whether the list has been read since the workspace was shown. */
  const isRead = ref(false);
  const problem = ref('');

  async function refresh(): Promise<void> {
    const id = scope.workspace;
    if (!id || connectionState.value === 'lost') return;
    try {
      const next = await useApi().ask(id, 'thresholds.list', []);
      if (id !== scope.workspace) return;
      list.value = next;
      problem.value = '';
      isRead.value = true;
    } catch (error) {
      const isLost = error instanceof RpcError && error.kind === 'closed';
      if (id === scope.workspace && !isLost) problem.value = problemOf(error);
    }
  }

  /** Keeps a threshold under a name. Rejects with the sentence of what is wrong with it. */
  async function put(name: string, input: ThresholdInput): Promise<Threshold> {
    const saved = await useApi().ask(scope.workspace, 'thresholds.put', [name, input]);
    await refresh();
    return saved;
  }
  /** Takes one away; a preset is set back. */
  async function remove(name: string): Promise<void> {
    await useApi().ask(scope.workspace, 'thresholds.delete', [name]);
    await refresh();
  }

  const byName = computed(() => new Map(list.value.map((status) => [status.threshold.name, status])));

  watch(
    [() => scope.workspace, connectionState],
    ([id], before) => {
      if (id !== before?.[0]) {
        list.value = [];
        isRead.value = false;
        problem.value = '';
      }
      void refresh();
    },
    { immediate: true },
  );
  watch(
    () => events.version,
    () => void refresh(),
  );
  useIntervalFn(() => {
    if (document.visibilityState === 'visible') void refresh();
  }, READ_EVERY_MS);

  return { list, isRead, problem, byName, refresh, put, remove };
});
