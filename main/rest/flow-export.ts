/**
 * Definitions that exist because something scrapes them: made at the first scrape, given up when nobody has asked for
 * 300 seconds. Their names say what they are, so that those an earlier run left behind are given up as well.
 */
import { createHash } from 'node:crypto';
import type { DefinitionInput } from '../../shared/model/definition.ts';
import type { WorkspaceId } from '../../shared/model/workspace.ts';
import type { Call, RestHost } from './host.ts';
import { RestError } from './route.ts';

const PREFIX = 'prometheus_';
const UNUSED_MS = 300_000;
const SWEEP_MS = 30_000;
const MOST_EXPORTS = 32;
export const MOST_EXPORT_KEYS = 16;
/** Between keys: no key text holds it, as the apps of sFlow-RT have it. */
const SEPARATOR = '_SEP_';

type Export = { workspace: WorkspaceId; name: string; usedMs: number };

export type FlowExports = {
  /** The name of the definition that counts this. Throws what the definition is refused with. */
  definitionFor(call: Call, workspace: WorkspaceId, input: DefinitionInput): Promise<string>;
  /** The keys of a flow. */
  parts(key: string): string[];
  /** Gives up what nobody asked for; the clock is told for tests. */
  sweep(nowMs: number): Promise<void>;
  stop(): void;
};

export function flowExports(host: RestHost, now: () => number = () => performance.now()): FlowExports {
  const exports = new Map<string, Export>();
  const adopted = new Set<WorkspaceId>();
  const idOf = (workspace: WorkspaceId, name: string): string => `${workspace} ${name}`;

  /** What an earlier run left behind is counted as used now, and given up with the others. */
  async function adopt(call: Call, workspace: WorkspaceId): Promise<void> {
    if (adopted.has(workspace)) return;
    adopted.add(workspace);
    for (const { definition, origin } of await call('definitions.list')) {
      const { name } = definition;
      if (origin !== 'rest' || !/^prometheus_[0-9a-f]{16}$/.test(name)) continue;
      exports.set(idOf(workspace, name), { workspace, name, usedMs: now() });
    }
  }

  async function sweep(nowMs: number): Promise<void> {
    for (const [id, { workspace, name, usedMs }] of exports) {
      if (nowMs - usedMs < UNUSED_MS) continue;
      exports.delete(id);
      // A workspace that was closed meanwhile took it along.
      await host.call(workspace, 'definitions.delete', [name]).catch(() => null);
    }
  }

  const timer = setInterval(() => void sweep(now()), SWEEP_MS);
  timer.unref();

  return {
    async definitionFor(call, workspace, input) {
      await adopt(call, workspace);
      const hash = createHash('sha256').update(JSON.stringify(input)).digest('hex').slice(0, 16);
      const name = `${PREFIX}${hash}`;
      const id = idOf(workspace, name);
      const known = exports.get(id);
      if (known) {
        known.usedMs = now();
        const still = await call('definitions.list');
        if (still.some(({ definition }) => definition.name === name)) return name;
      } else if (exports.size >= MOST_EXPORTS) {
        throw new RestError(
          503,
          `${MOST_EXPORTS} flow exports are in use already; those that nobody scrapes are given up after ${UNUSED_MS / 1000} seconds.`,
        );
      }
      await call('definitions.put', name, { ...input, fs: SEPARATOR }, 'rest');
      exports.set(id, { workspace, name, usedMs: now() });
      return name;
    },
    parts: (key) => (key === '' ? [] : key.split(SEPARATOR)),
    sweep,
    stop: () => clearInterval(timer),
  };
}
