/**
 * The application menu. It holds what a desktop program is expected to have; what Weir itself does is sent to
 * the window as a command, so that a menu entry, a key and the command palette end in the same code.
 */
import type { MenuItemConstructorOptions } from 'electron';
import type { MenuCommand } from '../../shared/api.ts';

export type MenuActions = {
  openCapture(): void;
  command(command: MenuCommand): void;
};

export type MenuSurroundings = { platform: NodeJS.Platform; applicationName: string; packaged: boolean };

/**
 * The whole menu as data. Reload and developer tools are for development only: in a packaged program a reload
 * would throw away what the user has on screen.
 */
export function menuTemplate(actions: MenuActions, around: MenuSurroundings): MenuItemConstructorOptions[] {
  const mac = around.platform === 'darwin';
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const entry = (label: string, command: MenuCommand, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    accelerator,
    click: () => actions.command(command),
  });
  const settings = entry('Settings…', 'settings', 'CmdOrCtrl+,');
  const application: MenuItemConstructorOptions = {
    label: around.applicationName,
    submenu: [
      { role: 'about' },
      separator,
      settings,
      separator,
      { role: 'services' },
      separator,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      separator,
      { role: 'quit' },
    ],
  };
  const file: MenuItemConstructorOptions = {
    label: '&File',
    submenu: [
      { label: 'Open capture…', accelerator: 'CmdOrCtrl+O', click: () => actions.openCapture() },
      ...(mac
        ? [{ role: 'recentDocuments' as const, submenu: [{ role: 'clearRecentDocuments' as const }] }]
        : []),
      separator,
      entry('Export CSV…', 'export-csv', 'CmdOrCtrl+Shift+E'),
      entry('Export PNG…', 'export-png'),
      entry('Export range as pcap…', 'export-pcap'),
      separator,
      entry('Back up', 'backup'),
      separator,
      ...(mac ? [] : [settings, separator]),
      { role: 'close' },
      ...(mac ? [] : [{ role: 'quit' as const }]),
    ],
  };
  const edit: MenuItemConstructorOptions = {
    label: '&Edit',
    submenu: [
      { role: 'undo' },
      { role: 'redo' },
      separator,
      { role: 'cut' },
      { role: 'copy' },
      { role: 'paste' },
      { role: 'selectAll' },
    ],
  };
  const view: MenuItemConstructorOptions = {
    label: '&View',
    submenu: [
      entry('Dark or light', 'toggle-theme'),
      entry('Navigation', 'toggle-navigation'),
      separator,
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      separator,
      { role: 'togglefullscreen' },
      ...(around.packaged
        ? []
        : [separator, { role: 'reload' as const }, { role: 'toggleDevTools' as const }]),
    ],
  };
  const window: MenuItemConstructorOptions = {
    role: 'window',
    submenu: [
      { role: 'minimize' },
      { role: 'zoom' },
      ...(mac ? [separator, { role: 'front' as const }] : [{ role: 'close' as const }]),
    ],
  };
  const help: MenuItemConstructorOptions = {
    role: 'help',
    submenu: [
      entry('Keyboard shortcuts', 'keyboard-help'),
      ...(mac ? [] : [separator, { role: 'about' as const }]),
    ],
  };
  return [...(mac ? [application] : []), file, edit, view, window, help];
}
