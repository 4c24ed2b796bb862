/**
 * Several series at once, as the lines of a chart need them. Where they are read from the recording, what is there of each
 * is told as it comes.
 */
import type { MetricSeries, MetricSeriesQuestion } from '../../../shared/model/metric.ts';
import type { AbortLike, OnProgress } from '../../../shared/rpc.ts';
import { useApi } from '../../api.ts';

/** `onProgress` hears of all of them together, with null for those of which nothing is there yet. */
export async function askSeries(
  workspace: string,
  questions: readonly MetricSeriesQuestion[],
  signal: AbortLike,
  onProgress: OnProgress<(MetricSeries | null)[]>,
): Promise<MetricSeries[]> {
  const there: (MetricSeries | null)[] = questions.map(() => null);
  const parts = new Map<number, number>();
  let shown = 0;
  const tell = (at: number, part: number, series: MetricSeries | null): void => {
    there[at] = series ?? there[at]!;
    parts.set(at, part);
    // Those that have told nothing wait for the others, or are answered at once.
    const mean = [...parts.values()].reduce((sum, one) => sum + one, 0) / parts.size;
    shown = Math.max(shown, mean);
    onProgress(shown, [...there]);
  };
  return Promise.all(
    questions.map(async (question, at) => {
      const series = await useApi().ask(workspace, 'metricSeries', [question], signal, (part, partial) =>
        tell(at, part, partial),
      );
      there[at] = series;
      if (parts.has(at)) parts.set(at, 1);
      return series;
    }),
  );
}
