/**
 * Values that lead somewhere: an agent, a port of an agent or the port a row was counted at to that place, any other
 * value to the traffic that has it.
 */
import { agentTitle, useNetwork } from '../../stores/network.ts';
import { useScope } from '../../stores/scope.ts';
import { KEY_COLUMN } from './columns.ts';
import { conditionOf } from './filter.ts';
import { baseKey } from './keys.ts';
import type { TopRow } from './rows.ts';

const SEPARATOR = ' › ';

export type Drill = {
  /** Whether the value in this column of this row leads to another scope or filter. */
  leads(column: string, row: TopRow, keys: readonly string[]): boolean;
  /** Whether it leads to a place. */
  leadsToPlace(column: string, row: TopRow, keys: readonly string[]): boolean;
  /**
   * Goes there; where the interface is not known (any more), to its agent. With `out` the value is left out of what
   * is shown instead.
   */
  go(column: string, row: TopRow, keys: readonly string[], out: boolean): Promise<void>;
};

/** The key that a column shows; NaN for a column of figures. */
const keyIndex = (column: string): number =>
  column.startsWith(KEY_COLUMN) ? Number(column.slice(KEY_COLUMN.length)) : Number.NaN;

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
    const index = keyIndex(column);
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
    leads: (column, row, keys) =>
      placeOf(column, row, keys) !== null || (row.kind === 'key' && keyIndex(column) < keys.length),
    leadsToPlace: (column, row, keys) => placeOf(column, row, keys) !== null,
    async go(column, row, keys, out) {
      const place = out ? null : placeOf(column, row, keys);
      if (!place) {
        const index = keyIndex(column);
        if (row.kind !== 'key' || !(index < keys.length)) return;
        scope.narrow([conditionOf(keys[index]!, row.raw[index] ?? '', out ? '!=' : '=')]);
        return;
      }
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
