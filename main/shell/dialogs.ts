/**
 * The system's own dialogs: choose a capture, choose where an export goes, say that something failed. Paths come
 * from here, out of the user's hand, and an existing file is only replaced after the system has asked.
 */
import { basename, extname, join } from 'node:path';
import { type BaseWindow, type DownloadItem, dialog, type FileFilter } from 'electron';

const captureFilters: FileFilter[] = [
  { name: 'Captures', extensions: ['pcap', 'pcapng', 'cap', 'gz', 'zst'] },
  { name: 'All files', extensions: ['*'] },
];

const exportKinds: Readonly<Record<string, string>> = {
  csv: 'Comma-separated values',
  json: 'JSON',
  pcap: 'Capture',
  png: 'Picture',
  svg: 'Drawing',
};

/** Asks for captures to open; empty where the user thought better of it. */
export async function chooseCaptures(window: BaseWindow | null): Promise<string[]> {
  const options = {
    title: 'Open capture',
    buttonLabel: 'Open',
    properties: ['openFile' as const, 'multiSelections' as const],
    filters: captureFilters,
  };
  const answer = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options));
  return answer.canceled ? [] : answer.filePaths;
}

/** Lets the user choose where a file goes that the page has made; `folder` is offered first. */
export function askWhereToSave(item: DownloadItem, folder: string): void {
  const name = basename(item.getFilename());
  const extension = extname(name).slice(1).toLowerCase();
  const kind = exportKinds[extension];
  item.setSaveDialogOptions({
    title: 'Save export',
    defaultPath: join(folder, name),
    properties: ['showOverwriteConfirmation', 'createDirectory'],
    ...(kind === undefined ? {} : { filters: [{ name: kind, extensions: [extension] }] }),
  });
}

/** Says in one sentence what happened; returns when it was read. */
export async function tellProblem(window: BaseWindow | null, what: string, sentence: string): Promise<void> {
  const options = {
    type: 'warning' as const,
    title: 'Weir',
    message: what,
    detail: sentence,
    buttons: ['OK'],
  };
  await (window ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options));
}

/** For what goes wrong before there is a window. */
export function tellStartProblem(sentence: string): void {
  dialog.showErrorBox('Weir cannot start', sentence);
}
