/** What every interface is called, as CSV: a file whose first three columns can be imported as names of one's own. */
import { csvText } from '../../../../shared/format/csv.ts';
import { NAME_SOURCE_WORDS } from '../../../../shared/format/name-source.ts';
import type { InterfaceStatus } from '../../../../shared/model/network.ts';

export function knownNamesCsv(
  interfaces: readonly InterfaceStatus[],
  agentName: (agent: string) => string,
): string {
  const columns = [
    { heading: 'agent', type: 'text' as const },
    { heading: 'ifIndex', type: 'number' as const },
    { heading: 'name', type: 'text' as const },
    { heading: 'alias', type: 'text' as const },
    { heading: 'speed', unit: 'bit/s', type: 'number' as const },
    { heading: 'named by', type: 'text' as const },
    { heading: 'agent name', type: 'text' as const },
  ];
  const known = [...interfaces].sort((one, other) =>
    one.agent < other.agent ? -1 : one.agent > other.agent ? 1 : one.ifIndex - other.ifIndex,
  );
  return csvText(
    columns,
    known.map(({ agent, ifIndex, name, alias, speed, nameSource }) => [
      ...[agent, ifIndex, name, alias],
      ...[speed > 0 ? speed : null, NAME_SOURCE_WORDS[nameSource], agentName(agent)],
    ]),
  );
}
