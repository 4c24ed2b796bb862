/**
 * The screens. A line here is a screen's place in the navigation, its address, its shortcut and its entry in the
 * command palette.
 */
import {
  Bell,
  Binary,
  ChartArea,
  ChartLine,
  Database,
  EthernetPort,
  Gauge,
  MapPin,
  Radio,
  Router,
  Server,
  Settings,
  Split,
  Workflow,
  Zap,
} from '@lucide/vue';
import type { Component } from 'vue';

export type ViewId =
  | 'top-n'
  | 'explain'
  | 'interfaces'
  | 'metrics'
  | 'hosts'
  | 'locate'
  | 'thresholds'
  | 'events'
  | 'actions'
  | 'flows'
  | 'inspector'
  | 'sql'
  | 'agents'
  | 'settings'
  | 'set-up';

export type View = {
  id: ViewId;
  label: string;
  /** `Help` is not in the navigation. */
  group: 'Watch' | 'Alert' | 'Work' | 'Bottom' | 'Help';
  icon: Component;
  /** As `useShortcut` reads it; '' for none. */
  shortcut: string;
  /** Whether the filter of the scope bar narrows what the screen shows. */
  filters: boolean;
  component: () => Promise<{ default: Component }>;
};

export const views: readonly View[] = [
  {
    id: 'top-n',
    label: 'Top N',
    group: 'Watch',
    icon: ChartArea,
    shortcut: 'g t',
    filters: true,
    component: () => import('./top-n/TopN.vue'),
  },
  {
    id: 'explain',
    label: 'Explain',
    group: 'Watch',
    icon: Split,
    shortcut: 'g w',
    filters: true,
    component: () => import('./explain/Explain.vue'),
  },
  {
    id: 'interfaces',
    label: 'Interfaces',
    group: 'Watch',
    icon: EthernetPort,
    shortcut: 'g p',
    filters: false,
    component: () => import('./interfaces/Interfaces.vue'),
  },
  {
    id: 'metrics',
    label: 'Metrics',
    group: 'Watch',
    icon: ChartLine,
    shortcut: 'g m',
    filters: false,
    component: () => import('./metrics/Metrics.vue'),
  },
  {
    id: 'hosts',
    label: 'Hosts',
    group: 'Watch',
    icon: Server,
    shortcut: 'g h',
    filters: false,
    component: () => import('./hosts/Hosts.vue'),
  },
  {
    id: 'locate',
    label: 'Where is',
    group: 'Watch',
    icon: MapPin,
    shortcut: 'g n',
    filters: false,
    component: () => import('./locate/Locate.vue'),
  },
  {
    id: 'thresholds',
    label: 'Thresholds',
    group: 'Alert',
    icon: Gauge,
    shortcut: 'g l',
    filters: false,
    component: () => import('./thresholds/Thresholds.vue'),
  },
  {
    id: 'events',
    label: 'Events',
    group: 'Alert',
    icon: Bell,
    shortcut: 'g e',
    filters: false,
    component: () => import('./events/Events.vue'),
  },
  {
    id: 'actions',
    label: 'Actions',
    group: 'Alert',
    icon: Zap,
    shortcut: 'g o',
    filters: false,
    component: () => import('./actions/Actions.vue'),
  },
  {
    id: 'flows',
    label: 'Flows',
    group: 'Work',
    icon: Workflow,
    shortcut: 'g f',
    filters: false,
    component: () => import('./flows/Flows.vue'),
  },
  {
    id: 'inspector',
    label: 'Inspector',
    group: 'Work',
    icon: Binary,
    shortcut: 'g i',
    filters: false,
    component: () => import('./inspector/Inspector.vue'),
  },
  {
    id: 'sql',
    label: 'SQL',
    group: 'Work',
    icon: Database,
    shortcut: 'g q',
    filters: false,
    component: () => import('./sql/Sql.vue'),
  },
  {
    id: 'agents',
    label: 'Agents',
    group: 'Bottom',
    icon: Router,
    shortcut: 'g a',
    filters: false,
    component: () => import('./agents/Agents.vue'),
  },
  {
    id: 'settings',
    label: 'Settings',
    group: 'Bottom',
    icon: Settings,
    shortcut: 'mod+,',
    filters: false,
    component: () => import('./settings/Settings.vue'),
  },
  {
    id: 'set-up',
    label: 'Point a switch at Weir',
    group: 'Help',
    icon: Radio,
    shortcut: '',
    filters: false,
    component: () => import('./first-run/FirstRun.vue'),
  },
];
