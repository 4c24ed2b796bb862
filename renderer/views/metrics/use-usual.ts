/** What is usual at the places that are drawn, where a threshold of what is unusual has learned it. */
import type { Ref } from 'vue';
import type { Interval } from '../../../shared/model/question.ts';
import type { MetricPlace, UsualCourse } from '../../../shared/model/threshold.ts';
import { useApi } from '../../api.ts';
import { useAnswer } from '../../composables/useAnswer.ts';
import { useScope } from '../../stores/scope.ts';
import { type ChartLine, isSummary } from './lines.ts';

type Question = { places: MetricPlace[]; interval: Interval };

export function useUsual(
  lines: Readonly<Ref<readonly ChartLine[]>>,
  interval: Readonly<Ref<Interval | null>>,
) {
  const scope = useScope();
  const { answer } = useAnswer<Question, UsualCourse[]>(
    () => {
      const places = lines.value
        .filter((line) => !isSummary(line))
        .map(({ agent, dataSource, metric }) => ({ agent, dataSource, metric }));
      return places.length > 0 && interval.value ? { places, interval: interval.value } : null;
    },
    ({ places, interval: { fromMs, toMs } }, signal) =>
      useApi().ask(scope.workspace, 'thresholds.usual', [places, fromMs, toMs], signal),
  );
  const usualOf = ({ agent, dataSource, metric }: ChartLine): UsualCourse | null =>
    answer.value?.find(
      (one) => one.agent === agent && one.dataSource === dataSource && one.metric === metric,
    ) ?? null;
  return { usualOf };
}
