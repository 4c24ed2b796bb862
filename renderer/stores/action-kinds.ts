/** The kinds of actions that can be made in the shown workspace: forms and the palette are drawn from them. Read once. */
import { defineStore } from 'pinia';
import { shallowRef, watch } from 'vue';
import type { ActionKind } from '../../shared/model/action.ts';
import { problemOf, useApi } from '../api.ts';
import { useScope } from './scope.ts';
import { useToasts } from './toasts.ts';

export const useActionKinds = defineStore('action-kinds', () => {
  const scope = useScope();
  const toasts = useToasts();
  const kinds = shallowRef<ActionKind[]>([]);

  async function read(workspace: string): Promise<void> {
    if (!workspace) return;
    try {
      const found = await useApi().ask(workspace, 'actions.kinds', []);
      if (workspace === scope.workspace) kinds.value = found;
    } catch (error) {
      toasts.problem(problemOf(error));
    }
  }
  watch(
    () => scope.workspace,
    (workspace) => void read(workspace),
    { immediate: true },
  );
  const kindOf = (kind: string): ActionKind | null => kinds.value.find((one) => one.kind === kind) ?? null;

  return { kinds, kindOf };
});
