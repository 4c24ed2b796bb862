/** The servers of the sample network are honest too: their traffic is that of their port, and what ends says so. */
import { describe, expect, test } from 'vitest';
import { SampleNetwork } from '../../main/sample-network/network.ts';
import { plainDatagram, readDatagramTree } from '../../main/sflow/inspect.ts';

const START_MS = 1_750_000_000_000;
const NODE_CLASS = 3;
const RUNNING = 1;
const SHUT_OFF = 5;

type Fields = Record<string, number | string>;
type Told = { agent: string; timeMs: number; entityClass: number; records: Map<string, Fields> };

const network = new SampleNetwork({ seed: 3, agents: 6, ratePerSecond: 100, startMs: START_MS });
const told: Told[] = [];
for (const { datagram, agent, timeMs } of network.step(START_MS + 200_000)) {
  if (!network.servers.includes(agent)) continue;
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
  const { samples, problems } = plainDatagram(
    readDatagramTree(datagram, view, 0, datagram.length),
  ) as never as {
    samples: { fields: { source_id: number; counters: { name: string; fields: Fields }[] } }[];
    problems: unknown[];
  };
  expect(problems).toEqual([]);
  for (const { fields } of samples) {
    const records = new Map(fields.counters.map((one) => [one.name, one.fields]));
    told.push({ agent, timeMs, entityClass: fields.source_id >>> 24, records });
  }
}
const hosts = told.filter(({ entityClass }) => entityClass !== NODE_CLASS);
const nodes = told.filter(({ entityClass }) => entityClass === NODE_CLASS);
const nameOf = ({ records }: Told) => String(records.get('host_descr')!.hostname);

describe('servers', () => {
  test('tell of processor, memory, disk and network; one has a GPU', () => {
    expect(new Set(hosts.map(nameOf))).toEqual(new Set(['app1', 'app2', 'db1']));
    for (const { records } of hosts)
      expect([...records.keys()]).toEqual(
        expect.arrayContaining(['host_cpu', 'host_memory', 'host_disk_io', 'host_net_io']),
      );
    expect(new Set(hosts.filter(({ records }) => records.has('nvidia_gpu')).map(nameOf))).toEqual(
      new Set(['app2']),
    );
  });

  test('count what passed their port at the switch, as far as they have told', () => {
    const { interfaces } = network.truth();
    for (const [agent, ifIndex] of [
      ['10.20.10.13', 3],
      ['10.20.10.15', 5],
    ] as const) {
      const port = interfaces.find((one) => one.agent === '10.20.0.11' && one.ifIndex === ifIndex)!;
      const last = hosts.findLast((one) => one.agent === agent)!.records.get('host_net_io')!;
      // Between the last poll and the end of the run at most a poll's worth passed.
      expect(Number(last.bytes_in)).toBeLessThanOrEqual(port.outOctets);
      expect(Number(last.bytes_in)).toBeGreaterThan(port.outOctets * 0.85);
      expect(Number(last.bytes_out)).toBeLessThanOrEqual(port.inOctets);
    }
  });

  test('their processor time never exceeds what the cores have', () => {
    const own = hosts.filter((one) => nameOf(one) === 'app1').map((one) => one.records.get('host_cpu')!);
    for (let index = 1; index < own.length; index++) {
      const [before, after] = [own[index - 1]!, own[index]!];
      const names = ['cpu_user', 'cpu_system', 'cpu_idle', 'cpu_wio', 'cpu_intr', 'cpu_sintr'];
      const spent = names.reduce((sum, name) => sum + Number(after[name]) - Number(before[name]), 0);
      expect(Math.abs(spent - 10_000 * 16)).toBeLessThan(20);
    }
  });

  test('containers come with their first sample and end with one that says so; machines stay', () => {
    const states = new Map<string, number[]>();
    for (const one of nodes) {
      const list = states.get(nameOf(one)) ?? [];
      list.push(Number(one.records.get('virt_cpu')!.state));
      states.set(nameOf(one), list);
      expect(one.records.get('host_parent')).toMatchObject({ container_type: 2, container_index: 1 });
    }
    const ended = [...states].filter(([, list]) => list.includes(SHUT_OFF));
    expect(ended.length).toBeGreaterThan(0);
    for (const [, list] of ended) expect(list.indexOf(SHUT_OFF)).toBe(list.length - 1);
    expect(states.get('orders-db')!.every((state) => state === RUNNING)).toBe(true);
    // What a scaled service starts is new: no name comes back.
    expect([...states.keys()].filter((name) => name.startsWith('shop_web.')).length).toBeGreaterThan(3);
  });
});
