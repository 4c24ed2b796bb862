/** What metrics and flow definitions are called and read in, for whoever shows thresholds. */
import { computed } from 'vue';
import { useDefinitions } from '../../stores/definitions.ts';
import { useMetricCatalog } from '../metrics/use-metric-catalog.ts';
import type { MeasureContext } from './measure.ts';

export function useMeasureContext() {
  const catalog = useMetricCatalog();
  const definitions = useDefinitions();
  return computed<MeasureContext>(() => ({ catalog: catalog.value, definitions: definitions.byName }));
}
