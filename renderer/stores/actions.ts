/** The actions of the live workspace with how they go, and the kinds that can be made: their forms are drawn from these. */
import { defineStore } from 'pinia';
import { computed, shallowRef, watch } from 'vue';
import type { Action, ActionKind } from '../../shared/model/action.ts';
import { problemOf, useApi } from '../api.ts';
import { useKeptList } from './kept-list.ts';
import { useScope } from './scope.ts';
import { useToasts } from './toasts.ts';

export type TemplateField = { name: string; about: string; example: string };

export const useActions = defineStore('actions', () => {
  const scope = useScope();
  const toasts = useToasts();
  const { list, isRead, problem, refresh } = useKeptList((workspace) =>
    useApi().ask(workspace, 'actions.list', []),
  );
  const kinds = shallowRef<ActionKind[]>([]);
  const templateFields = shallowRef<TemplateField[]>([]);

  async function readKinds(workspace: string): Promise<void> {
    if (!workspace) return;
    try {
      const [found, fields] = await Promise.all([
        useApi().ask(workspace, 'actions.kinds', []),
        useApi().ask(workspace, 'actions.templateFields', []),
      ]);
      if (workspace !== scope.workspace) return;
      kinds.value = found;
      templateFields.value = fields;
    } catch (error) {
      toasts.problem(problemOf(error));
    }
  }
  watch(
    () => scope.workspace,
    (workspace) => void readKinds(workspace),
    { immediate: true },
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
  const kindOf = (kind: string): ActionKind | null => kinds.value.find((one) => one.kind === kind) ?? null;

  return { list, isRead, problem, kinds, templateFields, byName, kindOf, refresh, put, remove };
});
