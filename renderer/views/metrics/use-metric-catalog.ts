/** The metrics that the shown workspace knows, by name: read once per workspace. */
import { type ShallowRef, shallowRef, watch } from 'vue';
import type { MetricDescription } from '../../../shared/model/metric.ts';
import { useApi } from '../../api.ts';
import { connectionState } from '../../connection.ts';
import { useScope } from '../../stores/scope.ts';

/** Empty until it has arrived. */
export function useMetricCatalog(): ShallowRef<ReadonlyMap<string, MetricDescription>> {
  const scope = useScope();
  const catalog = shallowRef<ReadonlyMap<string, MetricDescription>>(new Map());
  watch(
    [() => scope.workspace, connectionState],
    async ([id, connection]) => {
      if (!id || connection === 'lost') return;
      try {
        const found = await useApi().ask(id, 'metricCatalog', []);
        if (id === scope.workspace) catalog.value = new Map(found.map((one) => [one.name, one]));
      } catch {
        // The connection went meanwhile: the banner tells of it, and this is asked again when it is back.
      }
    },
    { immediate: true },
  );
  return catalog;
}
