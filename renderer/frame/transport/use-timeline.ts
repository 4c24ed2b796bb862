/** What there is of the time one can travel through, read while the line is shown. */
import { computed, onScopeDispose, shallowRef, watch } from 'vue';
import type { Timeline } from '../../../shared/model/moment.ts';
import { useApi } from '../../api.ts';
import { useScope } from '../../stores/scope.ts';

const EVERY_MS = 15_000;
/** A recording whose end is no older than this when it is told goes on. */
const GOES_ON_MS = 5_000;

export function useTimeline() {
  const scope = useScope();
  const timeline = shallowRef<Timeline>({ recorded: [], stored: [] });
  const goesOn = shallowRef(false);

  async function read(): Promise<void> {
    const workspace = scope.workspace;
    if (!workspace) return;
    try {
      const next = await useApi().ask(workspace, 'timeline', []);
      if (workspace !== scope.workspace) return;
      timeline.value = next;
      const end = next.recorded.at(-1)?.toMs ?? 0;
      goesOn.value = scope.edgeMs !== null && end > scope.edgeMs - GOES_ON_MS;
    } catch {
      // What was shown stays; the banner tells of a lost connection.
    }
  }
  const timer = setInterval(() => void read(), EVERY_MS);
  onScopeDispose(() => clearInterval(timer));
  watch(
    () => scope.workspace,
    () => {
      timeline.value = { recorded: [], stored: [] };
      void read();
    },
    { immediate: true },
  );
  /** As it was read, with the recording that goes on as far as it has come. */
  return computed<Timeline>(() => {
    const { recorded, stored } = timeline.value;
    const last = recorded.at(-1);
    if (!last || !goesOn.value || scope.edgeMs === null) return timeline.value;
    const toMs = Math.max(last.toMs, scope.edgeMs);
    return { recorded: [...recorded.slice(0, -1), { fromMs: last.fromMs, toMs }], stored };
  });
}
