/**
 * The flow definitions of the shown workspace: for the Flows screen, Top N and the palette. The list is read again now
 * and then, so that what another window or a script changed is seen here too.
 */
import { defineStore } from 'pinia';
import { computed } from 'vue';
import type { DefinitionInput, DefinitionProblem, FlowDefinition } from '../../shared/model/definition.ts';
import { useApi } from '../api.ts';
import { useKeptList } from './kept-list.ts';
import { useScope } from './scope.ts';

export const useDefinitions = defineStore('definitions', () => {
  const scope = useScope();
  const { list, isRead, problem, refresh } = useKeptList((workspace) =>
    useApi().ask(workspace, 'definitions.list', []),
  );

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

  return { list, isRead, problem, byName, refresh, put, remove, check };
});
