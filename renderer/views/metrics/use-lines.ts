/** The series of the chosen lines, kept up to date with the range. */
import { computed, type Ref } from 'vue';
import type { MetricSeries, MetricSeriesQuestion } from '../../../shared/model/metric.ts';
import type { Interval } from '../../../shared/model/question.ts';
import { useAnswer } from '../../composables/useAnswer.ts';
import { useScope } from '../../stores/scope.ts';
import { askSeries } from './ask-series.ts';
import { type ChartLine, lineId } from './lines.ts';

type Question = { lines: readonly ChartLine[]; interval: Interval | null };
type Drawn = { lines: readonly ChartLine[]; series: readonly (MetricSeries | null)[] };

export function useLines(
  lines: Readonly<Ref<readonly ChartLine[]>>,
  interval: Readonly<Ref<Interval | null>>,
) {
  const scope = useScope();
  const { answer, problem, progress, cancel } = useAnswer<Question, Drawn>(
    () => (lines.value.length > 0 ? { lines: lines.value, interval: interval.value } : null),
    async ({ lines: asked, interval: within }, signal, onProgress) => {
      const questions = asked.map((line) => questionOf(line, within));
      const series = await askSeries(scope.workspace, questions, signal, (part, there) =>
        onProgress(part, there && { lines: asked, series: there }),
      );
      return { lines: asked, series };
    },
  );
  const byLine = computed(
    () =>
      new Map(
        (answer.value?.lines ?? []).flatMap((line, at) => {
          const series = answer.value!.series[at];
          return series ? [[lineId(line), series] as const] : [];
        }),
      ),
  );
  /** What is there of a line; null where that is nothing yet. */
  const seriesOf = (line: ChartLine): MetricSeries | null => byLine.value.get(lineId(line)) ?? null;
  const drawn = computed(() => [...byLine.value.values()]);
  return { seriesOf, drawn, problem, progress, cancel };
}

function questionOf(line: ChartLine, interval: Interval | null): MetricSeriesQuestion {
  const { agent, dataSource, metric, statistic } = line;
  return {
    ...{ agents: agent || 'ALL', dataSource: dataSource || null },
    ...{ metric, statistic, filter: {}, interval },
  };
}
