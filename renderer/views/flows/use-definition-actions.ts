/** What can be done with a definition from the list: opened, changed, copied, deleted with a way back. */
import { shortDefinition } from '../../../shared/definition/defaults.ts';
import { definitionJson } from '../../../shared/definition/text.ts';
import { safeText } from '../../../shared/format/text.ts';
import type { DefinitionStatus } from '../../../shared/model/definition.ts';
import { problemOf } from '../../api.ts';
import { copyText } from '../../clipboard.ts';
import { goTo } from '../../composables/useRoute.ts';
import { copyRest } from '../../copy-rest.ts';
import { useDefinitions } from '../../stores/definitions.ts';
import { useToasts } from '../../stores/toasts.ts';
import { curlCommand, restPath } from './share.ts';

export type DefinitionActions = ReturnType<typeof useDefinitionActions>;

export function useDefinitionActions() {
  const definitions = useDefinitions();
  const toasts = useToasts();

  async function copy(text: string, what: string): Promise<void> {
    if (await copyText(text)) toasts.show({ tone: 'ok', title: `${what} copied` });
  }
  async function remove({ definition }: DefinitionStatus): Promise<void> {
    const { name, ...rest } = definition;
    try {
      await definitions.remove(name);
    } catch (error) {
      toasts.problem(problemOf(error));
      return;
    }
    toasts.show({
      tone: 'ok',
      title: `“${safeText(name)}” is deleted`,
      action: {
        label: 'Undo',
        run: () =>
          void definitions
            .put(name, shortDefinition(rest))
            .catch((error: unknown) => toasts.problem(problemOf(error))),
      },
    });
  }
  return {
    chart: ({ definition }: DefinitionStatus) => goTo('top-n', { definition: definition.name }),
    /** What ships with Weir is edited as a copy. */
    edit: ({ definition: { name }, origin }: DefinitionStatus) =>
      goTo('flows', origin === 'preset' ? { new: '1', from: name } : { edit: name }),
    duplicate: ({ definition }: DefinitionStatus) => goTo('flows', { new: '1', from: definition.name }),
    remove,
    copyJson: ({ definition: { name: _name, ...rest } }: DefinitionStatus) =>
      copy(definitionJson(rest), 'JSON'),
    copyCurl: ({ definition }: DefinitionStatus) =>
      copyRest('Call', (origin) => curlCommand(definition, origin)),
    copyRest: ({ definition }: DefinitionStatus) =>
      copyRest('Address', (origin) => `${origin}${restPath(definition.name)}`),
  };
}
