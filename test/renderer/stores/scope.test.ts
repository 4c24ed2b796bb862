import fc from 'fast-check';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { useScope } from '../../../renderer/stores/scope.ts';

const noonMs = Date.UTC(2026, 2, 13, 12);
const minuteMs = 60_000;
const live = (nowMs: number) => ({
  kind: 'live' as const,
  nowMs,
  interval: { fromMs: noonMs - 3_600_000, toMs: nowMs },
});
const capture = {
  kind: 'capture' as const,
  nowMs: noonMs + 600_500,
  interval: { fromMs: noonMs, toMs: noonMs + 600_500 },
};

function liveScope() {
  const scope = useScope();
  scope.setWorkspace('live', 'live');
  scope.observe(live(noonMs + 250));
  return scope;
}
function captureScope() {
  const scope = useScope();
  scope.setWorkspace('capture', 'capture');
  scope.observe(capture);
  return scope;
}

beforeEach(() => setActivePinia(createPinia()));

describe('what a live workspace is asked for', () => {
  it('is the last five minutes, in whole seconds, following its clock', () => {
    const scope = liveScope();
    expect(scope.interval).toEqual({ fromMs: noonMs - 5 * minuteMs, toMs: noonMs });
    scope.observe(live(noonMs + 900));
    expect(scope.interval).toEqual({ fromMs: noonMs - 5 * minuteMs, toMs: noonMs });
    scope.observe(live(noonMs + 1_100));
    expect(scope.interval!.toMs).toBe(noonMs + 1_000);
  });

  it('stands still while paused, and follows again', () => {
    const scope = liveScope();
    scope.setPaused(true);
    scope.observe(live(noonMs + 9_000));
    expect(scope.interval!.toMs).toBe(noonMs);
    scope.setPaused(false);
    expect(scope.interval!.toMs).toBe(noonMs + 9_000);
  });

  it('is nothing before the first status', () => {
    const scope = useScope();
    scope.setWorkspace('live', 'live');
    expect(scope.interval).toBeNull();
    expect(scope.canStepBack).toBe(false);
  });

  it('steps back by its own width, and forward to the live edge', () => {
    const scope = liveScope();
    scope.stepBack();
    expect(scope.interval).toEqual({ fromMs: noonMs - 10 * minuteMs, toMs: noonMs - 5 * minuteMs });
    expect(scope.range.kind).toBe('between');
    scope.stepForward();
    expect(scope.range).toEqual({ kind: 'last', ms: 5 * minuteMs });
    expect(scope.canStepForward).toBe(false);
  });

  it('zooms out to twice the time, at most a day', () => {
    const scope = liveScope();
    scope.zoomOut();
    expect(scope.range).toEqual({ kind: 'last', ms: 10 * minuteMs });
    for (let times = 0; times < 20; times++) scope.zoomOut();
    expect(scope.range).toEqual({ kind: 'last', ms: 24 * 60 * minuteMs });
  });

  it('goes live from a pause and from the past', () => {
    const scope = liveScope();
    scope.setPaused(true);
    scope.goLive();
    expect(scope.paused).toBe(false);
    scope.zoomTo({ fromMs: noonMs - 90_000, toMs: noonMs - 60_000 });
    scope.goLive();
    expect(scope.range.kind).toBe('last');
  });
});

describe('what a capture is asked for', () => {
  it('is all of it', () => {
    expect(captureScope().interval).toBeNull();
  });

  it('counts the last minutes back from the end of the file, its last part of a second included', () => {
    const scope = captureScope();
    scope.setRange({ kind: 'last', ms: minuteMs });
    expect(scope.interval).toEqual({ fromMs: noonMs + 541_000, toMs: noonMs + 601_000 });
  });

  it('stays inside the file, whatever is done', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('back', 'forward', 'out', 'zoom'), { maxLength: 30 }),
        fc.integer({ min: 0, max: 599 }),
        (steps, second) => {
          setActivePinia(createPinia());
          const scope = captureScope();
          for (const step of steps) {
            if (step === 'back') scope.stepBack();
            else if (step === 'forward') scope.stepForward();
            else if (step === 'out') scope.zoomOut();
            else scope.zoomTo({ fromMs: noonMs + second * 1_000, toMs: noonMs + second * 1_000 + 10_000 });
            const shown = scope.interval;
            if (!shown) continue;
            expect(shown.toMs).toBeGreaterThan(shown.fromMs);
            if (step !== 'zoom') {
              expect(shown.fromMs).toBeGreaterThanOrEqual(capture.interval.fromMs);
            }
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is whole again when it was zoomed out past both ends', () => {
    const scope = captureScope();
    scope.zoomTo({ fromMs: noonMs + 200_000, toMs: noonMs + 400_000 });
    scope.zoomOut();
    scope.zoomOut();
    expect(scope.range).toEqual({ kind: 'all' });
  });
});

describe('drilling down', () => {
  it('is undone one change at a time', () => {
    const scope = liveScope();
    scope.setAgent('10.0.0.1');
    scope.setInterface('10.0.0.1', 52, 'in');
    scope.zoomTo({ fromMs: noonMs - 60_000, toMs: noonMs - 30_000 });
    scope.undo();
    expect(scope.range.kind).toBe('last');
    expect(scope.scope).toEqual({ agent: '10.0.0.1', ifIndex: 52, direction: 'in' });
    scope.undo();
    expect(scope.scope).toEqual({ agent: '10.0.0.1', ifIndex: null, direction: 'both' });
    scope.undo();
    expect(scope.scope.agent).toBeNull();
    expect(scope.canUndo).toBe(false);
    scope.undo();
  });

  it('is done again as it was undone, until something else is changed', () => {
    const scope = liveScope();
    scope.setAgent('10.0.0.1');
    scope.zoomTo({ fromMs: noonMs - 60_000, toMs: noonMs - 30_000 });
    const zoomed = scope.range;
    scope.undo();
    scope.undo();
    expect(scope.agent).toBeNull();
    scope.redo();
    expect(scope.agent).toBe('10.0.0.1');
    expect(scope.canRedo).toBe(true);
    scope.redo();
    expect(scope.range).toEqual(zoomed);
    expect(scope.canRedo).toBe(false);
    scope.undo();
    scope.setAgent('10.0.0.2');
    expect(scope.canRedo).toBe(false);
    scope.undo();
    expect(scope.agent).toBe('10.0.0.1');
  });

  it('does not remember what changed nothing', () => {
    const scope = liveScope();
    scope.setRange(scope.range);
    scope.setAgent(null);
    scope.setDirection('both');
    expect(scope.canUndo).toBe(false);
  });

  it('takes the interface off with its agent, and the direction with the interface', () => {
    const scope = liveScope();
    scope.setInterface('10.0.0.1', 52, 'out');
    scope.setInterface('10.0.0.1', null, 'out');
    expect(scope.scope).toEqual({ agent: '10.0.0.1', ifIndex: null, direction: 'both' });
    scope.setInterface('10.0.0.1', 52, 'out');
    scope.setAgent('10.0.0.2');
    expect(scope.scope).toEqual({ agent: '10.0.0.2', ifIndex: null, direction: 'both' });
  });

  it('reads a dragged interval either way round, and never shorter than a second', () => {
    const scope = liveScope();
    scope.zoomTo({ fromMs: noonMs - 10_000, toMs: noonMs - 20_000 });
    expect(scope.interval).toEqual({ fromMs: noonMs - 20_000, toMs: noonMs - 10_000 });
    scope.zoomTo({ fromMs: noonMs - 10_000, toMs: noonMs - 9_990 });
    expect(scope.interval).toEqual({ fromMs: noonMs - 10_000, toMs: noonMs - 9_000 });
  });

  it('is kept for each workspace while another one is shown', () => {
    const scope = liveScope();
    scope.setAgent('10.0.0.1');
    scope.setWorkspace('capture', 'capture');
    expect(scope.scope.agent).toBeNull();
    expect(scope.range).toEqual({ kind: 'all' });
    expect(scope.canUndo).toBe(false);
    scope.setWorkspace('live', 'live');
    expect(scope.scope.agent).toBe('10.0.0.1');
    expect(scope.canUndo).toBe(true);
  });
});

describe('a moment of the past', () => {
  it('ends every range, whatever the clock does, and is taken back as one step', () => {
    const scope = liveScope();
    scope.travelTo(noonMs - 600_300);
    scope.observe(live(noonMs + 9_000));
    expect(scope.momentMs).toBe(noonMs - 601_000);
    expect(scope.interval).toEqual({ fromMs: noonMs - 901_000, toMs: noonMs - 601_000 });
    expect(scope.paused).toBe(true);
    scope.setRange({ kind: 'last', ms: 60_000 });
    expect(scope.interval).toEqual({ fromMs: noonMs - 661_000, toMs: noonMs - 601_000 });
    scope.stepBack();
    expect(scope.momentMs).toBe(noonMs - 661_000);
    scope.stepForward();
    expect(scope.momentMs).toBe(noonMs - 601_000);
    // No earlier than anything is kept, no later than now.
    scope.travelTo(0);
    expect(scope.momentMs).toBe(noonMs - 3_600_000);
    scope.travelTo(noonMs * 2);
    expect(scope.momentMs).toBe(noonMs + 9_000);
    scope.undo();
    scope.undo();
    expect(scope.momentMs).toBeNull();
    expect(scope.interval!.toMs).toBe(noonMs + 9_000);
    scope.redo();
    expect(scope.momentMs).not.toBeNull();
    scope.goLive();
    expect(scope.paused).toBe(false);
    scope.undo();
    expect(scope.momentMs).not.toBeNull();
  });

  it('takes the width of the range that was shown', () => {
    const scope = liveScope();
    scope.zoomTo({ fromMs: noonMs - 90_000, toMs: noonMs - 30_000 });
    scope.travelTo(noonMs - 300_000);
    expect(scope.interval).toEqual({ fromMs: noonMs - 360_000, toMs: noonMs - 300_000 });
  });

  it('does not hold for another workspace, and none is in a capture', () => {
    const scope = liveScope();
    scope.travelTo(noonMs - 60_000);
    scope.setWorkspace('capture', 'capture');
    scope.observe(capture);
    expect(scope.momentMs).toBeNull();
    scope.travelTo(noonMs + 1000);
    expect(scope.momentMs).toBeNull();
  });
});
