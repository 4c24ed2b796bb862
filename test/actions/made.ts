/** Actions, events and surroundings as tests need them. */
import { Actions, type ActionsOptions } from '../../main/actions/actions.ts';
import { exampleMessage } from '../../main/actions/example.ts';
import type { Surroundings } from '../../main/actions/kind.ts';
import { documentsInMemory } from '../../main/engine/documents.ts';
import type { Action, ActionNotification, ActionSetting } from '../../shared/model/action.ts';
import type { WeirEvent } from '../../shared/model/event.ts';

/** A Wednesday at noon, UTC. */
export const NOON_MS = Date.UTC(2026, 10, 25, 12);

export function anEvent(changes: Partial<WeirEvent> = {}): WeirEvent {
  return { ...exampleMessage('', NOON_MS).event, id: 7, ...changes };
}

export function anAction(
  kind: string,
  settings: Record<string, ActionSetting>,
  changes: Partial<Action> = {},
): Action {
  return {
    ...{ name: `my ${kind}`, kind, enabled: true, settings, onRaise: true, onClear: true, quiet: null },
    events: { kinds: [], severities: [], names: [], agents: [] },
    rateLimit: { most: 100, perSeconds: 60 },
    ...changes,
  };
}

export type Made = Surroundings & { shown: ActionNotification[]; kept: Map<string, string> };

export function surroundings(changes: Partial<Surroundings> = {}): Made {
  const kept = new Map<string, string>();
  const shown: ActionNotification[] = [];
  return {
    ...{ desktop: true, directory: null, computer: 'weir.example', kept, shown },
    notify(notification) {
      shown.push(notification);
      return Promise.resolve('Shown.');
    },
    resolve: () => Promise.reject(new Error('no names here')),
    secrets: {
      read: (name) => Promise.resolve(kept.get(name) ?? null),
      write(name, value) {
        if (value === null) kept.delete(name);
        else kept.set(name, value);
        return Promise.resolve();
      },
    },
    ...changes,
  };
}

/** Actions on a clock that the test holds. */
export function actionsOf(changes: Partial<ActionsOptions> = {}) {
  const clock = { nowMs: NOON_MS };
  const failing: [string, string][] = [];
  const around = surroundings();
  const documents = documentsInMemory();
  const actions = new Actions({
    ...{ documents, surroundings: around },
    nowMs: () => clock.nowMs,
    eventOf: (id) => (id === 7 ? Promise.resolve(anEvent()) : Promise.reject(new Error('gone'))),
    failing: (...what) => failing.push(what),
    ...changes,
  });
  return { actions, clock, failing, documents, around, call: actions.handlers };
}

/** Lets promises that are settled already run. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
