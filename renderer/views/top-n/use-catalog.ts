/** What the engine of the shown workspace can be asked for: read once per workspace, and again after a lost connection. */
import { type ShallowRef, shallowRef, watch } from 'vue';
import type { Catalog } from '../../../shared/model/catalog.ts';
import { useApi } from '../../api.ts';
import { connectionState } from '../../connection.ts';
import { useScope } from '../../stores/scope.ts';

/** The catalog; null until it has arrived. */
export function useCatalog(): ShallowRef<Catalog | null> {
  const scope = useScope();
  const catalog = shallowRef<Catalog | null>(null);
  watch(
    [() => scope.workspace, connectionState],
    async ([id, connection]) => {
      if (!id || connection === 'lost') return;
      try {
        const next = await useApi().ask(id, 'catalog', []);
        if (id === scope.workspace) catalog.value = next;
      } catch {
        // The connection went meanwhile: the banner tells of it, and this is asked again when it is back.
      }
    },
    { immediate: true },
  );
  return catalog;
}
