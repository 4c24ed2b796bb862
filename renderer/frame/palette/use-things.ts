/** What the palette can lead to: screens, workspaces, agents, interfaces, definitions, thresholds, ranges of time. */
import {
  ArrowUpDown,
  Bell,
  ChartArea,
  Clock,
  EthernetPort,
  FileInput,
  Gauge,
  Radio,
  Router,
  Workflow,
} from '@lucide/vue';
import { computed } from 'vue';
import { safeText } from '../../../shared/format/text.ts';
import { goTo, useRoute } from '../../composables/useRoute.ts';
import { useAppearance } from '../../stores/appearance.ts';
import { useDefinitions } from '../../stores/definitions.ts';
import { agentTitle, speedWords, useNetwork } from '../../stores/network.ts';
import { useScope } from '../../stores/scope.ts';
import { useThresholds } from '../../stores/thresholds.ts';
import { useWorkspaces } from '../../stores/workspaces.ts';
import { views } from '../../views/index.ts';
import { rangePresets } from '../scope/ranges.ts';
import type { PaletteEntry } from './entry.ts';

export function useThings() {
  const scope = useScope();
  const workspaces = useWorkspaces();
  const network = useNetwork();
  const definitions = useDefinitions();
  const thresholds = useThresholds();
  const appearance = useAppearance();
  const { view } = useRoute();

  /** A thing chosen on a screen that is not about the network leads to one that is. */
  const showFigures = () => {
    if (view.value.group === 'Bottom' || view.value.group === 'Help') goTo('top-n');
  };

  const screens = computed<PaletteEntry[]>(() =>
    views
      .filter(({ group }) => group !== 'Help' || workspaces.live !== null)
      .map(({ id, label, icon, shortcut }) => ({
        id: `screen ${id}`,
        group: 'Screens',
        label,
        icon,
        shortcut,
        run: () => goTo(id),
      })),
  );

  const places = computed<PaletteEntry[]>(() => [
    ...workspaces.list
      .filter(({ id }) => id !== scope.workspace)
      .map(
        ({ id, kind, title }): PaletteEntry => ({
          id: `workspace ${id}`,
          group: 'Workspaces',
          label: safeText(title),
          hint: kind === 'capture' ? 'capture' : 'live',
          icon: kind === 'capture' ? FileInput : Radio,
          run: () => workspaces.select(id),
        }),
      ),
  ]);

  const agents = computed<PaletteEntry[]>(() =>
    network.agents.map((agent) => ({
      id: `agent ${agent.agent}`,
      group: 'Agents',
      label: agentTitle(agent),
      hint: agent.name ? agent.agent : '',
      icon: Router,
      run: () => {
        scope.setAgent(agent.agent);
        showFigures();
      },
    })),
  );

  const interfaces = computed<PaletteEntry[]>(() =>
    network.interfaces.flatMap((one) => {
      const title = `${network.agentName(one.agent)} › ${safeText(one.name)}`;
      const facts = [
        one.speed > 0 ? speedWords(one.speed) : '',
        `ifIndex ${one.ifIndex}`,
        one.operUp === false ? 'down' : '',
        one.counters && one.counters.inDiscards + one.counters.outDiscards > 0 ? 'discards' : '',
      ];
      const hint = facts.filter(Boolean).join(' · ');
      const ask = (direction: 'in' | 'out'): PaletteEntry => ({
        id: `ask ${one.agent} ${one.ifIndex} ${direction}`,
        group: 'Ask',
        label: `Who ${direction === 'in' ? 'sends into' : 'fills'} ${title}`,
        hint: `Top N · ${direction}`,
        icon: ArrowUpDown,
        run: () => {
          scope.setInterface(one.agent, one.ifIndex, direction);
          goTo('top-n');
        },
      });
      return [
        {
          id: `interface ${one.agent} ${one.ifIndex}`,
          group: 'Interfaces',
          label: title,
          hint,
          icon: EthernetPort,
          run: () => {
            scope.setInterface(one.agent, one.ifIndex);
            showFigures();
          },
        } satisfies PaletteEntry,
        ask('in'),
        ask('out'),
      ];
    }),
  );

  /** Each definition as a chart; what a user or a script made can be changed from here too. */
  const flows = computed<PaletteEntry[]>(() =>
    definitions.list.flatMap(({ definition: { name, keys, filter }, label, origin }) => {
      const title = safeText(label || name);
      const alias = safeText([name, ...keys, filter].join(' '));
      const chart: PaletteEntry = {
        id: `flow ${name}`,
        group: 'Flows',
        label: title,
        hint: safeText(keys.join(', ')),
        alias,
        icon: ChartArea,
        run: () => goTo('top-n', { definition: name }),
      };
      if (origin === 'preset') return [chart];
      const edit: PaletteEntry = {
        id: `edit flow ${name}`,
        group: 'Flows',
        label: `Edit ${title}`,
        hint: 'flow editor',
        icon: Workflow,
        run: () => goTo('flows', { edit: name }),
      };
      return [chart, edit];
    }),
  );

  /** Each threshold with its places, and the events of those that stand. */
  const watched = computed<PaletteEntry[]>(() =>
    thresholds.list.flatMap(({ threshold, standing }) => {
      const name = safeText(threshold.name);
      const alias = safeText(`${threshold.metric} ${threshold.description}`);
      const own: PaletteEntry = {
        id: `threshold ${threshold.name}`,
        group: 'Thresholds',
        label: name,
        hint: standing > 0 ? `${standing} standing` : threshold.enabled ? '' : 'off',
        alias,
        icon: Gauge,
        run: () => goTo('thresholds', { threshold: threshold.name }),
      };
      const events: PaletteEntry = {
        id: `events ${threshold.name}`,
        group: 'Thresholds',
        label: `Events of ${name}`,
        alias,
        icon: Bell,
        run: () => goTo('events', { threshold: threshold.name }),
      };
      return [own, events];
    }),
  );

  const ranges = computed<PaletteEntry[]>(() =>
    rangePresets(scope.isCapture, scope.nowMs, scope.extent, appearance.zone).map(({ id, label, range }) => ({
      id: `range ${id}`,
      group: 'Time',
      label,
      icon: Clock,
      run: () => scope.setRange(range),
    })),
  );

  return { screens, places, agents, interfaces, flows, watched, ranges };
}
