/** What the palette can do now: open, close, travel, export, make, and how everything looks. */
import {
  Clock,
  DatabaseBackup,
  Download,
  FlaskConical,
  FolderOpen,
  Gauge,
  History,
  Keyboard,
  PanelLeft,
  Pause,
  Play,
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
import { computed } from 'vue';
import { safeText } from '../../../shared/format/text.ts';
import { problemOf, useApi } from '../../api.ts';
import { runMenuCommand } from '../../composables/useMenuCommand.ts';
import { goTo } from '../../composables/useRoute.ts';
import { useActionKinds } from '../../stores/action-kinds.ts';
import { useAppearance } from '../../stores/appearance.ts';
import { usePalette } from '../../stores/palette.ts';
import { replaySpeeds, useReplay } from '../../stores/replay.ts';
import { useScope } from '../../stores/scope.ts';
import { useToasts } from '../../stores/toasts.ts';
import { useWorkspaces } from '../../stores/workspaces.ts';
import type { PaletteEntry } from './entry.ts';

export function useDeeds() {
  const scope = useScope();
  const workspaces = useWorkspaces();
  const known = useActionKinds();
  const appearance = useAppearance();
  const replay = useReplay();
  const palette = usePalette();
  const toasts = useToasts();

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

  const deeds = computed<PaletteEntry[]>(() => {
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

  return deeds;
}
