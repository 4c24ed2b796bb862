/** The rows of the agent table in the order the user wants, kept still while someone points at them. */
import { computed, type Ref, ref, shallowRef, watch } from 'vue';
import type { AgentHealth } from '../../../shared/model/health.ts';
import type { AgentStatus } from '../../../shared/model/network.ts';
import { rankKeeper } from '../../components/table/rank-keeper.ts';
import { agentTitle } from '../../stores/network.ts';
import { agentColumns } from './agentColumns.ts';
import { healthOf, severityOf, sumOfStreams } from './agentHealth.ts';
import { statusOf } from './healthChecks.ts';

/** `held` says that the order may not change now; `nowMs` is null where silence means nothing. */
export function useAgentRows(
  agents: () => readonly AgentStatus[],
  health: () => ReadonlyMap<string, AgentHealth>,
  nowMs: () => number | null,
  held: Readonly<Ref<boolean>>,
) {
  /** Names rise, status and figures fall, unless turned round. */
  const sorted = ref<{ by: string; turned: boolean }>({ by: 'name', turned: false });

  const made = computed(
    () =>
      new Map(
        agents().map((agent) => [
          agent.agent,
          {
            key: agent.agent,
            title: agentTitle(agent),
            agent,
            counts: sumOfStreams(agent),
            health: health().get(agent.agent),
            status: statusOf(healthOf(agent, nowMs()), health().get(agent.agent)),
            streams: agent.streams.map((counts) => ({ subAgentId: counts.subAgentId, counts, agent: null })),
          },
        ]),
      ),
  );
  const wishedOrder = computed(() => {
    const { by, turned } = sorted.value;
    const column = agentColumns.find(({ id }) => id === by);
    const wished = [...made.value.values()];
    wished.sort((a, b) => a.title.localeCompare(b.title, undefined, { numeric: true }));
    if (by === 'status') wished.sort((a, b) => severityOf(b.status) - severityOf(a.status));
    else if (by === 'score') wished.sort((a, b) => (a.health?.score ?? 101) - (b.health?.score ?? 101));
    else if (column) wished.sort((a, b) => column.sortBy(b) - column.sortBy(a));
    return (turned ? wished.reverse() : wished).map(({ key }) => key);
  });

  const keeper = rankKeeper();
  const order = shallowRef<string[]>([]);
  watch(
    [wishedOrder, sorted],
    ([wished, by], [, byBefore]) => {
      if (by !== byBefore) keeper.reset();
      order.value = keeper.order(wished, held.value, Date.now());
    },
    { immediate: true },
  );
  const rows = computed(() =>
    order.value.map((key) => made.value.get(key)).filter((row) => row !== undefined),
  );

  /** Sorts by a column, or turns its order round. */
  function sort(by: string) {
    sorted.value = { by, turned: sorted.value.by === by && !sorted.value.turned };
  }
  /** As the table tells it to a screen reader. */
  function direction(by: string): 'none' | 'ascending' | 'descending' {
    if (sorted.value.by !== by) return 'none';
    return (by === 'name' || by === 'score') !== sorted.value.turned ? 'ascending' : 'descending';
  }
  return { rows, sort, direction };
}
