/**
 * BrowserWindow over a page of headless Chromium. Scheme `app://weir/` is routed as `https://weir.app.test/`, a
 * secure origin of its own that no name server knows; every answer comes from the program's own handler, with its
 * headers, so its content security policy holds. Nothing else is let through, and what tried to is told.
 */
import { EventEmitter } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { basename, isAbsolute } from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import type Electron from 'electron';
import {
  type Browser,
  chromium,
  type Download,
  type Frame,
  type Page,
  type Request as PageRequest,
  type Route,
} from 'playwright-core';
import { app, isQuitting, keepWindows, mustFollowReady, preventable } from './app.ts';
import { decodeValue, encodeValue } from './codec.ts';
import { conform, Misuse } from './conform.ts';
import { command, report } from './control.ts';
import { bindingName, deliverName, type FromPage, pageScript, type ToPage } from './page.ts';
import { closeTaken, takePort } from './ports.ts';
import { defaultSession, handlerOf, nextAnswer } from './system.ts';

/** Environment variable with the path of a browser, or the address of one that Playwright serves already. */
export const browserVariable = 'ELECTRON_DOUBLE_BROWSER';

const routedSuffix = '.test';
let browser: Promise<Browser> | null = null;
let nextPort = 1;
const windows = new Set<BrowserWindow>();
const inner = new WeakMap<BrowserWindow, PageOfWindow>();

function openBrowser(): Promise<Browser> {
  const { [browserVariable]: named = '' } = process.env;
  browser ??= named.startsWith('ws://')
    ? chromium.connect(named)
    : chromium.launch({
        executablePath: named,
        chromiumSandbox: process.getuid?.() !== 0,
        // The signals are the program's own to handle.
        handleSIGINT: false,
        handleSIGTERM: false,
        handleSIGHUP: false,
      });
  return browser;
}

/** `app://weir/x` as the browser knows it. */
function routed(url: string): string {
  const address = new URL(url);
  if (handlerOf(address.protocol.slice(0, -1)) === undefined)
    throw new Misuse(`${url} has a scheme that the program does not handle.`);
  return `https://${address.host}.${address.protocol.slice(0, -1)}${routedSuffix}${address.pathname}${address.search}${address.hash}`;
}

/** The browser's address as the program knows it. */
function original(url: string): string {
  const match = /^https:\/\/([^/]+)\.([a-z]+)\.test(\/.*)?$/s.exec(url);
  return match ? `${match[2]}://${match[1]}${match[3] ?? '/'}` : url;
}

/** The frame that asks; null while it is only being made. */
function frameOf(request: PageRequest): Frame | null {
  try {
    return request.frame();
  } catch {
    return null;
  }
}

type OpenHandler = Parameters<Electron.WebContents['setWindowOpenHandler']>[0];

class WebContents extends EventEmitter {
  readonly #window: BrowserWindow;
  constructor(window: BrowserWindow) {
    super();
    this.#window = window;
  }
  setWindowOpenHandler(handler: OpenHandler): void {
    inner.get(this.#window)!.openHandler = handler;
  }
  postMessage(channel: string, message: unknown, transfer: Electron.MessagePortMain[] = []): void {
    inner.get(this.#window)!.post(channel, structuredClone(message), transfer.map(takePort));
  }
}

/** What stands behind one window: the page, the ports into it, and what the program decided about it. */
class PageOfWindow {
  openHandler: OpenHandler | null = null;
  bounds: Electron.Rectangle;
  maximised = false;
  minimised = false;
  visible = false;
  page: Page | null = null;
  readonly #window: BrowserWindow;
  readonly #preload: string;
  readonly #ports = new Map<number, MessagePort>();
  /** Keeps what is delivered in order. */
  #delivered: Promise<unknown> = Promise.resolve();
  /** Addresses that the program itself loads, which are no navigations of the page. */
  #loading: string | null = null;

  constructor(window: BrowserWindow, options: Electron.BrowserWindowConstructorOptions) {
    this.#window = window;
    this.#preload = readFileSync(options.webPreferences!.preload!, 'utf8');
    this.bounds = {
      x: options.x ?? 0,
      y: options.y ?? 0,
      width: options.width ?? 800,
      height: options.height ?? 600,
    };
  }

  async load(url: string): Promise<void> {
    this.page ??= await this.#open();
    this.#loading = routed(url);
    await this.page.goto(this.#loading, { waitUntil: 'load' });
  }

  async reload(): Promise<void> {
    this.#loading = this.page?.url() ?? null;
    await this.page?.reload({ waitUntil: 'load' });
  }

  post(channel: string, message: unknown, ports: MessagePort[]): void {
    const ids = ports.map((port) => {
      const id = nextPort++;
      this.#ports.set(id, port);
      port.on('message', (data) => this.#deliver({ type: 'port', id, data }));
      port.on('close', () => {
        if (this.#ports.delete(id)) this.#deliver({ type: 'close', id });
      });
      return id;
    });
    this.#deliver({ type: 'ipc', channel, message, ports: ids });
  }

  /** The path that the page may ask for, of a file that the test has put into it. */
  async nameFile(path: string): Promise<void> {
    this.#deliver({ type: 'file', name: basename(path), path });
    await this.#delivered;
  }

  async closePorts(): Promise<void> {
    const ports = [...this.#ports.values()];
    this.#ports.clear();
    await Promise.all(ports.map(closeTaken));
  }

  #deliver(message: ToPage): void {
    const text = encodeValue(message);
    this.#delivered = this.#delivered
      .then(() =>
        this.page?.evaluate(
          ([name, value]) =>
            (globalThis as unknown as Record<string, (text: string) => void>)[name!]?.(value!),
          [deliverName, text],
        ),
      )
      .catch((error: unknown) => {
        // A page that has gone takes its messages with it.
        if (this.page !== null && !this.page.isClosed())
          report('problem', `A message was not delivered: ${error}`);
      });
  }

  #receive(text: string): void {
    const message = decodeValue(text) as FromPage;
    if (message.type === 'problem') report('problem', message.message);
    else this.#ports.get(message.id)?.postMessage(message.data);
  }

  async #open(): Promise<Page> {
    if (defaultSession.guards < 3)
      throw new Misuse('A page was loaded before all permissions were decided on.');
    const { width, height } = this.bounds;
    const context = await (await openBrowser()).newContext({
      viewport: { width, height },
      acceptDownloads: true,
      colorScheme: 'dark',
    });
    const clipboard = Reflect.apply(defaultSession.check!, undefined, [
      null,
      'clipboard-sanitized-write',
      '',
      {},
    ]);
    if (clipboard) await context.grantPermissions(['clipboard-write']);
    await context.exposeBinding(bindingName, (_source, text: string) => this.#receive(text));
    await context.addInitScript({ content: pageScript(this.#preload) });
    await context.route('**/*', (route) => this.#answer(route));
    const page = await context.newPage();
    context.on('page', (other) => void other.close());
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') report('console', message.text());
    });
    page.on('pageerror', (error) => report('problem', `The page threw: ${error.message}`));
    page.on('download', (download) => void this.#download(download));
    page.on('crash', () =>
      this.#window.webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 }),
    );
    // A new document has no ports; a change behind the # is none.
    let isNewDocument = false;
    page.on('request', (request) => {
      if (request.isNavigationRequest() && frameOf(request) === page.mainFrame()) isNewDocument = true;
    });
    page.on('framenavigated', (frame) => {
      if (frame !== page.mainFrame() || !isNewDocument) return;
      isNewDocument = false;
      void this.closePorts();
    });
    // Playwright's connection would take what a listener of the program throws for a fault of its own.
    page.on('load', () => void setImmediate(() => this.#loaded(page)));
    return page;
  }

  #loaded(page: Page): void {
    if (!this.visible) this.#window.emit('ready-to-show');
    this.#window.webContents.emit('did-finish-load');
    report('loaded', original(page.url()));
  }

  async #answer(route: Route): Promise<void> {
    const request = route.request();
    const url = original(request.url());
    const scheme = URL.parse(url)?.protocol.slice(0, -1) ?? '';
    const frame = frameOf(request);
    if (frame === null) {
      this.#askToOpen(url);
      return route.abort('aborted');
    }
    if (request.isNavigationRequest() && frame === this.page?.mainFrame()) {
      const ours = this.#loading !== null && request.url() === this.#loading.replace(/#.*$/s, '');
      this.#loading = null;
      if (!ours) {
        const event = { ...preventable(), url, isMainFrame: true };
        let prevented = false;
        event.preventDefault = () => {
          prevented = true;
        };
        this.#window.webContents.emit('will-navigate', event);
        report('navigation', { url, prevented });
        if (prevented) return route.abort('aborted');
      }
    }
    const handler = handlerOf(scheme);
    if (!handler || scheme === 'https' || scheme === 'http') {
      report('problem', `The page asked for ${url}.`);
      return route.abort('addressunreachable');
    }
    const body = request.postDataBuffer();
    const response = await handler(
      new Request(url, {
        method: request.method(),
        headers: request.headers(),
        ...(body ? { body: new Uint8Array(body) } : {}),
      }),
    );
    await route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    });
  }

  /** The page wants a window of its own: told what the program says to it, and never given. */
  #askToOpen(url: string): void {
    const answer = this.openHandler
      ? Reflect.apply(this.openHandler, undefined, [{ url }])
      : { action: 'allow' };
    report('window-open', { url, action: answer.action });
  }

  /** As Electron does: the program may set options or a path; without a path the system asks. */
  async #download(download: Download): Promise<void> {
    let options: Electron.SaveDialogOptions = {};
    let path: string | null = null;
    const item = conform<Electron.DownloadItem>()({
      getFilename: () => download.suggestedFilename(),
      getURL: () => original(download.url()),
      setSaveDialogOptions: (chosen: Electron.SaveDialogOptions) => {
        options = chosen;
      },
      setSavePath: (chosen: string) => {
        path = chosen;
      },
    });
    defaultSession.emit('will-download', preventable(), item, this.#window.webContents);
    path ??= nextAnswer('save', options)?.filePath ?? null;
    if (path === null) await download.cancel();
    else await download.saveAs(path);
    report('download', { path });
  }
}

/** Electron's own defaults that are safe; a program may only keep them. */
const required: Partial<Electron.WebPreferences> = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  webSecurity: true,
};

class BrowserWindow extends EventEmitter {
  readonly id: number;
  readonly webContents: Electron.WebContents;

  constructor(options: Electron.BrowserWindowConstructorOptions = {}) {
    super();
    mustFollowReady('A BrowserWindow');
    for (const [name, value] of Object.entries(required)) {
      const chosen = options.webPreferences?.[name as keyof Electron.WebPreferences];
      if (chosen !== undefined && chosen !== value)
        throw new Misuse(`webPreferences.${name} must be ${value}.`);
    }
    const preload = options.webPreferences?.preload ?? '';
    if (!isAbsolute(preload) || !existsSync(preload))
      throw new Misuse(`There is no preload at "${preload}".`);
    if (typeof options.icon === 'string' && !existsSync(options.icon))
      throw new Misuse(`There is no icon at "${options.icon}".`);
    this.id = windows.size + 1;
    windows.add(this);
    inner.set(this, new PageOfWindow(this, options));
    this.webContents = conform<Electron.WebContents>()(
      new WebContents(this),
    ) as unknown as Electron.WebContents;
    app.emit('web-contents-created', {}, this.webContents);
  }

  loadURL(url: string): Promise<void> {
    return inner.get(this)!.load(url);
  }
  reload(): void {
    void inner.get(this)!.reload();
  }
  show(): void {
    inner.get(this)!.visible = true;
  }
  focus(): void {
    report('focus', this.id);
  }
  isMinimized(): boolean {
    return inner.get(this)!.minimised;
  }
  restore(): void {
    inner.get(this)!.minimised = false;
  }
  maximize(): void {
    inner.get(this)!.maximised = true;
  }
  isMaximized(): boolean {
    return inner.get(this)!.maximised;
  }
  getNormalBounds(): Electron.Rectangle {
    return { ...inner.get(this)!.bounds };
  }
  close(): void {
    void closeWindow(this);
  }
}

/** Closes a window as its user would; false where the program prevented it. */
async function closeWindow(window: BrowserWindow): Promise<boolean> {
  if (!windows.has(window)) return true;
  const event = preventable();
  window.emit('close', event);
  if (event.defaultPrevented) return false;
  windows.delete(window);
  const behind = inner.get(window)!;
  const { page } = behind;
  behind.page = null;
  await page?.context().close();
  await behind.closePorts();
  window.emit('closed');
  report('closed', window.id);
  if (windows.size === 0 && !isQuitting()) {
    // Without a listener Electron quits by itself.
    if (!app.emit('window-all-closed')) app.quit();
  }
  return true;
}

keepWindows({
  async closeAll() {
    for (const window of [...windows]) if (!(await closeWindow(window))) return false;
    return true;
  },
  async dispose() {
    await (await browser)?.close();
  },
});

function onlyWindow(): PageOfWindow {
  const [window] = windows;
  if (!window) throw new Error('There is no window.');
  return inner.get(window)!;
}

command('window', () => {
  const [window] = windows;
  if (!window) return null;
  const { bounds, maximised, visible, page } = inner.get(window)!;
  return { bounds, maximised, visible, url: page ? original(page.url()) : '' };
});
command('closeWindow', () => {
  const [window] = windows;
  window?.close();
});
command('resizeWindow', async (bounds: Electron.Rectangle) => {
  const behind = onlyWindow();
  behind.bounds = bounds;
  await behind.page?.setViewportSize({ width: bounds.width, height: bounds.height });
});
command('maximiseWindow', () => {
  onlyWindow().maximised = true;
});

/** The few verbs of the page that tests need. */
command(
  'page',
  async (verb: 'click' | 'waitFor' | 'text' | 'count' | 'press' | 'evaluate', argument: string) => {
    const page = onlyWindow().page;
    if (!page) throw new Error('The window has no page yet.');
    const first = page.locator(argument).first();
    if (verb === 'click') return first.click();
    if (verb === 'waitFor') return first.waitFor({ timeout: 30_000 });
    if (verb === 'text') return first.textContent();
    if (verb === 'count') return page.locator(argument).count();
    if (verb === 'press') return page.keyboard.press(argument);
    return page.evaluate(argument);
  },
);
command('chooseFile', async (selector: string, path: string) => {
  const behind = onlyWindow();
  await behind.nameFile(path);
  await behind.page?.locator(selector).first().setInputFiles(path);
});
command('screenshot', async (path: string) => void (await onlyWindow().page?.screenshot({ path })));

export { BrowserWindow };
