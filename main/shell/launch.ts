/**
 * What Weir was asked to do when it was started: files to open, and a few options that exist for tests and for
 * people who run two of them. Electron and Chromium put their own switches on the same line, and a second start
 * hands its line over with still more of them, so everything that is not ours and begins with a dash is passed over.
 */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ListenerSettings } from '../../shared/model/workspace.ts';

export type Launch = {
  /** Absolute paths of captures to open, in order. */
  captures: string[];
  /** Absolute path, or null for the system's place for application data. */
  dataDirectory: string | null;
  /** Null: as set up in Weir. Empty: listen to nothing. */
  listeners: ListenerSettings[] | null;
  /** One sentence for each option that was not understood. */
  problems: string[];
};

/**
 * Reads the words after the program (and, in development, after the application's folder). Relative paths are
 * those of `workingDirectory`. Never throws: what is not understood becomes a problem.
 */
export function readLaunch(words: readonly string[], workingDirectory: string): Launch {
  const launch: Launch = { captures: [], dataDirectory: null, listeners: null, problems: [] };
  for (const word of words) {
    const option = /^--(data-directory|listen)=(.*)$/s.exec(word);
    if (option) readOption(launch, option[1]!, option[2]!, workingDirectory);
    else if (word === '--no-listen') launch.listeners = [];
    else if (word !== '' && !word.startsWith('-')) launch.captures.push(pathOf(word, workingDirectory));
  }
  return launch;
}

/**
 * The words of a process that are its user's own: a packaged program has its path first, one in development the
 * path of Electron, switches, and the application's folder.
 */
export function ownWords(argv: readonly string[], packaged: boolean): string[] {
  const words = argv.slice(1);
  if (packaged) return words;
  const folder = words.findIndex((word) => !word.startsWith('-'));
  return folder < 0 ? words : words.filter((_, index) => index !== folder);
}

/** Linux desktops hand files over as `file://` addresses; one that names no file here is left for opening to refuse. */
function pathOf(word: string, workingDirectory: string): string {
  if (!word.startsWith('file://')) return resolve(workingDirectory, word);
  try {
    return fileURLToPath(word);
  } catch {
    return word;
  }
}

function readOption(launch: Launch, name: string, value: string, workingDirectory: string): void {
  if (name === 'data-directory') {
    if (value === '') launch.problems.push('--data-directory needs a folder; the usual one is used.');
    else launch.dataDirectory = resolve(workingDirectory, value);
    return;
  }
  const listener = readListener(value);
  if (listener) launch.listeners = [...(launch.listeners ?? []), listener];
  else launch.problems.push(`--listen=${value} is not an address and a port, as in --listen=0.0.0.0:6343.`);
}

/** Reads `ADDRESS:PORT` or `[IPV6]:PORT`; null where it is neither. */
export function readListener(text: string): ListenerSettings | null {
  const parts = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+)):([0-9]{1,5})$/.exec(text);
  if (!parts) return null;
  const port = Number(parts[3]);
  return port > 65_535 ? null : { address: parts[1] ?? parts[2] ?? '', port };
}
