/** What stands in the palette. */
import type { Component } from 'vue';

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
