/**
 * What services and IP protocols are called here: the bundled names with the user's own. Labels of all screens read
 * it, so it stands outside of any store: a text is made without one.
 */
import { shallowReadonly, shallowRef } from 'vue';
import { BUNDLED_SERVICES, ServiceNames } from '../../shared/format/service-names.ts';
import type { WorkspaceId } from '../../shared/model/workspace.ts';
import { useApi } from '../api.ts';

const current = shallowRef(BUNDLED_SERVICES);
/** Reading it while something is drawn has it drawn anew when a name changes. */
export const services = shallowReadonly(current);

/** Reads the user's names from a workspace; those that are shown stay where it does not answer. */
export async function readServices(workspace: WorkspaceId): Promise<void> {
  try {
    current.value = new ServiceNames(
      new Map(Object.entries(await useApi().ask(workspace, 'serviceNames.list', []))),
    );
  } catch {
    // The banner tells of a lost connection.
  }
}
