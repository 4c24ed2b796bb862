/**
 * What is usual of the definition that Top N shows, where a threshold of what is unusual watches it: it is learned by
 * data source, of the largest flow there, so it belongs to the leading line of a port's traffic.
 */
import { computed } from 'vue';
import { quantityOf } from '../../../shared/format/quantity.ts';
import type { Line } from '../../components/chart/model.ts';
import { useDefinitions } from '../../stores/definitions.ts';
import { useScope } from '../../stores/scope.ts';
import { usualLine } from '../metrics/series.ts';
import { useUsual } from '../metrics/use-usual.ts';
import type { TopN } from './use-top-n.ts';

export function useTopUsual({ choices, answer, form, ofLink }: TopN) {
  const scope = useScope();
  const definitions = useDefinitions();
  /** The place of the metric, where the chart shows the same as it: all traffic of a port by the definition's own value. */
  const place = computed(() => {
    const { agent, ifIndex, direction, filterTerms } = scope;
    const metric = choices.definition;
    const value = definitions.byName.get(metric)?.definition.value;
    const isSame = metric !== '' && value === answer.value?.value && filterTerms.length === 0;
    if (!isSame || agent === null || ifIndex === null || direction !== 'both') return null;
    return form.value === 'lines' && !ofLink.value ? { agent, dataSource: String(ifIndex), metric } : null;
  });
  const { usualOf } = useUsual(
    () => (place.value ? [place.value] : []),
    () => answer.value?.interval ?? null,
  );
  return computed<Line | null>(() => {
    const course = place.value && usualOf(place.value);
    return course && answer.value ? usualLine(course, quantityOf(answer.value.value).factor) : null;
  });
}
