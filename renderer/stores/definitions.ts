/**
 * The flow definitions of the shown workspace: for the Flows screen, Top N and the palette. The list is read again now
 * and then, so that what another window or a script changed is seen here too.
 */
import { useIntervalFn } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type {
  DefinitionInput,
  DefinitionProblem,
  DefinitionStatus,
  FlowDefinition,
} from '../../shared/model/definition.ts';
import { RpcError } from '../../shared/rpc.ts';
import { problemOf, useApi } from '../api.ts';
import { connectionState } from '../connection.ts';
import { useScope } from './scope.ts';

/** How often the list is read while nobody looks at it. */
const READ_EVERY_MS = 5_000;

export const useDefinitions = defineStore('definitions', () => {
  const scope = useScope();
  const list = shallowRef<DefinitionStatus[]>([]);
  /** Whether the list has been read since the workspace was shown. */
  const isRead = ref(false);
  const problem = ref('');

  async function refresh(): Promise<void> {
    const id = scope.workspace;
    if (!id || connectionState.value === 'lost') return;
    try {
      const next = await useApi().ask(id, 'definitions.list', []);
      if (id !== scope.workspace) return;
      list.value = next;
      problem.value = '';
      isRead.value = true;
    } catch (error) {
      // What was read stays; a lost connection is told by the banner.
      const isLost = error instanceof RpcError && error.kind === 'closed';
      if (id === scope.workspace && !isLost) problem.value = problemOf(error);
    }
  }

  /** Saves a definition under a name. Rejects with the sentence of the first problem. */
  async function put(name: string, input: DefinitionInput): Promise<FlowDefinition> {
    const saved = await useApi().ask(scope.workspace, 'definitions.put', [name, input, 'weir']);
    await refresh();
    return saved;
  }

  async function remove(name: string): Promise<void> {
    await useApi().ask(scope.workspace, 'definitions.delete', [name]);
    await refresh();
  }

  /** What the engine has against a definition; nothing where it could not be asked. */
  async function check(name: string, input: DefinitionInput): Promise<DefinitionProblem[]> {
    try {
      return await useApi().ask(scope.workspace, 'definitions.check', [name, input]);
    } catch {
      // Saving is refused where it must be.
      return [];
    }
  }

  const byName = computed(() => new Map(list.value.map((status) => [status.definition.name, status])));

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
  // By time, not by what arrives: a capture tells of nothing new, and yet another window changes its definitions.
  useIntervalFn(() => {
    if (document.visibilityState === 'visible') void refresh();
  }, READ_EVERY_MS);

  return { list, isRead, problem, byName, refresh, put, remove, check };
});
