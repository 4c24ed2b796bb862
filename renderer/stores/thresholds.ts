/**
 * The thresholds of the shown workspace: for their own screen, and for charts that draw the levels of what they show. The
 * list is read again when events changed and now and then, so that what a script changed is seen too.
 */
import { defineStore } from 'pinia';
import { computed, watch } from 'vue';
import type { Threshold, ThresholdInput, ThresholdOverride } from '../../shared/model/threshold.ts';
import { useApi } from '../api.ts';
import { useEventCounts } from './event-counts.ts';
import { useKeptList } from './kept-list.ts';
import { useScope } from './scope.ts';

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
  const { list, isRead, problem, refresh } = useKeptList((workspace) =>
    useApi().ask(workspace, 'thresholds.list', []),
  );

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
    () => events.version,
    () => void refresh(),
  );
  return { list, isRead, problem, byName, refresh, put, remove };
});
