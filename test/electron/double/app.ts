/**
 * The life cycle of Electron's `app`: ready after the main module has run, one instance per data directory, and
 * the order of events at the end, with each of the places where a program may still say no.
 */
import { EventEmitter } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type Electron from 'electron';
import { conform, Misuse } from './conform.ts';
import { command, report } from './control.ts';

/** What `app` asks of the windows, which know it and not the other way round. */
export type WindowKeeper = {
  /** Closes all windows; false where one of them prevented it. */
  closeAll(): Promise<boolean>;
  /** Ends the browser behind the windows. */
  dispose(): Promise<void>;
};

type PackageFile = { name: string; productName?: string; version: string };

const noWindows: WindowKeeper = { closeAll: async () => true, dispose: async () => {} };
let keeper = noWindows;
let packageFile: PackageFile = { name: 'electron', version: '0.0.0' };
let applicationFolder = process.cwd();
let ready = false;
let quitting = false;
let lockFolder: string | null = null;
const becameReady = Promise.withResolvers<void>();
const paths = new Map<string, string>();

/** Throws where the program calls `what` too late. */
export function mustPrecedeReady(what: string): void {
  if (ready) throw new Misuse(`${what} must be called before the app is ready.`);
}

/** Throws where the program calls `what` too early. */
export function mustFollowReady(what: string): void {
  if (!ready) throw new Misuse(`${what} cannot be used before the app is ready.`);
}

/** Whether `quit` is under way: closing the last window is no news then. */
export function isQuitting(): boolean {
  return quitting;
}

/** An event that a listener may prevent. */
export function preventable() {
  const event = {
    defaultPrevented: false,
    preventDefault() {
      event.defaultPrevented = true;
    },
  };
  return event;
}

class App extends EventEmitter {
  readonly isPackaged = false;

  get name(): string {
    return packageFile.productName ?? packageFile.name;
  }
  getVersion(): string {
    return packageFile.version;
  }
  getAppPath(): string {
    return applicationFolder;
  }
  isReady(): boolean {
    return ready;
  }
  whenReady(): Promise<void> {
    return becameReady.promise;
  }
  enableSandbox(): void {
    mustPrecedeReady('enableSandbox');
  }
  setAppUserModelId(_id: string): void {}
  addRecentDocument(path: string): void {
    report('recent-document', path);
  }

  getPath(name: Parameters<Electron.App['getPath']>[0]): string {
    const chosen = paths.get(name);
    if (chosen !== undefined) return chosen;
    const usual: Partial<Record<typeof name, string>> = {
      home: homedir(),
      temp: tmpdir(),
      downloads: join(homedir(), 'Downloads'),
      appData: process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'),
    };
    if (name === 'userData') return join(this.getPath('appData'), this.name);
    const path = usual[name];
    if (path === undefined) throw new Misuse(`The double knows no path "${name}".`);
    return path;
  }
  setPath(name: string, path: string): void {
    mustPrecedeReady('setPath');
    if (!isAbsolute(path)) throw new Misuse(`setPath("${name}") needs an absolute path.`);
    paths.set(name, path);
  }

  requestSingleInstanceLock(additionalData?: Record<string, unknown>): boolean {
    const folder = join(this.getPath('userData'), 'single-instance');
    mkdirSync(folder, { recursive: true });
    const holder = join(folder, 'holder');
    if (existsSync(holder) && isAlive(Number(readFileSync(holder, 'utf8')))) {
      const handover = { argv: process.argv, workingDirectory: process.cwd(), additionalData };
      writeFileSync(join(folder, `${process.pid}.json`), JSON.stringify(handover));
      return false;
    }
    writeFileSync(holder, String(process.pid));
    lockFolder = folder;
    return true;
  }

  quit(): void {
    if (quitting) return;
    quitting = true;
    void quitInOrder().finally(() => {
      quitting = false;
    });
  }

  exit(code = 0): void {
    this.emit('quit', {}, code);
    if (lockFolder !== null) rmSync(lockFolder, { recursive: true, force: true });
    lockFolder = null;
    void keeper.dispose().finally(() => process.exit(code));
  }
}

export const app = conform<Electron.App>()(new App());

/** Electron's order: before-quit, the windows, will-quit, quit. */
async function quitInOrder(): Promise<void> {
  const before = preventable();
  app.emit('before-quit', before);
  if (before.defaultPrevented || !(await keeper.closeAll())) return;
  const will = preventable();
  app.emit('will-quit', will);
  if (!will.defaultPrevented) app.exit(0);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return pid > 0;
  } catch {
    return false;
  }
}

/** Looks for what a second start has left for this one. */
function takeHandovers(): void {
  if (lockFolder === null) return;
  for (const name of readdirSync(lockFolder)) {
    if (!name.endsWith('.json')) continue;
    const path = join(lockFolder, name);
    let handover: { argv: string[]; workingDirectory: string; additionalData: unknown };
    try {
      handover = JSON.parse(readFileSync(path, 'utf8'));
    } catch {
      continue; // Still being written: the next look finds it whole.
    }
    rmSync(path);
    app.emit('second-instance', {}, handover.argv, handover.workingDirectory, handover.additionalData);
  }
}

/** Windows make themselves known here when their module loads. */
export function keepWindows(windows: WindowKeeper): void {
  keeper = windows;
}

/** Says which application this is; before its main module runs. */
export function setApplication(folder: string, file: PackageFile): void {
  applicationFolder = folder;
  packageFile = file;
}

/** What Electron does once the main module has run. */
export function becomeReady(): void {
  ready = true;
  becameReady.resolve();
  app.emit('ready', {}, {});
  // Electron's own loop never runs dry; this one must not either.
  setInterval(takeHandovers, 50);
}

command('openFile', (path: string) => app.emit('open-file', preventable(), path));
