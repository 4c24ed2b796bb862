/** The actions of the live workspace with how they go, for their own screen. */
import { defineStore } from 'pinia';
import { computed } from 'vue';
import type { Action } from '../../shared/model/action.ts';
import { useApi } from '../api.ts';
import { useKeptList } from './kept-list.ts';
import { useScope } from './scope.ts';

export const useActions = defineStore('actions', () => {
  const scope = useScope();
  const { list, isRead, problem, refresh } = useKeptList((workspace) =>
    useApi().ask(workspace, 'actions.list', []),
  );

  /** Keeps an action. Rejects with the sentence of what is wrong with it. */
  async function put(action: Action): Promise<Action> {
    const saved = await useApi().ask(scope.workspace, 'actions.put', [action]);
    await refresh();
    return saved;
  }
  async function remove(name: string): Promise<void> {
    await useApi().ask(scope.workspace, 'actions.delete', [name]);
    await refresh();
  }

  const byName = computed(() => new Map(list.value.map((status) => [status.action.name, status])));

  return { list, isRead, problem, byName, refresh, put, remove };
});
