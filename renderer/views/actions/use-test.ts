/** Sends an action once, now, and tells what came of it. */
import { ref, shallowRef } from 'vue';
import { safeText } from '../../../shared/format/text.ts';
import type { Action, Attempt } from '../../../shared/model/action.ts';
import { problemOf, useApi } from '../../api.ts';
import { useScope } from '../../stores/scope.ts';
import { useToasts } from '../../stores/toasts.ts';

export function useActionTest() {
  const scope = useScope();
  const toasts = useToasts();
  const busy = ref(false);
  const last = shallowRef<Attempt | null>(null);

  async function run(action: Action): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    last.value = null;
    try {
      const attempt = await useApi().ask(scope.workspace, 'actions.test', [action]);
      last.value = attempt;
      const isDone = attempt.result === 'done';
      toasts.show({
        key: 'action test',
        tone: isDone ? 'ok' : 'crit',
        title: isDone ? 'The test was sent' : 'The test failed',
        detail: safeText(attempt.detail, 300),
      });
    } catch (error) {
      toasts.problem(problemOf(error));
    } finally {
      busy.value = false;
    }
  }
  return { busy, last, run };
}
