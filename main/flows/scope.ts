/**
 * Which paths a question takes in. A port's question counts the port's own samples where it has any in that
 * direction, else the samples of other ports that name it: a switch that samples where frames come in says by
 * those what leaves a port.
 */
import type { Scope } from '../../shared/model/question.ts';
import type { Agent, Network } from '../samples/network.ts';

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
