/**
 * The window opens where it was left. Screens come and go, so a remembered place is only used while enough of
 * its title bar can still be reached; else the window is centred on the main screen at the remembered size.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export type Rectangle = { x: number; y: number; width: number; height: number };

/** `bounds` are those of the window when it is neither maximised nor full screen. */
export type WindowState = { bounds: Rectangle; maximised: boolean };

/** Smallest window in which every screen still works, in device-independent pixels. */
export const leastSize = { width: 960, height: 600 } as const;

/** The size of the first start; smaller where the screen is. */
export const usualSize = { width: 1440, height: 900 } as const;

/** So much of the title bar must lie on a screen for the window to be caught hold of. */
const reachable = { width: 120, height: 32 } as const;

/**
 * Where to put the window. `screens` are the work areas of the displays, the main one first; there is at least
 * one. The result lies on a screen and is never larger than it.
 */
export function placeWindow(saved: WindowState | null, screens: readonly Rectangle[]): WindowState {
  const wanted = saved?.bounds ?? { x: 0, y: 0, ...usualSize };
  const maximised = saved?.maximised ?? false;
  const main = screens[0] ?? { x: 0, y: 0, ...usualSize };
  if (saved !== null) {
    for (const screen of screens) {
      const bounds = { x: wanted.x, y: wanted.y, ...sizeOn(wanted, screen) };
      if (canReach(bounds, screen)) return { bounds, maximised };
    }
  }
  const { width, height } = sizeOn(wanted, main);
  const x = main.x + Math.floor((main.width - width) / 2);
  const y = main.y + Math.floor((main.height - height) / 2);
  return { bounds: { x, y, width, height }, maximised };
}

function sizeOn(wanted: Rectangle, screen: Rectangle): { width: number; height: number } {
  return {
    width: Math.min(Math.max(wanted.width, leastSize.width), screen.width),
    height: Math.min(Math.max(wanted.height, leastSize.height), screen.height),
  };
}

function canReach(bounds: Rectangle, screen: Rectangle): boolean {
  const left = Math.max(bounds.x, screen.x);
  const right = Math.min(bounds.x + bounds.width, screen.x + screen.width);
  return (
    right - left >= reachable.width &&
    bounds.y >= screen.y &&
    bounds.y + reachable.height <= screen.y + screen.height
  );
}

/** Reads what was saved; null where nothing was, or where it is not what was written here. */
export function loadWindowState(path: string): WindowState | null {
  try {
    return readWindowState(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

/** Takes only what `saveWindowState` writes; anything else is null. */
export function readWindowState(value: unknown): WindowState | null {
  if (typeof value !== 'object' || value === null || !('bounds' in value) || !('maximised' in value))
    return null;
  const { bounds, maximised } = value;
  if (typeof bounds !== 'object' || bounds === null || typeof maximised !== 'boolean') return null;
  const part = (name: keyof Rectangle) => (bounds as Partial<Record<keyof Rectangle, unknown>>)[name];
  const [x, y, width, height] = [part('x'), part('y'), part('width'), part('height')];
  if (!isPixels(x) || !isPixels(y) || !isPixels(width) || !isPixels(height)) return null;
  return width > 0 && height > 0 ? { bounds: { x, y, width, height }, maximised } : null;
}

function isPixels(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && Math.abs(value) <= 1_000_000;
}

/** Writes to the side and renames, so that a crash leaves the old state or the new one. */
export function saveWindowState(path: string, state: WindowState): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, JSON.stringify(state));
  renameSync(`${path}.new`, path);
}
