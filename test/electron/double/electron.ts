/**
 * The double of the module `electron`: what Weir's main process imports where no Electron can be had. It has what
 * Weir uses and no more, so a use that is not doubled fails at once instead of passing by luck.
 */
import { isMainThread } from 'node:worker_threads';
import type Electron from 'electron';
import { app as appDouble } from './app.ts';
import { Misuse } from './conform.ts';
import * as desktop from './desktop.ts';
import { MessageChannelMain as MessageChannelDouble } from './ports.ts';
import * as system from './system.ts';
import { utilityProcess as utilityProcessDouble } from './utility.ts';
import { BrowserWindow as BrowserWindowDouble } from './window.ts';

if (!isMainThread) throw new Misuse('Only the main process may import electron.');

/** Named as in Electron; a name that Electron does not export does not compile. */
const names = {
  app: appDouble,
  BrowserWindow: BrowserWindowDouble,
  dialog: system.dialog,
  Menu: system.Menu,
  MessageChannelMain: MessageChannelDouble,
  nativeTheme: system.nativeTheme,
  Notification: desktop.Notification,
  protocol: system.protocol,
  safeStorage: system.safeStorage,
  screen: system.screen,
  session: system.session,
  utilityProcess: utilityProcessDouble,
} satisfies { [Name in keyof typeof Electron]?: unknown };

export const {
  app,
  BrowserWindow,
  dialog,
  Menu,
  MessageChannelMain,
  nativeTheme,
  Notification,
  protocol,
  safeStorage,
  screen,
  session,
  utilityProcess,
} = names;
