/** Everything the palette can do now: screens, workspaces, agents, interfaces, ranges, actions. */
import {
  ArrowUpDown,
  Bell,
  ChartArea,
  Clock,
  DatabaseBackup,
  Download,
  EthernetPort,
  FileInput,
  FlaskConical,
  FolderOpen,
  Gauge,
  History,
  Keyboard,
  PanelLeft,
  Pause,
  Play,
  Radio,
  Redo2,
  Router,
  Split,
  SunMoon,
  Tags,
  Undo2,
  Workflow,
  X,
  Zap,
} from '@lucide/vue';
import { type Component, computed } from 'vue';
import { safeText } from '../../../shared/format/text.ts';
import { problemOf, useApi } from '../../api.ts';
import { runMenuCommand } from '../../composables/useMenuCommand.ts';
import { goTo, useRoute } from '../../composables/useRoute.ts';
import { useActionKinds } from '../../stores/action-kinds.ts';
import { useAppearance } from '../../stores/appearance.ts';
import { useDefinitions } from '../../stores/definitions.ts';
import { agentTitle, speedWords, useNetwork } from '../../stores/network.ts';
import { usePalette } from '../../stores/palette.ts';
import { replaySpeeds, useReplay } from '../../stores/replay.ts';
import { useScope } from '../../stores/scope.ts';
import { useThresholds } from '../../stores/thresholds.ts';
import { useToasts } from '../../stores/toasts.ts';
import { useWorkspaces } from '../../stores/workspaces.ts';
import { views } from '../../views/index.ts';
import { rangePresets } from '../scope/ranges.ts';

export type PaletteEntry = {
  id: string;
  group: 'Screens' | 'Workspaces' | 'Agents' | 'Interfaces' | 'Flows' | 'Thresholds' | 'Time' | 'Ask' | 'Do';
  label: string;
  hint?: string;
  /** Also found by this. */
  alias?: string;
  icon: Component;
  shortcut?: string;
  run: () => unknown;
};

export function usePaletteEntries() {
  const scope = useScope();
  const workspaces = useWorkspaces();
  const network = useNetwork();
  const definitions = useDefinitions();
  const thresholds = useThresholds();
  const known = useActionKinds();
  const appearance = useAppearance();
  const replay = useReplay();
  const palette = usePalette();
  const toasts = useToasts();
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

  /** One for each kind of action that can be made here. */
  const tellers = computed<PaletteEntry[]>(() =>
    known.kinds
      .filter(({ unavailable }) => unavailable === '')
      .map(({ kind, label, about }) => ({
        id: `new-action ${kind}`,
        group: 'Do',
        label: `New action: ${label}`,
        hint: about,
        alias: 'tell notify alert send event',
        icon: Zap,
        run: () => goTo('actions', { new: kind }),
      })),
  );

  const actions = computed<PaletteEntry[]>(() => {
    const found: (PaletteEntry | false)[] = [
      {
        id: 'open',
        group: 'Do',
        label: 'Open capture…',
        alias: 'pcap pcapng file',
        icon: FolderOpen,
        shortcut: 'mod+o',
        run: () => runMenuCommand('open-capture'),
      },
      scope.isCapture && {
        id: 'close',
        group: 'Do',
        label: `Close ${safeText(workspaces.current?.title ?? '')}`,
        icon: X,
        run: () => workspaces.close(scope.workspace),
      },
      !scope.isCapture &&
        !replay.status && {
          id: 'pause',
          group: 'Do',
          label: scope.paused ? 'Follow what arrives' : 'Hold the picture',
          alias: 'pause live',
          icon: scope.paused ? Play : Pause,
          shortcut: 'space',
          run: () => scope.setPaused(!scope.paused),
        },
      scope.canUndo && {
        id: 'undo',
        group: 'Do',
        label: 'Undo the last drill-down',
        icon: Undo2,
        shortcut: 'mod+z',
        run: () => scope.undo(),
      },
      scope.canRedo && {
        id: 'redo',
        group: 'Do',
        label: 'Do again what was undone',
        alias: 'forward redo',
        icon: Redo2,
        shortcut: 'mod+shift+z',
        run: () => scope.redo(),
      },
      replay.canPlay && {
        id: 'travel',
        group: 'Do',
        label: replay.status
          ? scope.isCapture
            ? 'Show all of the capture'
            : 'Back to live'
          : scope.isCapture
            ? 'Move through the capture'
            : 'Travel back in time',
        alias: 'time travel scrub slider moment replay past',
        icon: History,
        shortcut: 't',
        run: () => (replay.status ? replay.end() : replay.begin()),
      },
      (scope.agent !== null || scope.ifIndex !== null) && {
        id: 'everything',
        group: 'Do',
        label: 'Show all agents and interfaces',
        icon: Router,
        run: () => scope.setAgent(null),
      },
      !!workspaces.live && {
        id: 'sample',
        group: 'Do',
        label: sampleRuns() ? 'Stop the sample network' : 'Start the sample network',
        alias: 'try demo',
        icon: FlaskConical,
        run: () => setSampleNetwork(!sampleRuns()),
      },
      scope.interval !== null && {
        id: 'explain-this',
        group: 'Do',
        label: 'Explain this range',
        alias: 'compare cause spike why what changed root difference',
        icon: Split,
        run: () => goTo('explain'),
      },
      {
        id: 'export-pcap',
        group: 'Do',
        label: 'Export this range as pcap',
        alias: 'save datagrams recording wireshark',
        icon: Download,
        run: () => runMenuCommand('export-pcap'),
      },
      !!workspaces.live && {
        id: 'backup',
        group: 'Do',
        label: 'Back up what is stored',
        alias: 'copy database save',
        icon: DatabaseBackup,
        run: () => runMenuCommand('backup'),
      },
      {
        id: 'new-flow',
        group: 'Do',
        label: 'New flow definition',
        alias: 'wizard custom top n',
        icon: Workflow,
        run: () => goTo('flows', { new: '1' }),
      },
      {
        id: 'new-threshold',
        group: 'Do',
        label: 'New threshold',
        alias: 'alert watch level baseline alarm',
        icon: Gauge,
        run: () => goTo('thresholds', { new: '1' }),
      },
      ...tellers.value,
      {
        id: 'theme',
        group: 'Do',
        label: appearance.theme === 'dark' ? 'Light theme' : 'Dark theme',
        alias: 'appearance',
        icon: SunMoon,
        run: () => appearance.toggleTheme(),
      },
      {
        id: 'zone',
        group: 'Do',
        label: appearance.zone === 'utc' ? 'Times of this computer' : 'Times in UTC',
        alias: 'zone',
        icon: Clock,
        run: () => appearance.toggleZone(),
      },
      {
        id: 'names',
        group: 'Do',
        label: appearance.names === 'shown' ? 'Addresses without names' : 'Names before addresses',
        alias: 'names hosts',
        icon: Tags,
        run: () => appearance.toggleNames(),
      },
      {
        id: 'navigation',
        group: 'Do',
        label: appearance.navigationCollapsed ? 'Widen the navigation' : 'Collapse the navigation',
        icon: PanelLeft,
        shortcut: '[',
        run: () => appearance.toggleNavigation(),
      },
      {
        id: 'help',
        group: 'Do',
        label: 'Keyboard help',
        icon: Keyboard,
        shortcut: '?',
        run: () => {
          palette.keyboardHelp = true;
        },
      },
    ];
    const plays = replay.canPlay
      ? replaySpeeds.map(
          (speed): PaletteEntry => ({
            id: `play ${speed}`,
            group: 'Do',
            label: scope.isCapture ? `Play the capture at ${speed}×` : `Play what is shown at ${speed}×`,
            alias: 'replay',
            icon: Play,
            run: () => void replay.play(speed),
          }),
        )
      : [];
    return [...found.filter((entry) => entry !== false), ...plays];
  });

  const sampleRuns = () => {
    const id = workspaces.live?.id;
    return id !== undefined && (workspaces.statuses[id]?.sampleNetwork ?? false);
  };
  async function setSampleNetwork(runs: boolean) {
    try {
      await useApi().host(runs ? 'sampleNetwork.start' : 'sampleNetwork.stop');
      if (workspaces.live) workspaces.select(workspaces.live.id);
    } catch (error) {
      toasts.problem(problemOf(error));
    }
  }

  /** With nothing typed: what is few. Names of agents and ports come with the first letter. */
  return (typed: string): PaletteEntry[] =>
    typed.trim() === '' || typed.startsWith('>')
      ? [...screens.value, ...actions.value, ...ranges.value, ...places.value]
      : [
          ...screens.value,
          ...agents.value,
          ...interfaces.value,
          ...flows.value,
          ...watched.value,
          ...places.value,
          ...ranges.value,
          ...actions.value,
        ];
}
