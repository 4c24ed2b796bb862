/**
 * The rest of what Weir uses of Electron: schemes, session, menu, dialogs, screens, theme. Dialogs are answered by
 * the test, in the order of its answers; a dialog that nobody foresaw is cancelled and told.
 */
import { EventEmitter } from 'node:events';
import type Electron from 'electron';
import { mustFollowReady, mustPrecedeReady } from './app.ts';
import { conform, Misuse } from './conform.ts';
import { command, report } from './control.ts';

type SchemeHandler = (request: Request) => Response | Promise<Response>;

const privileged = new Set<string>();
const schemeHandlers = new Map<string, SchemeHandler>();
let schemesRegistered = false;

export const protocol = conform<Electron.Protocol>()({
  registerSchemesAsPrivileged(schemes: Electron.CustomScheme[]): void {
    mustPrecedeReady('registerSchemesAsPrivileged');
    if (schemesRegistered) throw new Misuse('registerSchemesAsPrivileged may be called once only.');
    schemesRegistered = true;
    for (const { scheme, privileges } of schemes) {
      if (privileges?.bypassCSP)
        throw new Misuse(`Scheme ${scheme} must not bypass the content security policy.`);
      if (privileges?.standard && privileges.secure) privileged.add(scheme);
    }
  },
  handle(scheme: string, handler: SchemeHandler): void {
    mustFollowReady('protocol.handle');
    if (schemeHandlers.has(scheme)) throw new Misuse(`Scheme ${scheme} has a handler already.`);
    if (!privileged.has(scheme))
      throw new Misuse(`Scheme ${scheme} was not registered as standard and secure.`);
    schemeHandlers.set(scheme, handler);
  },
});

/** The program's handler of a scheme. */
export function handlerOf(scheme: string): SchemeHandler | undefined {
  return schemeHandlers.get(scheme);
}

type PermissionCheck = Parameters<Electron.Session['setPermissionCheckHandler']>[0];

class Session extends EventEmitter {
  guards = 0;
  check: PermissionCheck = null;
  setPermissionRequestHandler(handler: Parameters<Electron.Session['setPermissionRequestHandler']>[0]): void {
    if (handler) this.guards++;
  }
  setPermissionCheckHandler(handler: PermissionCheck): void {
    this.check = handler;
    if (handler) this.guards++;
  }
  setDevicePermissionHandler(handler: Parameters<Electron.Session['setDevicePermissionHandler']>[0]): void {
    if (handler) this.guards++;
  }
}

const theSession = new Session();
conform<Electron.Session>()(theSession as Omit<Session, 'guards' | 'check'>);

export const session = conform<typeof Electron.session>()({
  get defaultSession(): Electron.Session {
    mustFollowReady('session.defaultSession');
    return theSession as unknown as Electron.Session;
  },
});

/** The session as the windows use it: events and guards. */
export const defaultSession = theSession;

const roles = new Set(
  (
    'about appMenu clearRecentDocuments close copy cut delete editMenu fileMenu forceReload front help hide hideOthers ' +
    'minimize paste pasteAndMatchStyle quit recentDocuments redo reload resetZoom selectAll services startSpeaking ' +
    'stopSpeaking toggleDevTools togglefullscreen undo unhide viewMenu window windowMenu zoom zoomIn zoomOut'
  ).split(' '),
);
const acceleratorPart =
  /^(CmdOrCtrl|CommandOrControl|Cmd|Ctrl|Alt|Option|Shift|Super|[A-Z0-9]|F\d{1,2}|Plus|Space|Tab|Enter|Escape|[,./;'[\]\\=-])$/;

class Menu {
  readonly template: Electron.MenuItemConstructorOptions[];
  constructor(template: Electron.MenuItemConstructorOptions[]) {
    this.template = template;
  }
  static buildFromTemplate(template: Electron.MenuItemConstructorOptions[]): Electron.Menu {
    checkTemplate(template, 'menu');
    return new Menu(template) as unknown as Electron.Menu;
  }
  static setApplicationMenu(menu: Electron.Menu | null): void {
    mustFollowReady('setApplicationMenu');
    applicationMenu = menu as unknown as Menu;
  }
}

let applicationMenu: Menu | null = null;

function checkTemplate(items: Electron.MenuItemConstructorOptions[], path: string): void {
  for (const item of items) {
    const name = `${path} > ${item.label ?? item.role ?? item.type ?? '?'}`;
    if (!item.label && !item.role && item.type !== 'separator')
      throw new Misuse(`${name} has neither label nor role.`);
    if (item.role && !roles.has(item.role))
      throw new Misuse(`${name} has a role that Electron does not know.`);
    for (const part of (item.accelerator ?? '').split('+').filter((text) => text !== ''))
      if (!acceleratorPart.test(part))
        throw new Misuse(`${name} has an accelerator that cannot be typed: ${part}.`);
    if (Array.isArray(item.submenu)) checkTemplate(item.submenu, name);
  }
}

/** Clicks an entry by its labels, without the ampersands of mnemonics. */
command('menu', (...labels: string[]) => {
  let items = applicationMenu?.template ?? [];
  let found: Electron.MenuItemConstructorOptions | undefined;
  for (const label of labels) {
    found = items.find((item) => item.label?.replaceAll('&', '') === label || item.role === label);
    if (!found) throw new Misuse(`The menu has no entry ${labels.join(' > ')}.`);
    items = Array.isArray(found.submenu) ? found.submenu : [];
  }
  if (found?.click) Reflect.apply(found.click, undefined, [found, undefined, {}]);
  else if (found?.role) throw new Misuse(`${labels.join(' > ')} is a role; the double plays none.`);
});

type Answer = { filePaths?: string[]; filePath?: string; response?: number };
const answers: Answer[] = [];
command('answerDialog', (answer: Answer) => void answers.push(answer));

/** The next answer of the test, or none. */
export function nextAnswer(kind: string, options: unknown): Answer | undefined {
  const answer = answers.shift();
  report('dialog', { kind, options, answered: answer !== undefined });
  return answer;
}

/** The options of a dialog, which may come after the window it belongs to. */
function optionsOf(args: unknown[]): unknown {
  return args.at(-1);
}

export const dialog = conform<Electron.Dialog>()({
  async showOpenDialog(...args: unknown[]): Promise<Electron.OpenDialogReturnValue> {
    const answer = nextAnswer('open', optionsOf(args));
    return { canceled: answer?.filePaths === undefined, filePaths: answer?.filePaths ?? [] };
  },
  async showMessageBox(...args: unknown[]): Promise<Electron.MessageBoxReturnValue> {
    const { cancelId = 0 } = optionsOf(args) as Electron.MessageBoxOptions;
    return { response: nextAnswer('message', optionsOf(args))?.response ?? cancelId, checkboxChecked: false };
  },
  showErrorBox(title: string, content: string): void {
    report('dialog', { kind: 'error', options: { title, content }, answered: true });
  },
});

const workArea = { x: 0, y: 0, width: 1920, height: 1050 };
const display = { id: 1, workArea, bounds: { ...workArea, height: 1080 } } as Electron.Display;

export const screen = conform<Electron.Screen>()({
  getPrimaryDisplay(): Electron.Display {
    mustFollowReady('screen');
    return display;
  },
  getAllDisplays(): Electron.Display[] {
    mustFollowReady('screen');
    return [display];
  },
});

/** A keychain that turns the octets over: what it gives is not what it was given. */
export const safeStorage = conform<Electron.SafeStorage>()({
  isEncryptionAvailable(): boolean {
    mustFollowReady('safeStorage');
    return true;
  },
  getSelectedStorageBackend: () => 'gnome_libsecret' as const,
  encryptString: (text: string): Buffer => Buffer.from(text, 'utf8').map((octet) => octet ^ 0xff) as Buffer,
  decryptString: (sealed: Buffer): string =>
    Buffer.from(sealed.map((octet) => octet ^ 0xff)).toString('utf8'),
});

export const nativeTheme = conform<Electron.NativeTheme>()({ shouldUseDarkColors: true });

export { Menu };
