/**
 * The life of the desktop program: start the host, open the window, open what the user hands over, stop the host
 * when the last window has closed or the system asks. Each way to hand over a file (command line, second start,
 * macOS, menu) ends in `open`, and files that come before there is a page to show them wait for it.
 */
import { join } from 'node:path';
import { app, type BrowserWindow, dialog, Menu, protocol, session } from 'electron';
import type { MenuCommand } from '../../shared/api.ts';
import { type Host, startHost } from '../hosts/host.ts';
import { askWhereToSave, chooseCaptures, tellProblem, tellStartProblem } from './dialogs.ts';
import type { Launch } from './launch.ts';
import { menuTemplate } from './menu.ts';
import { showNotification } from './notify.ts';
import { guardNavigation, guardSession } from './permissions.ts';
import { interfaceOrigin, serveInterface } from './protocol.ts';
import { secretKey } from './secret-key.ts';
import { startUtility } from './utility.ts';
import { createWindow, windowStatePath } from './window.ts';

/** Longest that quitting waits for the engine to write what it holds. */
const stopLimitMs = 5_000;

const builtFolder = join(import.meta.dirname, '..');

/** Sets everything going; call it once, before Electron is ready, with the single-instance lock held. */
export function runApplication(launch: Launch): void {
  const waiting = [...launch.captures];
  let host: Host | null = null;
  let window: BrowserWindow | null = null;
  /** Whether the window's page can hear which capture was opened. */
  let connected = false;
  let stopping = false;

  async function open(paths: readonly string[]): Promise<void> {
    waiting.push(...paths);
    if (host === null || !connected) {
      if (host !== null && paths.length > 0) showWindow();
      return;
    }
    for (const path of waiting.splice(0)) {
      try {
        await host.openCapture(path);
        app.addRecentDocument(path);
      } catch (error) {
        void tellProblem(window, 'The capture could not be opened.', sentenceOf(error));
      }
    }
  }

  function showWindow(): void {
    if (window !== null) {
      if (window.isMinimized()) window.restore();
      window.focus();
      return;
    }
    window = createWindow({
      preloadPath: join(builtFolder, 'preload/index.cjs'),
      iconPath: join(builtFolder, '../resources/icons/256x256.png'),
      statePath: windowStatePath(app.getPath('userData')),
      connected: (wire) => {
        host?.attach(wire);
        connected = true;
        void open([]);
      },
    });
    window.on('closed', () => {
      window = null;
      connected = false;
    });
    const contents = window.webContents;
    contents.on('render-process-gone', (_event, details) => {
      if (details.reason === 'clean-exit' || window === null) return;
      void offerReload(window, details.reason);
    });
  }

  async function start(): Promise<void> {
    try {
      host = await startHost({
        kind: 'electron',
        version: app.getVersion(),
        dataDirectory: app.getPath('userData'),
        secretsKey: secretKey(app.getPath('userData')),
        ...(launch.listeners === null ? {} : { listeners: launch.listeners }),
        live: true,
        captures: [],
        restRoot: join(builtFolder, 'renderer'),
        startProcess: startUtility,
        notify: (notification) => showNotification(notification, showWindow),
      });
    } catch (error) {
      tellStartProblem(sentenceOf(error));
      app.exit(1);
      return;
    }
    guardSession(session.defaultSession);
    session.defaultSession.on('will-download', (_event, item) =>
      askWhereToSave(item, app.getPath('downloads')),
    );
    serveInterface(protocol, join(builtFolder, 'renderer'));
    Menu.setApplicationMenu(
      Menu.buildFromTemplate(
        menuTemplate(
          {
            openCapture: () => void chooseCaptures(window).then(open),
            command: (command: MenuCommand) => host?.emit('menu', { command }),
          },
          { platform: process.platform, applicationName: app.name, packaged: app.isPackaged },
        ),
      ),
    );
    showWindow();
  }

  app.on('web-contents-created', (_event, contents) => guardNavigation(contents, interfaceOrigin));
  app.on('second-instance', (_event, _argv, _workingDirectory, data) => {
    showWindow();
    void open(capturesOf(data));
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    void open([path]);
  });
  app.on('activate', () => {
    if (host !== null) showWindow();
  });
  app.on('window-all-closed', () => {
    // On macOS a program outlives its windows, and this one has a network to listen to.
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('will-quit', (event) => {
    if (host === null) return;
    event.preventDefault();
    if (stopping) return;
    stopping = true;
    void stopWithin(host, stopLimitMs).then(() => app.exit(0));
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit());

  void app.whenReady().then(start);
}

/** The files that a second start handed over; anything else in its place is nothing. */
export function capturesOf(data: unknown): string[] {
  if (typeof data !== 'object' || data === null || !('captures' in data) || !Array.isArray(data.captures))
    return [];
  return data.captures.filter((path): path is string => typeof path === 'string');
}

async function stopWithin(host: Host, limitMs: number): Promise<void> {
  const limit = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    console.warn(`The engine did not stop within ${limitMs / 1000} s; ending without it.`);
    limit.resolve();
  }, limitMs);
  try {
    await Promise.race([host.stop(), limit.promise]);
  } catch (error) {
    console.error('The engine could not be stopped cleanly:', sentenceOf(error));
  } finally {
    clearTimeout(timer);
  }
}

async function offerReload(window: BrowserWindow, reason: string): Promise<void> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'error',
    title: 'Weir',
    message: 'The window of Weir stopped working.',
    detail: `The system says: ${reason}. Nothing that was heard is lost, and Weir is still listening.`,
    buttons: ['Show it again', 'Quit'],
    cancelId: 1,
  });
  if (response === 0) window.reload();
  else app.quit();
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
