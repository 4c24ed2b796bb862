/**
 * The only code that stands between the sandboxed page and the main process. It gives the page three facts, and
 * hands it the port that the main process sends, which is all the page ever talks through. Built as one CommonJS
 * file that requires nothing but electron.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron';

export type WeirBridge = {
  readonly host: 'electron';
  /** process.platform of the computer. */
  readonly platform: string;
  /** Path of a file that the user dropped or chose; '' for one that is not on disk. */
  pathOf(file: File): string;
};

const bridge: WeirBridge = {
  host: 'electron',
  platform: process.platform,
  pathOf: (file) => webUtils.getPathForFile(file),
};

contextBridge.exposeInMainWorld('weir', bridge);

// One port for each document, and never the event that brought it.
ipcRenderer.once('weir-port', (event) => {
  const port = event.ports[0];
  if (port) window.postMessage({ type: 'weir-port' }, '*', [port]);
});
