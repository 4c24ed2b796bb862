/** The subject that is chosen: by the address (`#/top-n?definition=NAME`), else by what was chosen last. */
import { computed, type Ref, type ShallowRef, watch } from 'vue';
import type { Catalog } from '../../../shared/model/catalog.ts';
import { useRoute } from '../../composables/useRoute.ts';
import { useDefinitions } from '../../stores/definitions.ts';
import { useChoices } from './choices.ts';
import { type Subject, subjectOfDefinition, subjectOfPreset } from './subject.ts';

/** null until the catalog has arrived, and the definitions where one of them is chosen. */
export function useSubject(catalog: ShallowRef<Catalog | null>): Ref<Subject | null> {
  const choices = useChoices();
  const definitions = useDefinitions();
  const { view, query } = useRoute();
  watch(
    () => (view.value.id === 'top-n' ? query.value.definition : undefined),
    (name) => {
      if (name !== undefined) choices.definition = name;
    },
    { immediate: true },
  );
  return computed(() => {
    const { definition: name, preset: id } = choices;
    if (name !== '') {
      const status = definitions.byName.get(name);
      if (status) return subjectOfDefinition(status);
      return definitions.isRead ? missing(name) : null;
    }
    const presets = catalog.value?.presets ?? [];
    const preset = presets.find((one) => one.id === id) ?? presets[0];
    return preset ? subjectOfPreset(preset) : null;
  });
}

const missing = (name: string): Subject => ({
  ...subjectOfDefinition({
    definition: {
      ...{ name, keys: [], value: 'bytes', values: [], filter: '', n: 5, t: 2, dropped: false, fs: ',' },
      ...{ log: false, flowStart: false, activeTimeout: 60, aggMode: 'once' as const },
    },
    label: '',
    problem: `There is no definition “${name}” in this workspace any more.`,
  }),
});
