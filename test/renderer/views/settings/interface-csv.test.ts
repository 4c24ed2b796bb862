/** What interfaces are called, as a file: nothing in it is a formula, and it can be imported. */
import { expect, it } from 'vitest';
import { importInterfaceNames } from '../../../../main/names/own-interfaces.ts';
import { knownNamesCsv } from '../../../../renderer/views/settings/names/interface-csv.ts';
import type { InterfaceStatus } from '../../../../shared/model/network.ts';

const port = (agent: string, ifIndex: number, name: string, alias = ''): InterfaceStatus =>
  ({ agent, ifIndex, name, alias, speed: ifIndex === 1 ? 10e9 : 0, nameSource: 'snmp' }) as InterfaceStatus;

it('every interface with its alias and by whom it is named, in order; its names can be taken as one’s own', () => {
  const known = [
    port('10.0.0.2', 1, 'a, "b"'),
    port('10.0.0.1', 12, '=cmd()', '@x'),
    port('10.0.0.1', 2, 'swp2'),
  ];
  const csv = knownNamesCsv(known, () => 'leaf');
  expect(csv.split('\r\n').slice(0, 3)).toEqual([
    'agent,ifIndex,name,alias,speed (bit/s),named by,agent name',
    '10.0.0.1,2,swp2,,,named by SNMP,leaf',
    "10.0.0.1,12,'=cmd(),'@x,,named by SNMP,leaf",
  ]);
  const { names, problems } = importInterfaceNames(csv);
  expect(problems).toEqual([]);
  expect(names).toEqual([
    { agent: '10.0.0.1', ifIndex: 2, name: 'swp2' },
    { agent: '10.0.0.1', ifIndex: 12, name: '=cmd()' },
    { agent: '10.0.0.2', ifIndex: 1, name: 'a, "b"' },
  ]);
});
