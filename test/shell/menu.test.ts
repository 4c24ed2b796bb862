/** The menu as data: what is in it on each system, and that each entry does what it says. */

import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import { menuTemplate } from '../../main/shell/menu.ts';
import type { MenuCommand } from '../../shared/api.ts';

type Item = MenuItemConstructorOptions;

function build(platform: NodeJS.Platform, packaged = true) {
  const done: (MenuCommand | 'dialog')[] = [];
  const template = menuTemplate(
    { openCapture: () => done.push('dialog'), command: (command) => done.push(command) },
    { platform, applicationName: 'Weir', packaged },
  );
  const items: Item[] = template.flatMap((menu) => (Array.isArray(menu.submenu) ? menu.submenu : []));
  return { done, template, items };
}

/** As Electron would: a click handler is called with the item, its window and the event. */
function click(item: Item): void {
  const handler = item.click;
  if (handler) Reflect.apply(handler, undefined, []);
}

const systems: NodeJS.Platform[] = ['linux', 'win32', 'darwin'];

describe('menuTemplate', () => {
  it('reaches every command of the window, and the dialog, on every system', () => {
    for (const platform of systems) {
      const { done, items } = build(platform);
      for (const item of items) click(item);
      expect(done.toSorted()).toEqual([
        'backup',
        'dialog',
        'export-csv',
        'export-pcap',
        'export-png',
        'keyboard-help',
        'settings',
        'toggle-navigation',
        'toggle-theme',
      ]);
    }
  });

  it('gives no accelerator twice', () => {
    for (const platform of systems) {
      const keys = build(platform).items.flatMap((item) => item.accelerator ?? []);
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys).toContain('CmdOrCtrl+O');
    }
  });

  it('puts quit and about where each system has them', () => {
    expect(build('darwin').template[0]?.label).toBe('Weir');
    for (const platform of systems) {
      const roles = build(platform).items.map((item) => item.role);
      expect(roles.filter((role) => role === 'quit')).toHaveLength(1);
      expect(roles.filter((role) => role === 'about')).toHaveLength(1);
    }
  });

  it('has reload and developer tools in development only', () => {
    for (const platform of systems) {
      const roles = (packaged: boolean) => build(platform, packaged).items.map((item) => item.role);
      expect(roles(true)).not.toContain('toggleDevTools');
      expect(roles(true)).not.toContain('reload');
      expect(roles(false)).toContain('toggleDevTools');
    }
  });
});
