/** Maps, topology, makers of network cards, hosts and own names: what each says, and what it refuses. */
import { describe, expect, it } from 'vitest';
import { isResolvable } from '../../main/names/address.ts';
import { HostTable, type ToldHost } from '../../main/names/host-table.ts';
import { ValueMaps } from '../../main/names/maps.ts';
import { importNames } from '../../main/names/own-names.ts';
import { importServices, MOST_OWN_SERVICES } from '../../main/names/own-services.ts';
import { TopologyError, TopologyIndex } from '../../main/names/topology.ts';
import { compactVendors, VendorTable } from '../../main/names/vendor-table.ts';
import { vendors } from '../../main/names/vendors.ts';

describe('a map', () => {
  it('matches texts exactly and addresses however they are spelled', () => {
    const maps = new ValueMaps(
      new Map([
        ['member', { acme: ['00:1b:21:aa:bb:cc', '2001:db8::1'], other: ['vlan 7', '001b21aabbcc'] }],
      ]),
    );
    expect(maps.find('001B21AABBCC', 'member')).toBe('acme');
    expect(maps.find('2001:DB8::1', 'member')).toBe('acme');
    expect(maps.find('vlan 7', 'member')).toBe('other');
    expect(maps.find('vlan 70', 'member')).toBeNull();
    expect(maps.find('vlan 7', 'none')).toBeNull();
  });
});

describe('a topology', () => {
  const heard = {
    agentName: (address: string) => (address === '192.0.2.9' ? 'spine1' : ''),
    interfaceName: (_agent: string, ifIndex: number) => `swp${ifIndex}`,
  };
  const topology = new TopologyIndex({
    nodes: {
      leaf1: { agent: '192.0.2.1', ports: { uplink: { ifindex: '7' } } },
      spine1: { ports: {} },
    },
    links: { L1: { node1: 'leaf1', port1: 'uplink', node2: 'spine1', port2: 'swp3' } },
  });

  it('knows nodes by agent and by name, links by ifIndex and by port name', () => {
    expect(topology.node('192.0.2.1', heard)).toBe('leaf1');
    expect(topology.node('192.0.2.9', heard)).toBe('spine1');
    expect(topology.node('192.0.2.2', heard)).toBeNull();
    expect(topology.link('192.0.2.1', 7, heard)).toBe('L1');
    expect(topology.link('192.0.2.9', 3, heard)).toBe('L1');
    expect(topology.link('192.0.2.1', 3, heard)).toBeNull();
  });

  it('tells edge from core, and nothing of agents it does not know', () => {
    expect(topology.portRole('192.0.2.1', 7, heard)).toBe('core');
    expect(topology.portRole('192.0.2.1', 8, heard)).toBe('edge');
    expect(topology.portRole('192.0.2.2', 7, heard)).toBeNull();
  });

  it('is refused where a link ends nowhere, or an agent is two nodes', () => {
    const link = { node1: 'a', port1: '1', node2: 'b', port2: '1' };
    expect(() => new TopologyIndex({ nodes: { a: {} }, links: { L: link } })).toThrow(
      new TopologyError('The link “L” ends at “b”, which is none of the nodes.'),
    );
    expect(() => new TopologyIndex({ nodes: { a: { agent: '::1' }, b: { agent: '0:0::1' } } })).toThrow(
      /same agent/,
    );
  });
});

describe('the makers of network cards', () => {
  it('are those of the bundled table', () => {
    expect(vendors().size).toBeGreaterThan(50_000);
    expect(vendors().vendor('001B21AABBCC')).toBe('Intel Corporate');
    expect(vendors().vendor('000000000001')).toBe('XEROX CORPORATION');
    expect(vendors().vendor('FFFFFFFFFFFF')).toBeNull();
    expect(vendors().vendor('10.0.0.1')).toBeNull();
  });

  it('are told apart by 24, 28 and 36 bits', () => {
    const table = new VendorTable(
      compactVendors({ '8C1F64': 'IEEE\nstreet', '8C1F64F': 'Medium', '8C1F64FF9': 'Small\ntown' }),
    );
    expect(table.vendor('8C1F64000000')).toBe('IEEE');
    expect(table.vendor('8c1f64f00000')).toBe('Medium');
    expect(table.vendor('8C1F64FF9123')).toBe('Small');
  });
});

describe('hosts', () => {
  const host = (over: Partial<ToldHost>): ToldHost => ({
    ...{ host_name: 'kvm1', machine_type: 'x86_64', os_name: 'linux', os_release: '6.1', uuid: 'u1' },
    ...{ agent: '192.0.2.1', dataSource: 0x0200_0001, isVirtual: false, macs: ['AAAAAAAAAA01'] },
    ...over,
  });
  const machine = host({
    host_name: 'vm7',
    isVirtual: true,
    dataSource: 0x0300_0007,
    macs: ['525400000007'],
  });

  it('own their agent address, their cards, and the addresses that their cards send from', () => {
    const table = new HostTable();
    expect(table.tell(host({}))).toBe(true);
    expect(table.tell(host({}))).toBe(false);
    table.tell(machine);
    expect(table.bind('525400000007', '10.0.0.7')).toBe(true);
    expect(table.bind('020000000000', '10.0.0.8')).toBe(false);
    expect(table.attribute('192.0.2.1', 'host_name')).toBe('kvm1');
    expect(table.attribute('AA:AA:AA:AA:AA:01', 'os_name')).toBe('linux');
    expect(table.attribute('10.0.0.7', 'vir_host_name')).toBe('vm7');
    expect(table.attribute('10.0.0.7', 'host_name')).toBeNull();
    expect(table.attribute('10.0.0.8', 'vir_host_name')).toBeNull();
  });

  it('follow a card to its new host, and a new name', () => {
    const table = new HostTable();
    table.tell(machine);
    table.tell({ ...machine, host_name: 'vm7b', macs: ['525400000008'] });
    expect(table.attribute('525400000007', 'vir_host_name')).toBeNull();
    expect(table.attribute('525400000008', 'vir_host_name')).toBe('vm7b');
  });

  it('are not those of a router behind whose card many addresses are', () => {
    const table = new HostTable();
    table.tell(machine);
    for (let i = 0; i < 40; i++) table.bind('525400000007', `10.0.1.${i}`);
    expect(table.attribute('10.0.1.0', 'vir_host_name')).toBeNull();
    expect(table.attribute('10.0.1.39', 'vir_host_name')).toBeNull();
    expect(table.attribute('525400000007', 'vir_host_name')).toBe('vm7');
  });
});

describe('own names', () => {
  it('are read from CSV, spreadsheets and hosts files; a bad line loses only itself', () => {
    const { names, problems } = importNames(
      '\uFEFFaddress,name\r\n192.0.2.1,core router\r\n"00-1B-21-AA-BB-CC";"the ""old"" printer"\r\n' +
        '# remark\n\n2001:DB8::1\tmail\n192.0.2.7  web www # alias\n192.0.2.300,none\n192.0.2.8,\n',
    );
    expect(Object.fromEntries(names)).toEqual({
      '192.0.2.1': 'core router',
      '001B21AABBCC': 'the "old" printer',
      '2001:db8::1': 'mail',
      '192.0.2.7': 'web www',
    });
    expect(problems).toEqual([
      'Line 8: “192.0.2.300” is no IP or MAC address.',
      'Line 9: 192.0.2.8 has no name.',
    ]);
  });

  it('lose what could mislead', () => {
    const { names } = importNames('192.0.2.1,a\u202Eb\u0007\n192.0.2.2,\'=HYPERLINK("x")');
    expect(names.get('192.0.2.1')).toBe('a\uFFFDb␇');
    expect(names.get('192.0.2.2')).toBe('=HYPERLINK("x")');
  });
});

describe('own names of services', () => {
  it('are read from CSV and from /etc/services; a bad line loses only itself', () => {
    const { names, problems } = importServices(
      'protocol,port,name\ntcp,8443,portal\r\n17;9999;"game ""x""" \n47,,tunnel\n' +
        'ssh\t\t22/tcp\nsyslog-tls\t6514/tcp syslogs # alias\nhttp 8080/tcp www\n\n# remark\n' +
        'tcp,70000,far\nnonsense,1,x\nudp,53,\n6,80,=HYPERLINK("x")\nudp,99,<b>\u202E</b>\n',
    );
    expect(Object.fromEntries(names)).toEqual({
      ...{ '6/8443': 'portal', '17/9999': 'game "x"', 47: 'tunnel', '6/22': 'ssh' },
      ...{ '6/6514': 'syslog-tls', '6/8080': 'http', '6/80': '=HYPERLINK("x")', '17/99': '<b>\uFFFD</b>' },
    });
    expect(problems.map((problem) => problem.replace(/;.*/, ''))).toEqual([
      'Line 10: “tcp/70000” is no service',
      'Line 11: “nonsense/1” is no service',
      'Line 12: 17/53 has no name.',
    ]);
  });

  it('are bounded', () => {
    const lines = Array.from({ length: 20_000 }, (_, n) => `${n % 2 ? 'tcp' : 'udp'},${(n >> 1) + 1},n${n}`);
    const { names, problems } = importServices(lines.join('\n'));
    expect(names.size).toBe(MOST_OWN_SERVICES);
    expect(problems.at(-1)).toBe('9980 more lines were not taken.');
  });
});

describe('addresses that a name server is asked of', () => {
  it.each([
    '0.0.0.0',
    '127.0.0.1',
    '169.254.1.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'ff02::1',
    'x',
  ])('are not %s', (address) => expect(isResolvable(address)).toBe(false));
  it.each(['10.0.0.1', '192.0.2.1', '2001:db8::1', 'fd00::1'])('are %s', (address) =>
    expect(isResolvable(address)).toBe(true),
  );
});
