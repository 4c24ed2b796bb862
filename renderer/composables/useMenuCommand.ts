/**
 * Commands from outside a control: the shell's menu and the keyboard. A screen registers what it can do while
 * it is shown; the one registered last is asked first, and one that answers `false` passes the command on.
 *
 * Shortcuts are written `mod+k`, `shift+/`, `[`, `g t` (one key after the other). `mod` is ⌘ on macOS and Ctrl
 * elsewhere. A shortcut without `mod` is off while a field has focus or a dialog is open.
 */
import { onScopeDispose } from 'vue';
import type { MenuCommand } from '../../shared/api.ts';

/** Answers `false` where it has nothing to do now, so that the next one is asked. */
export type Handler = () => unknown;

type Registration = { handler: Handler; inFields: boolean };

const commands = new Map<MenuCommand, Registration[]>();
const shortcuts = new Map<string, Registration[]>();

/** A second key of a sequence counts within this time. */
const sequenceMs = 1_200;

function register<K>(table: Map<K, Registration[]>, key: K, registration: Registration): void {
  const registered = table.get(key) ?? [];
  table.set(key, registered);
  registered.push(registration);
  onScopeDispose(() => {
    const at = registered.indexOf(registration);
    if (at >= 0) registered.splice(at, 1);
  });
}

function run(registrations: Registration[] | undefined, inField: boolean): boolean {
  for (const { handler, inFields } of [...(registrations ?? [])].reverse()) {
    if (inField && !inFields) continue;
    if (handler() !== false) return true;
  }
  return false;
}

/** Hears a command of the shell's menu while the calling component is there. */
export function useMenuCommand(command: MenuCommand, handler: Handler): void {
  register(commands, command, { handler, inFields: true });
}

/** Hears a keyboard shortcut while the calling component is there. */
export function useShortcut(shortcut: string, handler: Handler): void {
  register(shortcuts, shortcut, { handler, inFields: shortcut.startsWith('mod+') });
}

/** Runs a menu command as if the shell had sent it; false where nothing answers it. */
export function runMenuCommand(command: MenuCommand): boolean {
  return run(commands.get(command), false);
}

/** Whether ⌘ takes the place of Ctrl. */
export const isMac = typeof navigator !== 'undefined' && /mac/i.test(navigator.platform);

function chordOf(event: KeyboardEvent): string {
  const key = event.key === ' ' ? 'space' : event.key.toLowerCase();
  const parts = [];
  if (isMac ? event.metaKey : event.ctrlKey) parts.push('mod');
  if (event.altKey) parts.push('alt');
  // Shift is part of what makes a sign ('?'), and is told only with letters and named keys.
  if (event.shiftKey && (/^[a-z]$/.test(key) || key.length > 1)) parts.push('shift');
  return [...parts, key].join('+');
}

function ownsKeys(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('[role="dialog"], [role="menu"], [role="listbox"]')) return true;
  if (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return true;
  // Space and Enter press the button that has focus.
  return (key === 'space' || key === 'enter') && target.closest('button, a, [role="button"]') !== null;
}

let first: { key: string; atMs: number } | null = null;

/** Offers one key press to the shortcuts; true where one took it. Exported for the window and for tests. */
export function offerKey(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.isComposing) return false;
  const chord = chordOf(event);
  const inField = ownsKeys(event.target, chord);
  const before = first && event.timeStamp - first.atMs < sequenceMs ? first.key : null;
  first = null;
  if (before !== null && run(shortcuts.get(`${before} ${chord}`), inField)) return true;
  if (run(shortcuts.get(chord), inField)) return true;
  if (!inField && [...shortcuts.keys()].some((shortcut) => shortcut.startsWith(`${chord} `))) {
    first = { key: chord, atMs: event.timeStamp };
  }
  return false;
}

/** Starts hearing the keyboard and the shell; called once by the window. */
export function startCommands(onMenu: (listener: (command: MenuCommand) => void) => void): void {
  window.addEventListener('keydown', (event) => {
    if (offerKey(event)) event.preventDefault();
  });
  onMenu(runMenuCommand);
}

const signs: Record<string, string> = {
  mod: isMac ? '⌘' : 'Ctrl',
  shift: isMac ? '⇧' : 'Shift',
  alt: isMac ? '⌥' : 'Alt',
  space: 'Space',
  escape: 'Esc',
  enter: '↵',
};

/** A shortcut as it stands on this system's keys: `mod+k` is `⌘K` or `Ctrl K`. */
export function shortcutText(shortcut: string): string {
  return shortcut
    .split(' ')
    .map((chord) =>
      chord
        .split('+')
        .map((key) => signs[key] ?? (key.length === 1 ? key.toUpperCase() : key))
        .join(isMac ? '' : ' '),
    )
    .join(' ');
}
