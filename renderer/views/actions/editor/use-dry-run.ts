/** Renders the draft for an event a moment after it was last changed, without sending; never two at once. */
import { refDebounced } from '@vueuse/core';
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue';
import type { RenderedPart } from '../../../../shared/model/action.ts';
import { problemOf, useApi } from '../../../api.ts';
import { useScope } from '../../../stores/scope.ts';
import { useActionDraft } from './draft.ts';

const SETTLE_MS = 350;

/** `eventId`: null for the made-up event. */
export function useDryRun(eventId: () => number | null) {
  const draft = useActionDraft();
  const scope = useScope();
  const parts = shallowRef<RenderedPart[] | null>(null);
  const problem = ref('');
  let controller: AbortController | null = null;

  const subject = computed(() => JSON.stringify([scope.workspace, eventId(), draft.action]));
  const settled = refDebounced(subject, SETTLE_MS);
  async function run(): Promise<void> {
    controller?.abort();
    const mine = new AbortController();
    controller = mine;
    try {
      const found = await useApi().ask(
        scope.workspace,
        'actions.dryRun',
        [draft.action, eventId()],
        mine.signal,
      );
      if (controller !== mine) return;
      parts.value = found;
      problem.value = '';
    } catch (error) {
      if (controller !== mine) return;
      problem.value = problemOf(error);
    }
  }
  watch(settled, () => void run(), { immediate: true });
  onScopeDispose(() => controller?.abort());
  return { parts, problem };
}
