/**
 * The one place where a window is made, with preferences that cannot be loosened: sandboxed, isolated, without
 * Node. It also carries the window's place across starts, and gives each document that loads its own port.
 */
import { join } from 'node:path';
import { BrowserWindow, MessageChannelMain, nativeTheme, screen, type WebPreferences } from 'electron';
import type { Wire } from '../../shared/rpc.ts';
import { interfaceOrigin } from './protocol.ts';
import { leastSize, loadWindowState, placeWindow, saveWindowState } from './window-state.ts';
import { wireOverPort } from './wire.ts';

/** `--bg-app` of the two themes: what is seen before the first paint. */
const backgroundColours = { dark: '#0e1215', light: '#f1f4f5' } as const;

const webPreferences: Readonly<WebPreferences> = Object.freeze({
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
});

export type WindowOptions = {
  /** Absolute path of the built preload. */
  preloadPath: string;
  /** Absolute path of the icon, for Linux and Windows in development. */
  iconPath: string;
  /** Where the window's place is remembered. */
  statePath: string;
  /** Called with a new wire for every document the window loads. */
  connected(wire: Wire): void;
};

/** Makes the window, shows it once it has something to show, and loads the interface. */
export function createWindow(options: WindowOptions): BrowserWindow {
  const main = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter((display) => display.id !== main.id);
  const place = placeWindow(
    loadWindowState(options.statePath),
    [main, ...others].map((display) => display.workArea),
  );
  const window = new BrowserWindow({
    ...place.bounds,
    minWidth: leastSize.width,
    minHeight: leastSize.height,
    show: false,
    title: 'Weir',
    icon: options.iconPath,
    backgroundColor: backgroundColours[nativeTheme.shouldUseDarkColors ? 'dark' : 'light'],
    webPreferences: { ...webPreferences, preload: options.preloadPath },
  });
  if (place.maximised) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => {
    try {
      saveWindowState(options.statePath, {
        bounds: window.getNormalBounds(),
        maximised: window.isMaximized(),
      });
    } catch (error) {
      console.warn(
        'The place of the window could not be saved:',
        error instanceof Error ? error.message : error,
      );
    }
  });
  window.webContents.on('did-finish-load', () => {
    const { port1, port2 } = new MessageChannelMain();
    options.connected(wireOverPort(port1));
    window.webContents.postMessage('weir-port', null, [port2]);
  });
  void window.loadURL(`${interfaceOrigin}/`);
  return window;
}

/** File of the window's place within the data directory. */
export function windowStatePath(dataDirectory: string): string {
  return join(dataDirectory, 'window.json');
}
