/**
 * Which paths a question takes in. A port's question counts the port's own samples where it has any in that
 * direction, else the samples of other ports that name it: a switch that samples where frames come in says by
 * those what leaves a port.
 */
import type { MergeRule, Scope } from '../../shared/model/question.ts';
import type { Agent } from '../samples/agent.ts';
import type { Network } from '../samples/network.ts';
import { COUNTED, UNPLACED } from '../samples/placement-mark.ts';

/** The paths that tell what crosses a port in one direction. */
export function portPaths(
  network: Network,
  agent: Agent,
  ifIndex: number,
  direction: 'in' | 'out',
): number[] {
  const { paths } = network;
  const found: number[] = [];
  let own = false;
  for (const path of network.pathsOf(agent)) {
    // A word with a format in its top bits is no ifIndex and equals none.
    if ((direction === 'in' ? paths.inputOf(path) : paths.outputOf(path)) !== ifIndex) continue;
    const mine = paths.dataSourceOf(path) === ifIndex;
    if (mine && !own) {
      own = true;
      found.length = 0;
    }
    if (mine === own) found.push(path);
  }
  return found;
}

/**
 * The paths of an agent's samples, each frame once: those taken as frames came in, and those taken as frames
 * left that had come in by a port which takes no samples of its own.
 */
export function entryPaths(network: Network, agent: Agent): number[] {
  const { paths } = network;
  const all = network.pathsOf(agent);
  const isOwn = (path: number): boolean => paths.dataSourceOf(path) === paths.inputOf(path);
  // What goes back out by the same port may have been sampled as it left.
  const sampling = new Set(
    all
      .filter((path) => isOwn(path) && paths.inputOf(path) !== paths.outputOf(path))
      .map((path) => paths.inputOf(path)),
  );
  return all.filter((path) => isOwn(path) || !sampling.has(paths.inputOf(path)));
}

/** Paths that are few enough to be looked through for each new one. */
const AT_ONCE = 4096;

/** Which paths tell what enters their switch, as {@link entryPaths} has it, for those who ask with every sample. */
export class Entries {
  readonly #network: () => Network;
  #isEntry = new Uint8Array(0);
  /** What it was made for. */
  #of: Network | null = null;

  constructor(network: () => Network) {
    this.#network = network;
  }

  /** Told of the path of every sample: a new one is taken in at once, or where paths are many with the next of them. */
  see(path: number): void {
    const known = this.#isEntry.length;
    if (path < known && this.#of === this.#network()) return;
    const { size } = this.#network().paths;
    if (size <= AT_ONCE || size > known * 1.25) this.refresh();
  }

  /** Takes in what was heard since; about once a second. Until then a new path is judged by itself. */
  refresh(): void {
    const network = this.#network();
    if (network === this.#of && network.paths.size === this.#isEntry.length) return;
    this.#isEntry = new Uint8Array(network.paths.size);
    for (const agent of network.agents)
      for (const path of entryPaths(network, agent)) this.#isEntry[path] = 1;
    this.#of = network;
  }

  has(path: number): boolean {
    if (path < this.#isEntry.length) return this.#isEntry[path] === 1;
    const { paths } = this.#network();
    return paths.dataSourceOf(path) === paths.inputOf(path);
  }
}

/** What an answer does with the samples of a path. */
export const LEFT_OUT = 0;
export const TAKEN = 1;
export const NOT_PLACED = 2;

/** One octet per path: whether its samples are taken by a scope and a counting rule, or only known of. */
export function takenPaths(network: Network, scope: Scope, merge: MergeRule): Uint8Array {
  if (merge !== 'once' || scope.ifIndex !== null) return acceptedPaths(network, scope);
  const taken = new Uint8Array(network.paths.size);
  if (scope.agent === null) {
    for (let path = 0; path < taken.length; path++) {
      const mark = network.paths.markOf(path);
      taken[path] = mark === COUNTED ? TAKEN : mark === UNPLACED ? NOT_PLACED : LEFT_OUT;
    }
    return taken;
  }
  const agent = network.find(scope.agent);
  if (agent) for (const path of entryPaths(network, agent)) taken[path] = TAKEN;
  return taken;
}

/** One octet per path: whether its samples belong to the scope. */
export function acceptedPaths(network: Network, scope: Scope): Uint8Array {
  const accepted = new Uint8Array(network.paths.size);
  if (scope.agent === null) return accepted.fill(1);
  const agent = network.find(scope.agent);
  if (!agent) return accepted;
  const { ifIndex } = scope;
  if (ifIndex === null) for (const path of network.pathsOf(agent)) accepted[path] = 1;
  else {
    for (const direction of ['in', 'out'] as const) {
      if (scope.direction !== 'both' && scope.direction !== direction) continue;
      for (const path of portPaths(network, agent, ifIndex, direction)) accepted[path] = 1;
    }
  }
  return accepted;
}
