/**
 * A list that the engine of the shown workspace keeps and that others change too (definitions, thresholds): read when
 * the workspace is shown, when the connection is there again, and now and then. What was read stays where it cannot be
 * read again; a lost connection is told by the banner.
 */
import { useIntervalFn } from '@vueuse/core';
import { type Ref, ref, type ShallowRef, shallowRef, watch } from 'vue';
import type { WorkspaceId } from '../../shared/model/workspace.ts';
import { RpcError } from '../../shared/rpc.ts';
import { problemOf } from '../api.ts';
import { connectionState } from '../connection.ts';
import { useScope } from './scope.ts';

/** How often the list is read while nobody looks at it. */
const READ_EVERY_MS = 5_000;

export type KeptList<T> = {
  list: ShallowRef<T[]>;
  /** Whether the list has been read since the workspace was shown. */
  isRead: Ref<boolean>;
  /** Why it could not be read; ''. */
  problem: Ref<string>;
  refresh(): Promise<void>;
};

/** To be called in the set-up of a store. */
export function useKeptList<T>(read: (workspace: WorkspaceId) => Promise<T[]>): KeptList<T> {
  const scope = useScope();
  const list = shallowRef<T[]>([]);
  const isRead = ref(false);
  const problem = ref('');

  async function refresh(): Promise<void> {
    const id = scope.workspace;
    if (!id || connectionState.value === 'lost') return;
    try {
      const next = await read(id);
      if (id !== scope.workspace) return;
      list.value = next;
      problem.value = '';
      isRead.value = true;
    } catch (error) {
      const isLost = error instanceof RpcError && error.kind === 'closed';
      if (id === scope.workspace && !isLost) problem.value = problemOf(error);
    }
  }

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
  // By time, not by what arrives: a capture tells of nothing new, and yet another window changes what is kept of it.
  useIntervalFn(() => {
    if (document.visibilityState === 'visible') void refresh();
  }, READ_EVERY_MS);

  return { list, isRead, problem, refresh };
}
