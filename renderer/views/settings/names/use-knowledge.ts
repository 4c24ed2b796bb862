/**
 * What the settings of names share: which workspace they speak to (the live one, whose settings hold for captures as
 * well; a capture where it is alone), and calls whose refusal is shown.
 */
import { computed, ref } from 'vue';
import type { WorkspaceApi } from '../../../../shared/api.ts';
import { formatCount } from '../../../../shared/format/rates.ts';
import { safeText } from '../../../../shared/format/text.ts';
import type { Calls } from '../../../../shared/rpc.ts';
import { problemOf, useApi } from '../../../api.ts';
import { useNames } from '../../../stores/names.ts';
import { useScope } from '../../../stores/scope.ts';
import { useToasts } from '../../../stores/toasts.ts';
import { useWorkspaces } from '../../../stores/workspaces.ts';

type WorkspaceCalls = Calls<WorkspaceApi>;

export function useKnowledge() {
  const workspaces = useWorkspaces();
  const scope = useScope();
  const toasts = useToasts();
  const names = useNames();
  const busy = ref(false);
  const workspace = computed(() => workspaces.live?.id ?? scope.workspace);

  /** Asks, or changes something; null where that was refused, which a toast tells. */
  async function call<K extends keyof WorkspaceApi & string>(
    method: K,
    ...args: WorkspaceCalls[K]['args']
  ): Promise<WorkspaceCalls[K]['result'] | null> {
    busy.value = true;
    try {
      return await useApi().ask(workspace.value, method, args);
    } catch (error) {
      toasts.problem(problemOf(error));
      return null;
    } finally {
      busy.value = false;
    }
  }

  /** As `call`, for what changes names that are shown. */
  async function change<K extends keyof WorkspaceApi & string>(
    method: K,
    ...args: WorkspaceCalls[K]['args']
  ): Promise<boolean> {
    const done = (await call(method, ...args)) !== null;
    if (done) names.forget();
    return done;
  }

  /** Takes names from a file that the user chooses, and tells how many; `done` reads what there is then. */
  async function importNames(
    method: 'ownNames.import' | 'serviceNames.import' | 'interfaceNames.import',
    done: () => Promise<void>,
  ): Promise<void> {
    const file = await chooseFile('.csv,.txt,.tsv,text/*');
    if (!file) return;
    const result = await call(method, await file.text());
    if (!result) return;
    await done();
    const { taken, problems } = result;
    toasts.show({
      tone: problems.length > 0 ? 'warn' : 'ok',
      title: `${formatCount(taken)} names were taken from ${safeText(file.name)}.`,
      ...(problems.length > 0 ? { detail: problems.slice(0, 3).join(' ') } : {}),
    });
  }

  return { workspace, busy, call, change, importNames };
}

/** Lets the user choose a text file and gives what is in it; null where they thought better of it. */
export function chooseFile(accept: string): Promise<File | null> {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = accept;
  return new Promise((resolve) => {
    input.onchange = () => resolve(input.files?.[0] ?? null);
    input.oncancel = () => resolve(null);
    input.click();
  });
}
