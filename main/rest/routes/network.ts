/** What is told about the network: groups, maps, topology; and where datagrams are sent on to. */
import { locationsCsv } from '../../../shared/format/locations.ts';
import type { ServiceNameTable } from '../../../shared/format/service-names.ts';
import type { ForwardingTarget } from '../../../shared/model/forwarding.ts';
import type { GroupTable, MapTable, Topology } from '../../../shared/model/knowledge.ts';
import { objectOf } from '../body.ts';
import type { Call } from '../host.ts';
import { numberOf, RestError, type Route, textOf } from '../route.ts';

const GROUPS = '{external:["0.0.0.0/0","::/0"],internal:["10.0.0.0/8"]}';
const MAP = '{member1:["080027B8326D"],member2:["080027095CF7"]}';
const TOPOLOGY =
  '{nodes:{leaf1:{agent:"10.0.0.1",ports:{swp1:{ifindex:"3"}}}},links:{L1:{node1:"leaf1",port1:"swp1",node2:"spine1",port2:"swp1"}}}';
const SERVICES = '{"tcp/8443":"portal","47":"tunnel"}';
const TARGET = '{address:"10.0.0.1",port:6343}';

const address = textOf(
  'address',
  'An IP or MAC address, a block such as 10.0.0.0/8, or a part of a name; all where absent.',
);
const maxHosts = numberOf('maxHosts', 'At most so many.', { otherwise: 1000, least: 1, most: 10_000 });

/** The one table of a script that knows of one only. */
const DEFAULT_TABLE = 'default';

type Tables = {
  path: 'group' | 'map';
  what: string;
  body: string;
  list(call: Call): Promise<Record<string, unknown>>;
  put(call: Call, name: string, body: Record<string, unknown>): Promise<unknown>;
  remove(call: Call, name: string): Promise<unknown>;
};

const groups: Tables = {
  ...{ path: 'group', what: 'group table', body: GROUPS },
  list: (call) => call('groups.list'),
  put: (call, name, body) => call('groups.put', name, body as GroupTable),
  remove: (call, name) => call('groups.delete', name),
};
const maps: Tables = {
  ...{ path: 'map', what: 'map', body: MAP },
  list: (call) => call('maps.list'),
  put: (call, name, body) => call('maps.put', name, body as MapTable),
  remove: (call, name) => call('maps.delete', name),
};

async function existing(tables: Tables, call: Call, name: string): Promise<unknown> {
  const all = await tables.list(call);
  if (!Object.hasOwn(all, name)) throw new RestError(404, `There is no ${tables.what} “${name}”.`);
  return all[name];
}

function tableRoutes(tables: Tables): Route[] {
  const { path, what, body: example } = tables;
  const common = { group: 'Network', answers: 'json' } as const;
  const one = `/${path}/{name}/json`;
  return [
    {
      ...common,
      methods: ['GET'],
      path: `/${path}/json`,
      summary: `Every ${what}, by name.`,
      handle: ({ call }) => tables.list(call),
    },
    {
      ...common,
      methods: ['PUT', 'POST'],
      path: `/${path}/json`,
      summary: `Sets the ${what} “${DEFAULT_TABLE}”.`,
      body: example,
      handle: ({ call, body }) => tables.put(call, DEFAULT_TABLE, objectOf(body, example)),
    },
    {
      ...common,
      methods: ['GET'],
      path: one,
      summary: `One ${what}.`,
      handle: ({ call, path: { name } }) => existing(tables, call, name!),
    },
    {
      ...common,
      methods: ['PUT', 'POST'],
      path: one,
      summary: `Sets a ${what}.`,
      body: example,
      handle: ({ call, path: { name }, body }) => tables.put(call, name!, objectOf(body, example)),
    },
    {
      ...common,
      methods: ['DELETE'],
      path: one,
      summary: `Deletes a ${what}.`,
      answers: 'nothing',
      async handle({ call, path: { name } }) {
        await tables.remove(call, name!);
      },
    },
  ];
}

export const networkRoutes: readonly Route[] = [
  ...tableRoutes(groups),
  {
    methods: ['GET'],
    path: '/groups/json',
    group: 'Network',
    summary: 'Every group table, by name, as at /group/json.',
    answers: 'json',
    handle: ({ call }) => groups.list(call),
  },
  ...tableRoutes(maps),
  {
    methods: ['GET'],
    path: '/topology/json',
    group: 'Network',
    summary: 'Nodes and links as they were told.',
    answers: 'json',
    handle: ({ call }) => call('topology.get'),
  },
  {
    methods: ['PUT', 'POST'],
    path: '/topology/json',
    group: 'Network',
    summary: 'Tells nodes and links; {} forgets them.',
    body: TOPOLOGY,
    answers: 'json',
    handle: ({ call, body }) => call('topology.put', objectOf(body, TOPOLOGY) as Topology),
  },
  {
    methods: ['GET'],
    path: '/service/json',
    group: 'Network',
    summary: 'What the user calls services (protocol/port) and IP protocols.',
    answers: 'json',
    handle: ({ call }) => call('serviceNames.list'),
  },
  {
    methods: ['PUT', 'POST'],
    path: '/service/json',
    group: 'Network',
    summary: 'Adds names to those there are; an empty one takes the name away.',
    body: SERVICES,
    answers: 'json',
    async handle({ call, body }) {
      await call('serviceNames.put', objectOf(body, SERVICES) as ServiceNameTable);
      return call('serviceNames.list');
    },
  },
  {
    methods: ['GET'],
    path: '/locations/json',
    group: 'Network',
    summary:
      'Where hosts are attached: switch, port and VLAN, since when, and who has moved; by samples alone.',
    query: [address, maxHosts],
    answers: 'json',
    handle: ({ call, query }) => call('locate', address.read(query), maxHosts.read(query)),
  },
  {
    methods: ['GET'],
    path: '/locations/csv',
    group: 'Network',
    summary: 'The same hosts as CSV.',
    query: [address, maxHosts],
    answers: 'text',
    async handle({ call, query }) {
      return locationsCsv((await call('locate', address.read(query), maxHosts.read(query))).hosts);
    },
  },
  {
    methods: ['GET'],
    path: '/forwarding/json',
    group: 'Network',
    summary: 'Where received datagrams are sent on to, and how that goes.',
    answers: 'json',
    async handle({ call }) {
      const all = await call('forwarding.list');
      return Object.fromEntries(
        all.map(({ name, target, sent, dropped, problem }) => [name, { ...target, sent, dropped, problem }]),
      );
    },
  },
  {
    methods: ['GET'],
    path: '/forwarding/{name}/json',
    group: 'Network',
    summary: 'One target of forwarding.',
    answers: 'json',
    async handle({ call, path }) {
      const found = (await call('forwarding.list')).find(({ name }) => name === path.name);
      if (!found) throw new RestError(404, `Nothing is forwarded by the name “${path.name}”.`);
      const { target, sent, dropped, problem } = found;
      return { ...target, sent, dropped, problem };
    },
  },
  {
    methods: ['PUT', 'POST'],
    path: '/forwarding/{name}/json',
    group: 'Network',
    summary: 'Sends every received datagram on, as it is.',
    body: TARGET,
    answers: 'json',
    handle: ({ call, path, body }) => call('forwarding.put', path.name!, targetOf(objectOf(body, TARGET))),
  },
  {
    methods: ['DELETE'],
    path: '/forwarding/{name}/json',
    group: 'Network',
    summary: 'Ends it.',
    answers: 'nothing',
    async handle({ call, path }) {
      await call('forwarding.delete', path.name!);
    },
  },
];

/** Ports are written as numbers and as texts. Throws RestError. */
function targetOf({ address, port = 6343, ...more }: Record<string, unknown>): ForwardingTarget {
  const number = Number(port);
  if (typeof address !== 'string' || !Number.isInteger(number) || Object.keys(more).length > 0)
    throw new RestError(400, `The body must be an address and a port, as in ${TARGET}.`);
  return { address, port: number };
}
