/** Values that lead somewhere: an agent, a port of an agent, or the port a row was counted at. */
import { agentTitle, useNetwork } from '../../stores/network.ts';
import { useScope } from '../../stores/scope.ts';
import { KEY_COLUMN } from './columns.ts';
import { baseKey } from './keys.ts';
import type { TopRow } from './rows.ts';

const SEPARATOR = ' › ';

export type Drill = {
  /** Whether the value in this column of this row leads to another scope. */
  leads(column: string, row: TopRow, keys: readonly string[]): boolean;
  /** Goes there; where the interface is not known (any more), to its agent. */
  go(column: string, row: TopRow, keys: readonly string[]): Promise<void>;
};

type Place = { agent: string; port: string; direction: 'in' | 'out' | 'both' };

/** Reads places out of rows and sets the scope to them. */
export function useDrill(): Drill {
  const scope = useScope();
  const network = useNetwork();

  const addressOf = (name: string) =>
    network.agents.find((agent) => agent.agent === name || agentTitle(agent) === name || agent.name === name)
      ?.agent;

  function placeOf(column: string, row: TopRow, keys: readonly string[]): Place | null {
    if (row.kind !== 'key') return null;
    if (column === 'counted') {
      const [agent, ...port] = row.countedAt.split(SEPARATOR);
      const address = addressOf(agent ?? '');
      return address ? { agent: address, port: port.join(SEPARATOR), direction: 'both' } : null;
    }
    const index = Number(column.slice(KEY_COLUMN.length));
    const base = baseKey(keys[index] ?? '');
    const raw = row.raw[index] ?? '';
    if (base !== 'agent' && base !== 'inputifindex' && base !== 'outputifindex') return null;
    const agentIndex = keys.findIndex((key) => baseKey(key) === 'agent');
    const address = agentIndex < 0 ? scope.agent : addressOf(row.raw[agentIndex] ?? '');
    if (!address || raw === '') return null;
    if (base === 'agent') return { agent: address, port: '', direction: 'both' };
    if (/^(discard|multiple|unknown|internal)$/.test(raw)) return null;
    return { agent: address, port: raw, direction: base === 'inputifindex' ? 'in' : 'out' };
  }

  return {
    leads: (column, row, keys) => placeOf(column, row, keys) !== null,
    async go(column, row, keys) {
      const place = placeOf(column, row, keys);
      if (!place) return;
      if (place.port !== '' && network.interfaces.length === 0) await network.refreshInterfaces();
      const port = network.interfaces.find(
        ({ agent, name, ifIndex }) =>
          agent === place.agent &&
          (name === place.port || String(ifIndex) === place.port || `if ${ifIndex}` === place.port),
      );
      if (port) scope.setInterface(place.agent, port.ifIndex, place.direction);
      else scope.setAgent(place.agent);
    },
  };
}
