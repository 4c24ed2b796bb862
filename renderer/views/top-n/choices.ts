/** What the user chose on the Top N screen; it is still so when they come back to it. */
import { defineStore } from 'pinia';
import { ref } from 'vue';
import type { MergeRule } from '../../../shared/model/question.ts';
import type { Sort } from '../../components/table/column.ts';

/** A value, or octets as the share of a link. */
export type Measure = { value: string; ofLink: boolean };
export type Form = 'stack' | 'lines' | 'table';
export type Limit = 5 | 10 | 20 | 50;

export const useChoices = defineStore('top-n', () => {
  /** Id of a preset of the catalog; '' is its first one. */
  const preset = ref('');
  /** Name of the definition that is shown instead; '' for none. */
  const definition = ref('');
  const measure = ref<Measure>({ value: 'bytes', ofLink: false });
  const form = ref<Form>('stack');
  const limit = ref<Limit>(10);
  const merge = ref<MergeRule>('once');
  const sort = ref<Sort>({ column: 'average', descending: true });
  return { preset, definition, measure, form, limit, merge, sort };
});
