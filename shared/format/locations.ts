/** Where hosts are, as CSV: for the screen's export and for REST. */
import type { HostPlace, LocatedHost } from '../model/location.ts';
import { type CsvColumn, csvText } from './csv.ts';

const COLUMNS: CsvColumn[] = [
  { heading: 'Address', type: 'text' },
  { heading: 'Name', type: 'text' },
  { heading: 'Agent', type: 'text' },
  { heading: 'Agent name', type: 'text' },
  { heading: 'ifIndex', type: 'number' },
  { heading: 'Interface', type: 'text' },
  { heading: 'Alias', type: 'text' },
  { heading: 'VLAN', type: 'number' },
  { heading: 'Since', type: 'time' },
  { heading: 'Last seen', type: 'time' },
  { heading: 'Samples', type: 'number' },
  { heading: 'MAC address', type: 'text' },
  { heading: 'Also at', type: 'text' },
];

/** 'leaf1 › swp3', with the VLAN where one was told. */
export function placeWords({ agent, agentName, interfaceName, vlan }: HostPlace): string {
  const port = `${agentName || agent} › ${interfaceName}`;
  return vlan === null ? port : `${port}, VLAN ${vlan}`;
}

export function locationsCsv(hosts: readonly LocatedHost[]): string {
  return csvText(
    COLUMNS,
    hosts.map(({ address, name, place, sinceMs, lastMs, samples, mac, alsoAt }) => [
      ...[address, name?.name ?? '', place.agent, place.agentName, place.ifIndex, place.interfaceName],
      ...[place.alias, place.vlan, sinceMs, lastMs, samples, mac ?? '', alsoAt ? placeWords(alsoAt) : ''],
    ]),
  );
}
