/** What is usual at the places that are drawn, where a threshold of what is unusual has learned it. */
import type { Interval } from '../../../shared/model/question.ts';
import type { MetricPlace, UsualCourse } from '../../../shared/model/threshold.ts';
import { useApi } from '../../api.ts';
import { useAnswer } from '../../composables/useAnswer.ts';
import { useScope } from '../../stores/scope.ts';

type Question = { places: MetricPlace[]; interval: Interval };

export function useUsual(wanted: () => readonly MetricPlace[], interval: () => Interval | null) {
  const scope = useScope();
  const { answer } = useAnswer<Question, UsualCourse[]>(
    () => {
      const places = wanted().map(({ agent, dataSource, metric }) => ({ agent, dataSource, metric }));
      const range = interval();
      return places.length > 0 && range ? { places, interval: range } : null;
    },
    ({ places, interval: { fromMs, toMs } }, signal) =>
      useApi().ask(scope.workspace, 'thresholds.usual', [places, fromMs, toMs], signal),
  );
  const usualOf = ({ agent, dataSource, metric }: MetricPlace): UsualCourse | null =>
    answer.value?.find(
      (one) => one.agent === agent && one.dataSource === dataSource && one.metric === metric,
    ) ?? null;
  return { usualOf };
}
