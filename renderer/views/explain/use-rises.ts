/**
 * Where to look, while no range is chosen yet: the traffic of all the time that is shown as one line, and where it stood
 * out. Asked once for each choice, as an explanation is.
 */
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue';
import { type Rise, risesOf } from '../../../shared/compare/rises.ts';
import type { FlowAnswer, Interval } from '../../../shared/model/question.ts';
import { RpcError } from '../../../shared/rpc.ts';
import { problemOf, useApi } from '../../api.ts';
import { useScope } from '../../stores/scope.ts';
import { useChoices } from '../top-n/choices.ts';
import { stepFor } from '../top-n/question.ts';
import { courseOf } from './course.ts';

/** Shorter times have no before and after. */
const LEAST_MS = 10_000;

export function risesIn(answer: FlowAnswer): Rise[] {
  const course = courseOf(answer);
  const seconds = course.stepMs / 1000;
  const rates = Float64Array.from(course.rates, (rate, step) =>
    answer.received[step]! > 0 ? rate : Number.NaN,
  );
  const halfWidths = answer.total.seriesHalfWidth.map((half) => half / seconds);
  return risesOf({ ...course, rates }, halfWidths);
}

/** Asks while the component stands; `value` is what is counted. */
export function useRises(value: () => 'bytes' | 'frames') {
  const scope = useScope();
  const choices = useChoices();
  const answer = shallowRef<FlowAnswer | null>(null);
  const problem = ref('');
  const rises = computed(() => (answer.value ? risesIn(answer.value) : []));
  let underWay: AbortController | null = null;

  /** All that was heard of what is shown. */
  const interval = computed<Interval | null>(() => {
    const { extent, interval: shown } = scope;
    if (!extent) return null;
    const fromMs = Math.max(extent.fromMs, shown?.fromMs ?? extent.fromMs);
    const toMs = Math.min(extent.toMs, shown?.toMs ?? extent.toMs);
    return toMs - fromMs >= LEAST_MS ? { fromMs, toMs } : null;
  });
  /** A range that follows the clock is asked about once. */
  const subject = computed(() =>
    interval.value
      ? JSON.stringify([scope.workspace, scope.scope, scope.filter, scope.range, value(), choices.merge])
      : null,
  );

  async function ask(): Promise<void> {
    underWay?.abort();
    const asked = interval.value;
    if (!asked) return;
    const mine = new AbortController();
    underWay = mine;
    const { workspace, filter } = scope;
    const about = { value: value(), scope: scope.scope, filter, merge: choices.merge, keys: [], limit: 1 };
    const stepMs = stepFor(asked.toMs - asked.fromMs);
    try {
      const told = await useApi().ask(
        workspace,
        'flows',
        [{ ...about, interval: asked, stepMs }],
        mine.signal,
      );
      if (underWay !== mine) return;
      answer.value = told;
      problem.value = '';
    } catch (error) {
      if (underWay !== mine || (error instanceof RpcError && error.kind === 'closed')) return;
      answer.value = null;
      problem.value = problemOf(error);
    }
  }

  watch(subject, () => void ask(), { immediate: true });
  onScopeDispose(() => underWay?.abort());
  return { answer, rises, problem };
}
