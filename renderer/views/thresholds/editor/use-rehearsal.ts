/**
 * Runs the draft over what is remembered, a moment after it was last changed, and never two runs at once. What was
 * answered stays until the next answer is there.
 */
import { refDebounced } from '@vueuse/core';
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue';
import type { Rehearsal } from '../../../../shared/model/threshold.ts';
import { problemOf, useApi } from '../../../api.ts';
import { useScope } from '../../../stores/scope.ts';
import { inputOf } from '../../../stores/thresholds.ts';
import { attributeOf, useThresholdDraft } from './draft.ts';

const SETTLE_MS = 600;

export type Span = '1h' | '6h' | '24h' | '7d' | 'all';
export const SPANS: Readonly<Record<Span, { label: string; words: string; ms: number }>> = {
  '1h': { label: '1 h', words: 'in the last hour', ms: 3_600_000 },
  '6h': { label: '6 h', words: 'in the last 6 hours', ms: 6 * 3_600_000 },
  '24h': { label: '24 h', words: 'in the last 24 hours', ms: 24 * 3_600_000 },
  '7d': { label: '7 d', words: 'in the last 7 days', ms: 7 * 24 * 3_600_000 },
  all: { label: 'Capture', words: 'in this capture', ms: 0 },
};

export function useRehearsal() {
  const draft = useThresholdDraft();
  const scope = useScope();
  const span = ref<Span>(scope.isCapture ? 'all' : '24h');
  const answer = shallowRef<Rehearsal | null>(null);
  const problem = ref('');
  const busy = ref(false);
  /** Part of a long reading that is done; null while none is under way that tells. */
  const progress = ref<number | null>(null);
  /** The user stopped it; nothing runs until the draft or the range is another, or it is asked to. */
  const stopped = ref(false);
  let controller: AbortController | null = null;

  /** What a run depends on: nothing of it is words. */
  const subject = computed(() => {
    const { name: _name, description: _description, severity: _severity, ...rest } = draft.threshold;
    return JSON.stringify([scope.workspace, span.value, draft.isSound, rest]);
  });
  const settled = refDebounced(subject, SETTLE_MS);

  async function run(): Promise<void> {
    controller?.abort();
    progress.value = null;
    stopped.value = false;
    if (!draft.isSound) {
      busy.value = false;
      return;
    }
    const extent = scope.extent;
    const toMs = scope.isCapture ? extent?.toMs : scope.nowMs;
    if (toMs === undefined || toMs === null) return;
    const fromMs = span.value === 'all' ? (extent?.fromMs ?? 0) : toMs - SPANS[span.value].ms;
    const mine = new AbortController();
    controller = mine;
    busy.value = true;
    try {
      const input = inputOf(draft.threshold);
      const found = await useApi().ask(
        scope.workspace,
        'thresholds.rehearse',
        [input, fromMs, toMs],
        mine.signal,
        (part) => {
          if (controller === mine) progress.value = part;
        },
      );
      if (controller !== mine) return;
      answer.value = found;
      problem.value = '';
    } catch (error) {
      if (controller !== mine) return;
      const sentence = problemOf(error).replace('The threshold “rehearsed”', 'The threshold');
      const attribute = attributeOf(sentence);
      if (attribute) draft.tell(attribute, sentence);
      else problem.value = sentence;
    } finally {
      if (controller === mine) {
        busy.value = false;
        progress.value = null;
      }
    }
  }
  function cancel(): void {
    controller?.abort();
    controller = null;
    busy.value = false;
    progress.value = null;
    stopped.value = true;
  }

  watch(settled, () => void run(), { immediate: true });
  onScopeDispose(() => controller?.abort());

  return { span, answer, problem, busy, progress, stopped, cancel, again: run };
}
