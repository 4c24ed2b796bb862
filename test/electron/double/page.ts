/**
 * The page's side of the double: `electron` as a sandboxed preload sees it. `pageScript` is text that runs before
 * anything else of each document: first the far end of the ports, then the program's own preload, unchanged, with
 * a `require` that knows nothing but electron.
 *
 * Not as in Electron: the preload runs in the page's own world. So what it exposes is checked and copied here as
 * the context bridge would, and frozen.
 */
import { decodeValue, encodeValue } from './codec.ts';

/** Binding from the page to the double. */
export const bindingName = '__electronDouble';

/** Function in the page by which the double delivers. */
export const deliverName = '__electronDoubleDeliver';

/** What the page tells the double. */
export type FromPage = { type: 'port'; id: number; data: unknown } | { type: 'problem'; message: string };

/** What the double tells the page. */
export type ToPage =
  | { type: 'ipc'; channel: string; message: unknown; ports: number[] }
  | { type: 'port'; id: number; data: unknown }
  | { type: 'close'; id: number }
  | { type: 'file'; name: string; path: string };

type Surroundings = {
  binding: (text: string) => void;
  encode: (value: unknown) => string;
  decode: (text: string) => unknown;
  deliverName: string;
};

type PreloadEvent = { ports: MessagePort[] };
type PreloadListener = (event: PreloadEvent, message: unknown) => void;

/** Runs in the page; uses nothing from outside itself but what it is given. */
function pageSide({
  binding,
  encode,
  decode,
  deliverName: name,
}: Surroundings): (specifier: string) => unknown {
  const listeners = new Map<string, { listener: PreloadListener; once: boolean }[]>();
  const ports = new Map<number, MessagePort>();
  const paths = new Map<string, string>();
  const tell = (message: unknown) => binding(encode(message));

  const deliver = (text: string) => {
    const message = decode(text) as ToPage;
    if (message.type === 'port') ports.get(message.id)?.postMessage(message.data);
    else if (message.type === 'close') ports.get(message.id)?.close();
    else if (message.type === 'file') paths.set(message.name, message.path);
    else {
      const handed = message.ports.map((id) => {
        const { port1, port2 } = new MessageChannel();
        ports.set(id, port1);
        port1.onmessage = (event) => tell({ type: 'port', id, data: event.data });
        return port2;
      });
      const heard = listeners.get(message.channel) ?? [];
      if (heard.length === 0)
        tell({ type: 'problem', message: `Nobody in the preload listens on ${message.channel}.` });
      listeners.set(
        message.channel,
        heard.filter((entry) => !entry.once),
      );
      for (const { listener } of heard) listener({ ports: handed }, message.message);
    }
  };
  Object.defineProperty(globalThis, name, { value: deliver });

  const copyForPage = (value: unknown, path: string): unknown => {
    if (value === null || ['string', 'number', 'boolean', 'undefined', 'bigint'].includes(typeof value))
      return value;
    if (typeof value === 'function') {
      return (...args: unknown[]) => copyForPage(Reflect.apply(value, undefined, args), `${path}()`);
    }
    if (typeof value === 'symbol')
      throw new TypeError(`${path} is a symbol: it cannot cross the context bridge.`);
    if (Array.isArray(value))
      return Object.freeze(value.map((item: unknown, index) => copyForPage(item, `${path}[${index}]`)));
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null)
      throw new TypeError(`${path} is no plain object: it cannot cross the context bridge.`);
    const copy: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(value as object))
      copy[key] = copyForPage(item, `${path}.${key}`);
    return Object.freeze(copy);
  };

  const listen = (channel: string, listener: PreloadListener, once: boolean) =>
    void listeners.set(channel, [...(listeners.get(channel) ?? []), { listener, once }]);

  const electron = {
    contextBridge: {
      exposeInMainWorld(key: string, api: unknown) {
        if (key in globalThis) throw new Error(`${key} is already on the window.`);
        Object.defineProperty(globalThis, key, { value: copyForPage(api, key), enumerable: true });
      },
    },
    ipcRenderer: {
      on: (channel: string, listener: PreloadListener) => listen(channel, listener, false),
      once: (channel: string, listener: PreloadListener) => listen(channel, listener, true),
    },
    webUtils: {
      getPathForFile(file: unknown) {
        if (!(file instanceof File)) throw new TypeError('getPathForFile takes a File.');
        return paths.get(file.name) ?? '';
      },
    },
  };
  return (specifier) => {
    if (specifier === 'electron') return electron;
    throw new Error(`A sandboxed preload cannot require ${specifier}.`);
  };
}

/** The text to run at the beginning of each document, around the source of the built preload. */
export function pageScript(preloadSource: string): string {
  return `(() => {
  // Only the window's own page has the program's preload, as with nodeIntegrationInSubFrames off.
  if (window !== window.top || location.protocol === 'about:') return;
  const __name = (value) => value;
  const encode = ${encodeValue};
  const decode = ${decodeValue};
  const require = (${pageSide})({
    binding: globalThis.${bindingName}, encode, decode, deliverName: ${JSON.stringify(deliverName)},
  });
  const process = { platform: ${JSON.stringify(process.platform)}, type: 'renderer', sandboxed: true, env: {} };
  const module = { exports: {} };
  (function (require, module, exports, process) {
${preloadSource}
  })(require, module, module.exports, process);
})();`;
}
