/**
 * The screens. A line here is a screen's place in the navigation, its address, its shortcut and its entry in the
 * command palette.
 */
import { Binary, ChartArea, EthernetPort, Radio, Router, Settings } from '@lucide/vue';
import type { Component } from 'vue';

export type ViewId = 'top-n' | 'interfaces' | 'inspector' | 'agents' | 'settings' | 'set-up';

export type View = {
  id: ViewId;
  label: string;
  /** `Help` is not in the navigation. */
  group: 'Watch' | 'Alert' | 'Work' | 'Bottom' | 'Help';
  icon: Component;
  /** As `useShortcut` reads it; '' for none. */
  shortcut: string;
  component: () => Promise<{ default: Component }>;
};

export const views: readonly View[] = [
  {
    id: 'top-n',
    label: 'Top N',
    group: 'Watch',
    icon: ChartArea,
    shortcut: 'g t',
    component: () => import('./top-n/TopN.vue'),
  },
  {
    id: 'interfaces',
    label: 'Interfaces',
    group: 'Watch',
    icon: EthernetPort,
    shortcut: 'g p',
    component: () => import('./interfaces/Interfaces.vue'),
  },
  {
    id: 'inspector',
    label: 'Inspector',
    group: 'Work',
    icon: Binary,
    shortcut: 'g i',
    component: () => import('./inspector/Inspector.vue'),
  },
  {
    id: 'agents',
    label: 'Agents',
    group: 'Bottom',
    icon: Router,
    shortcut: 'g a',
    component: () => import('./agents/Agents.vue'),
  },
  {
    id: 'settings',
    label: 'Settings',
    group: 'Bottom',
    icon: Settings,
    shortcut: 'mod+,',
    component: () => import('./settings/Settings.vue'),
  },
  {
    id: 'set-up',
    label: 'Point a switch at Weir',
    group: 'Help',
    icon: Radio,
    shortcut: '',
    component: () => import('./first-run/FirstRun.vue'),
  },
];
