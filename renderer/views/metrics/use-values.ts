/** The values of the table: of now, or as of then. */
import { computed, type Ref } from 'vue';
import type { MetricValue } from '../../../shared/model/metric.ts';
import { useApi } from '../../api.ts';
import { useAnswer } from '../../composables/useAnswer.ts';
import { type AsOf, askThen, type Then, useThen } from '../../composables/useThen.ts';
import { useScope } from '../../stores/scope.ts';

/** Thousands of values need not come every second. */
const LEAST_BETWEEN_MS = 3_000;

type Question = Then & { agents: string };
type Values = AsOf<MetricValue[]>;

export function useValues(agents: Readonly<Ref<string>>) {
  const scope = useScope();
  const then = useThen();
  let kept: { subject: string; askedMs: number; answer: Values } | null = null;
  /** What was then stays as it was. */
  const keptForMs = ({ asOfMs }: Values): number =>
    asOfMs === null ? LEAST_BETWEEN_MS : Number.POSITIVE_INFINITY;
  const { answer, problem, slow } = useAnswer<Question, Values>(
    () => ({ agents: agents.value, ...then.value }),
    async (question, signal) => {
      const subject = `${scope.workspace} ${JSON.stringify(question)}`;
      const nowMs = performance.now();
      if (kept?.subject === subject && nowMs - kept.askedMs < keptForMs(kept.answer)) return kept.answer;
      const asked = question.agents;
      const found = await askThen(
        question,
        (atMs) => useApi().ask(scope.workspace, 'moment.metricDump', [atMs, asked, 'ALL', {}], signal),
        () => useApi().ask(scope.workspace, 'metricDump', [asked, 'ALL', {}], signal),
      );
      kept = { subject, askedMs: nowMs, answer: found };
      return found;
    },
  );
  return {
    values: computed(() => answer.value?.told ?? null),
    asOfMs: computed(() => answer.value?.asOfMs ?? null),
    trendMinutes: computed(() => answer.value?.trendMinutes ?? null),
    problem,
    slow,
  };
}
