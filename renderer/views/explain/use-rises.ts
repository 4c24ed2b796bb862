/**
 * Where to look, while no range is chosen yet: the traffic of all the time that is shown as one line, and where it stood
 * out.
 */
import { computed } from 'vue';
import { type Rise, risesOf } from '../../../shared/compare/rises.ts';
import type { FlowAnswer, FlowQuestion, Interval } from '../../../shared/model/question.ts';
import { useApi } from '../../api.ts';
import { useAnswer } from '../../composables/useAnswer.ts';
import { useScope } from '../../stores/scope.ts';
import { useChoices } from '../top-n/choices.ts';
import { stepFor } from '../top-n/question.ts';
import { courseOf } from './course.ts';

/** Shorter times have no before and after. */
const LEAST_MS = 10_000;

/** The rises of an answer without keys. */
export function risesIn(answer: FlowAnswer): Rise[] {
  const course = courseOf(answer);
  const seconds = course.stepMs / 1000;
  const halfWidths = answer.total.seriesHalfWidth.map((half) => half / seconds);
  return risesOf(course, halfWidths);
}

/** `value` is what is counted. */
export function useRises(value: () => 'bytes' | 'frames') {
  const scope = useScope();
  const choices = useChoices();

  /** All that was heard of what is shown, in whole steps. */
  function range(): { interval: Interval; stepMs: number } | null {
    const { extent, interval: shown, isCapture } = scope;
    if (!extent) return null;
    const fromMs = Math.max(extent.fromMs, shown?.fromMs ?? extent.fromMs);
    const toMs = Math.min(extent.toMs, shown?.toMs ?? extent.toMs);
    if (toMs - fromMs < LEAST_MS) return null;
    const stepMs = stepFor(toMs - fromMs);
    if (isCapture) return { interval: { fromMs, toMs }, stepMs };
    const whole = (timeMs: number) => Math.ceil(timeMs / stepMs) * stepMs;
    return { interval: { fromMs: whole(fromMs), toMs: whole(toMs) }, stepMs };
  }
  const question = (): FlowQuestion | null => {
    const asked = range();
    const about = { value: value(), scope: scope.scope, filter: scope.filter, merge: choices.merge };
    return asked && { ...about, ...asked, keys: [], limit: 1 };
  };
  const { answer, problem } = useAnswer(question, (asked, signal) =>
    useApi().ask(scope.workspace, 'flows', [asked], signal),
  );
  const rises = computed(() => (answer.value ? risesIn(answer.value) : []));
  return { answer, rises, problem };
}
