/** What the user chose on the Metrics screen; it is still so when they come back to it. */
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { Statistic } from '../../../shared/model/metric.ts';
import type { Sort } from '../../components/table/column.ts';
import type { ChartLine } from './lines.ts';

export const useMetricChoices = defineStore('metrics', () => {
  /** null until the first lines are chosen, by the user or for them. */
  const lines = shallowRef<readonly ChartLine[] | null>(null);
  const statistic = ref<Statistic>('max');
  const typed = ref('');
  const family = ref('');
  /** A data source that the table is about; '' for all of the agents. */
  const dataSource = ref('');
  const sort = ref<Sort>({ column: 'agent', descending: false });
  return { lines, statistic, typed, family, dataSource, sort };
});
