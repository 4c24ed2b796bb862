/**
 * How busy each node was over the range, for the small pictures in the table: asked for the rows that there are, at
 * most so many and not with every change of the workspace, because a picture of 72 pixels does not change that fast.
 */
import { computed, type ShallowRef, shallowRef, watch } from 'vue';
import type { MetricSeries } from '../../../shared/model/metric.ts';
import { useApi } from '../../api.ts';
import { useScope } from '../../stores/scope.ts';
import { useWorkspaces } from '../../stores/workspaces.ts';
import type { HostRow } from './nodes.ts';

const MOST_ROWS = 60;
const PARTS = 24;
const LEAST_BETWEEN_MS = 5_000;
const CPU_METRICS = ['cpu_utilization', 'vir_cpu_utilization', 'app_cpu', 'cpu_1min'] as const;

/** Mean per equal part of the range; NaN where nothing is known. */
export function sparkOf({ interval, timesMs, values }: MetricSeries): Float64Array {
  const spark = new Float64Array(PARTS);
  const counts = new Float64Array(PARTS);
  const span = Math.max(1, interval.toMs - interval.fromMs);
  for (let index = 0; index < timesMs.length; index++) {
    if (!Number.isFinite(values[index])) continue;
    // A value holds for the time up to its moment.
    const fromMs = Math.max(interval.fromMs, timesMs[index - 1] ?? timesMs[index]! - span / PARTS);
    const first = Math.floor(((fromMs - interval.fromMs) / span) * PARTS + 1e-9);
    const last = Math.ceil(((timesMs[index]! - interval.fromMs) / span) * PARTS - 1e-9);
    for (let part = Math.max(0, first); part < Math.min(PARTS, Math.max(last, first + 1)); part++) {
      spark[part]! += values[index]!;
      counts[part]! += 1;
    }
  }
  return spark.map((sum, part) => (counts[part]! > 0 ? sum / counts[part]! : Number.NaN));
}

/** The sparks by row id. */
export function useSparks(rows: () => readonly HostRow[]): ShallowRef<ReadonlyMap<string, Float64Array>> {
  const scope = useScope();
  const workspaces = useWorkspaces();
  const sparks = shallowRef<ReadonlyMap<string, Float64Array>>(new Map());
  let askedMs = Number.NEGATIVE_INFINITY;
  let askedFor = '';

  const wanted = computed(() =>
    rows()
      .filter(({ node }) => node !== null)
      .slice(0, MOST_ROWS)
      .flatMap(({ id, node }) => {
        const metric = CPU_METRICS.find((name) => Number.isFinite(node!.metrics[name]));
        return metric ? [{ id, agent: node!.agent, dataSource: node!.dataSource, metric }] : [];
      }),
  );
  watch(
    [wanted, () => workspaces.revision, () => scope.range] as const,
    async ([list]) => {
      const subject = JSON.stringify([scope.workspace, scope.range, list.map(({ id }) => id)]);
      if (subject === askedFor && performance.now() - askedMs < LEAST_BETWEEN_MS) return;
      askedFor = subject;
      askedMs = performance.now();
      const interval = scope.interval ?? workspaces.status?.interval ?? null;
      const found = await Promise.allSettled(
        list.map(async ({ id, agent, dataSource, metric }) => {
          const question = {
            agents: agent,
            dataSource,
            metric,
            statistic: 'avg',
            filter: {},
            interval,
          } as const;
          const series = await useApi().ask(scope.workspace, 'metricSeries', [question]);
          return [id, sparkOf(series)] as const;
        }),
      );
      if (askedFor !== subject) return;
      sparks.value = new Map(found.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])));
    },
    { immediate: true },
  );
  return sparks;
}
