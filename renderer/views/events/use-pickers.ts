/** What a form chooses events by: their names (thresholds, and what Weir itself tells), and the agents. */
import { computed } from 'vue';
import { safeText } from '../../../shared/format/text.ts';
import { agentTitle, useNetwork } from '../../stores/network.ts';
import { useThresholds } from '../../stores/thresholds.ts';
import { SYSTEM_LABELS } from './words.ts';

export function useEventPickers() {
  const network = useNetwork();
  const thresholds = useThresholds();
  const names = computed(() => [
    ...thresholds.list.map(({ threshold }) => ({
      id: threshold.name,
      label: safeText(threshold.name),
      group: 'Thresholds',
    })),
    ...Object.entries(SYSTEM_LABELS).map(([id, label]) => ({ id, label, group: 'Of Weir itself' })),
  ]);
  const agents = computed(() =>
    network.agents.map((one) => ({ id: one.agent, label: agentTitle(one), hint: one.agent })),
  );
  return { names, agents };
}
