/**
 * The state of the Explain screen: which two ranges, what was answered, and the picture of both. It is asked once for
 * each choice, not each second: an explanation is of a range that has passed.
 */
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue';
import type { Explanation } from '../../../shared/model/explanation.ts';
import type { FlowAnswer, Interval } from '../../../shared/model/question.ts';
import { RpcError } from '../../../shared/rpc.ts';
import { problemOf, useApi } from '../../api.ts';
import { useComparison } from '../../stores/comparison.ts';
import { useScope } from '../../stores/scope.ts';
import { useWorkspaces } from '../../stores/workspaces.ts';
import { useChoices } from '../top-n/choices.ts';
import { stepFor } from '../top-n/question.ts';

export type Explained = { explanation: Explanation; before: FlowAnswer; during: FlowAnswer };

/** Everything that the screen shows. */
export function useExplain() {
  const scope = useScope();
  const workspaces = useWorkspaces();
  const choices = useChoices();
  const comparison = useComparison();
  const answer = shallowRef<Explained | null>(null);
  const problem = ref('');
  /** Part of the answer that is there; null while nothing is asked. */
  const progress = ref<number | null>(null);
  let underWay: AbortController | null = null;

  const value = computed(() => (choices.measure.value === 'frames' ? 'frames' : 'bytes'));
  /** What is asked about, but for the clock that goes on. */
  const subject = computed(() =>
    workspaces.status?.interval
      ? JSON.stringify([
          ...[scope.workspace, scope.scope, scope.filter, scope.range, value.value, choices.merge],
          // Of a range that follows the clock there is nothing to compare with at first, and then there is.
          ...[comparison.reference, comparison.own, comparison.interval !== null],
        ])
      : null,
  );

  async function ask(): Promise<void> {
    underWay?.abort();
    problem.value = '';
    progress.value = null;
    const during = scope.interval;
    const before = comparison.interval;
    if (!during || !before) {
      answer.value = null;
      return;
    }
    const mine = new AbortController();
    underWay = mine;
    progress.value = 0;
    const { workspace, filter } = scope;
    const about = { value: value.value, scope: scope.scope, filter, merge: choices.merge };
    const stepMs = stepFor(Math.max(during.toMs - during.fromMs, before.toMs - before.fromMs));
    const course = (interval: Interval) =>
      useApi().ask(workspace, 'flows', [{ ...about, keys: [], interval, stepMs, limit: 1 }], mine.signal);
    try {
      const [explanation, was, is] = await Promise.all([
        useApi().ask(workspace, 'explain', [{ ...about, during, before }], mine.signal, (part) => {
          if (underWay === mine) progress.value = part;
        }),
        course(before),
        course(during),
      ]);
      // Of trends the earlier range may have been moved, so that no bucket is in both.
      const isMoved = explanation.before.toMs < was.interval.toMs;
      const moved = isMoved ? await course(explanation.before) : was;
      if (underWay === mine) answer.value = { explanation, before: moved, during: is };
    } catch (error) {
      if (underWay !== mine || (error instanceof RpcError && error.kind === 'closed')) return;
      answer.value = null;
      problem.value = problemOf(error);
    } finally {
      if (underWay === mine) progress.value = null;
    }
  }

  function cancel(): void {
    underWay?.abort();
    underWay = null;
    progress.value = null;
  }

  watch(subject, (next) => next !== null && void ask(), { immediate: true });
  onScopeDispose(cancel);
  return { comparison, value, answer, problem, progress, ask, cancel };
}
