/** The window comes back where it was, on whatever screens there are by then. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  leastSize,
  loadWindowState,
  placeWindow,
  readWindowState,
  saveWindowState,
} from '../../main/shell/window-state.ts';

const laptop = { x: 0, y: 25, width: 1512, height: 944 };
const beside = { x: 1512, y: 0, width: 2560, height: 1440 };

const folder = mkdtempSync(join(tmpdir(), 'weir-window-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('placeWindow', () => {
  it('centres the usual size at the first start', () => {
    expect(placeWindow(null, [laptop])).toEqual({
      bounds: { x: 36, y: 47, width: 1440, height: 900 },
      maximised: false,
    });
  });

  it('keeps a place on any screen that is still there', () => {
    const saved = { bounds: { x: 1700, y: 40, width: 1600, height: 1000 }, maximised: true };
    expect(placeWindow(saved, [laptop, beside])).toEqual(saved);
  });

  it('comes home when its screen is gone', () => {
    const saved = { bounds: { x: 1700, y: 40, width: 1600, height: 1000 }, maximised: false };
    expect(placeWindow(saved, [laptop]).bounds).toEqual({ x: 0, y: 25, width: 1512, height: 944 });
  });

  it('comes home when only its foot can be seen, because the title bar is what one drags', () => {
    const saved = { bounds: { x: 100, y: -700, width: 1200, height: 800 }, maximised: false };
    expect(placeWindow(saved, [laptop]).bounds.y).toBeGreaterThanOrEqual(laptop.y);
  });

  it('always gives a window that can be reached and fits', () => {
    const pixel = fc.integer({ min: -20_000, max: 20_000 });
    const size = fc.integer({ min: 1, max: 20_000 });
    const bounds = fc.record({ x: pixel, y: pixel, width: size, height: size });
    const screen = fc.record({
      x: pixel,
      y: pixel,
      width: fc.integer({ min: 800, max: 4000 }),
      height: fc.integer({ min: 600, max: 4000 }),
    });
    fc.assert(
      fc.property(bounds, fc.array(screen, { minLength: 1, maxLength: 4 }), (saved, screens) => {
        const placed = placeWindow({ bounds: saved, maximised: false }, screens).bounds;
        const on = screens.find(
          (area) =>
            placed.x < area.x + area.width &&
            placed.x + placed.width > area.x &&
            placed.y >= area.y &&
            placed.y < area.y + area.height &&
            placed.width <= area.width &&
            placed.height <= area.height,
        );
        expect(on).toBeDefined();
        expect(placed.width).toBeGreaterThanOrEqual(Math.min(leastSize.width, on!.width));
      }),
    );
  });
});

describe('saved state', () => {
  it('reads back what it wrote', () => {
    const path = join(folder, 'new folder', 'window.json');
    const state = { bounds: { x: -5, y: 6, width: 1000, height: 700 }, maximised: true };
    saveWindowState(path, state);
    expect(loadWindowState(path)).toEqual(state);
    expect(readFileSync(path, 'utf8')).not.toContain('new folder');
  });

  it('takes nothing that it did not write', () => {
    expect(loadWindowState(join(folder, 'missing.json'))).toBeNull();
    const path = join(folder, 'torn.json');
    writeFileSync(path, '{"bounds":{"x":1');
    expect(loadWindowState(path)).toBeNull();
    const good = { x: 1, y: 2, width: 3, height: 4 };
    expect(readWindowState({ bounds: good, maximised: false })).not.toBeNull();
    for (const bad of [
      null,
      [],
      'text',
      { bounds: good },
      { bounds: null, maximised: false },
      { bounds: { ...good, width: 0 }, maximised: false },
      { bounds: { ...good, x: 1.5 }, maximised: false },
      { bounds: { ...good, y: 1e12 }, maximised: false },
      { bounds: { ...good, height: '4' }, maximised: false },
    ])
      expect(readWindowState(bad)).toBeNull();
  });
});
