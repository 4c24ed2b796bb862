/** Texts of the keys that are stored, for those who have no flow table: the SQL console, and rows that go elsewhere. */
import { compileKeys } from '../flows/compile.ts';
import { storedKeyTexts } from '../flows/stored-keys.ts';
import type { KeyReader } from '../store/sql/views.ts';

/** What ports are called. */
export type PortNames = { agents: [string, string][]; interfaces: [string, number, string][] };

/** Reads the keys of definitions with the names of agents and ports; null for keys that are not known any more. */
export function keyReader({ agents, interfaces }: PortNames): KeyReader {
  const agentNames = new Map(agents);
  const interfaceNames = new Map(interfaces.map(([agent, ifIndex, name]) => [`${agent} ${ifIndex}`, name]));
  const names = {
    agentName: (address: string) => agentNames.get(address) ?? '',
    interfaceName: (address: string, ifIndex: number) =>
      interfaceNames.get(`${address} ${ifIndex}`) || `if ${ifIndex}`,
  };
  return (keys) => {
    try {
      return storedKeyTexts(compileKeys(keys === '' ? [] : keys.split(',')), names);
    } catch {
      return null;
    }
  };
}
