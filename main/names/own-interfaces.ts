/**
 * Names that a user gave to interfaces, by agent and ifIndex. The file form is one interface a line, `agent, ifIndex,
 * name`, as a spreadsheet writes CSV.
 */

import { cellsOf } from '../../shared/format/csv-lines.ts';
import { safeText } from '../../shared/format/text.ts';
import type { InterfaceNamesImport, OwnInterfaceName } from '../../shared/model/interface-name.ts';
import { addressText } from './address.ts';
import { cleanName } from './own-names.ts';

export const MOST_OWN_INTERFACES = 100_000;
const MOST_PROBLEMS = 20;
const MOST_IF_INDEX = 0x3fff_fffe;

/** Reads lines; headings, comments and empty lines are passed over, and a bad line loses only itself. */
export function importInterfaceNames(text: string): InterfaceNamesImport & { names: OwnInterfaceName[] } {
  const names: OwnInterfaceName[] = [];
  const problems: string[] = [];
  let refused = 0;
  const refuse = (line: number, what: string): void => {
    if (++refused <= MOST_PROBLEMS) problems.push(`Line ${line}: ${what}`);
  };
  for (const { line, cells } of cellsOf(text, 3)) {
    const [agentCell = '', indexCell = '', nameCell = ''] = cells;
    const agent = addressText(agentCell);
    const ifIndex = /^\d{1,10}$/.test(indexCell) ? Number(indexCell) : 0;
    const name = cleanName(nameCell);
    if (agent === null) {
      const isHeading = line === 1 && !/\d/.test(agentCell);
      if (!isHeading) refuse(line, `“${safeText(agentCell, 40)}” is no address of an agent.`);
    } else if (ifIndex < 1 || ifIndex > MOST_IF_INDEX)
      refuse(line, `“${safeText(indexCell, 40)}” is no ifIndex; it is a whole number from 1.`);
    else if (name === '') refuse(line, `${agent} ${ifIndex} has no name.`);
    else if (names.length >= MOST_OWN_INTERFACES)
      refuse(line, `only the first ${MOST_OWN_INTERFACES.toLocaleString('en')} names are taken.`);
    else names.push({ agent, ifIndex, name });
  }
  if (refused > MOST_PROBLEMS) problems.push(`${refused - MOST_PROBLEMS} more lines were not taken.`);
  return { taken: names.length, problems, names };
}
