import { describe, expect, it } from 'vitest';
import { tableCsv } from '../../../renderer/export/table-csv.ts';
import { chartsOf } from '../../../renderer/views/hosts/charts.ts';
import { hostColumns, hostFileColumns } from '../../../renderer/views/hosts/columns.ts';
import { addressText, inTree, kindOf, openRows, treeRows } from '../../../renderer/views/hosts/nodes.ts';
import { rolledUp, tagOptions } from '../../../renderer/views/hosts/roll-up.ts';
import { hostAgentText } from '../../../renderer/views/hosts/set-up.ts';
import { sparkOf } from '../../../renderer/views/hosts/use-sparks.ts';
import type { HostNode } from '../../../shared/model/metric.ts';

const node = (part: Partial<HostNode>): HostNode => ({
  agent: '10.0.0.1',
  dataSource: '2.1',
  parent: null,
  name: 'app1',
  uuid: '',
  machineType: 'x86_64',
  os: 'linux',
  osRelease: '6.1',
  addresses: [],
  metrics: { load_one: 1, cpu_utilization: 40, mem_total: 100, mem_free: 25, bytes_in: 1000 },
  tags: {},
  lastSeenMs: 0,
  gone: false,
  ...part,
});
const task = (index: number, part: Partial<HostNode> = {}): HostNode =>
  node({
    dataSource: `3.${index}`,
    parent: '2.1',
    name: `shop.${index}.abc`,
    tags: { swarm_name: 'shop' },
    metrics: { vir_cpu_utilization: 10 * index, vir_mem_utilization: 50, vir_bytes_in: 100 },
    ...part,
  });

describe('the tree of hosts', () => {
  it('has hosts, what runs on them below, and their figures under one name', () => {
    const rows = treeRows([task(1), node({}), task(2)], false);
    expect(rows.map(({ name, depth, kind }) => [name, depth, kind])).toEqual([
      ['app1', 0, 'host'],
      ['shop.1.abc', 1, 'container'],
      ['shop.2.abc', 1, 'container'],
    ]);
    expect(rows[0]!.below).toBe(2);
    expect(rows[0]!.figures).toMatchObject({ cpu: 40, load: 1, memoryOctets: 75, inBits: 8000 });
    expect(rows[2]!.figures).toMatchObject({ cpu: 20, memory: 50, inBits: 800 });
    expect(rows[2]!.figures.load).toBeNaN();
  });
  it('leaves out what is gone unless asked, and keeps what lost its parent', () => {
    const nodes = [node({ gone: true }), task(1), task(2, { gone: true })];
    expect(treeRows(nodes, false).map(({ name, depth }) => [name, depth])).toEqual([['shop.1.abc', 0]]);
    const all = treeRows(nodes, true);
    expect(all.map(({ name, depth, gone }) => [name, depth, gone])).toEqual([
      ['app1', 0, true],
      ['shop.1.abc', 1, false],
      ['shop.2.abc', 1, true],
    ]);
    expect(all[0]!.below).toBe(1);
  });
  it('ends where parents run in a circle, or a node names itself', () => {
    const circle = [task(1, { parent: '3.2' }), task(2, { parent: '3.1' }), task(3, { parent: '3.3' })];
    expect(
      treeRows(circle, false)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['10.0.0.1 3.1', '10.0.0.1 3.2', '10.0.0.1 3.3']);
  });
  it('has no row for a switch that tells only its name', () => {
    expect(treeRows([node({ metrics: {} })], true)).toEqual([]);
    expect(treeRows([node({ metrics: {} }), task(1)], true)).toHaveLength(2);
  });
  it('keeps each node below its parent however it is sorted, and hides the branches that are closed', () => {
    const rows = treeRows([node({}), task(1), task(2), node({ agent: '10.0.0.2', name: 'db1' })], false);
    const turned = inTree([...rows].reverse());
    expect(turned.map(({ name }) => name)).toEqual(['db1', 'app1', 'shop.2.abc', 'shop.1.abc']);
    expect(openRows(rows, new Set(['10.0.0.1 2.1'])).map(({ name }) => name)).toEqual(['app1', 'db1']);
  });
  it('knows what a node is', () => {
    expect(kindOf(task(1, { tags: { systemd_service: 'nginx.service' } }))).toBe('service');
    expect(kindOf(task(1, { tags: {}, metrics: { jvm_heap_used: 1 } }))).toBe('Java machine');
    expect(kindOf(task(1, { tags: {} }))).toBe('virtual node');
    expect(kindOf(node({ metrics: { cpu_5sec: 3 } }))).toBe('switch');
    expect(addressText('025703000002')).toBe('02:57:03:00:00:02');
  });
});

describe('a roll-up', () => {
  it('is one row per service, with what its running tasks use together, however many names there were', () => {
    const nodes = [
      node({}),
      task(1),
      task(2),
      ...Array.from({ length: 50 }, (_, i) => task(100 + i, { gone: true })),
    ];
    expect(tagOptions(nodes)).toEqual([{ tag: 'swarm_name', label: 'Swarm service' }]);
    const rows = rolledUp(nodes, treeRows(nodes, false), 'swarm_name');
    expect(rows.map(({ name, depth }) => [name, depth])).toEqual([
      ['shop', 0],
      ['shop.1.abc', 1],
      ['shop.2.abc', 1],
    ]);
    expect(rows[0]).toMatchObject({ below: 2, gone: false });
    // Processors and traffic add up, shares of a limit do not.
    expect(rows[0]!.figures).toMatchObject({ cpu: 30, memory: 50, inBits: 1600 });
  });
});

describe('names from the network', () => {
  it('stay text in the tree, the roll-up and the CSV', () => {
    const hostile = task(1, { name: '=cmd|\u202e<img src=x>', tags: { swarm_name: '+SUM(A1)' } });
    const rows = treeRows([node({}), hostile], false);
    expect(rows[1]!.name).not.toContain('\u202e');
    const csv = tableCsv(
      [...hostColumns(() => ''), ...hostFileColumns],
      rows,
      { fromMs: 0, toMs: 1000 },
      { zone: 'utc' },
    );
    expect(csv).toContain("'=cmd|\uFFFD<img src=x>");
    const groups = rolledUp([node({}), hostile], rows, 'swarm_name');
    expect(
      tableCsv(
        hostColumns(() => ''),
        groups,
        { fromMs: 0, toMs: 1000 },
        { zone: 'utc' },
      ),
    ).toContain("'+SUM(A1)");
  });
});

describe('the charts of a node', () => {
  it('are those whose metrics it tells', () => {
    const titles = (metrics: Record<string, number>) => chartsOf({ metrics }).map(({ title }) => title);
    expect(titles({ cpu_utilization: 3, load_one: 1, bytes_in: 2, bytes_out: 4 })).toEqual([
      'CPU',
      'Load',
      'Network',
    ]);
    expect(titles({ vir_cpu_utilization: 3, nvml_gpu_utilization: 5 })).toEqual(['CPU', 'GPU']);
    // Drops are shown where there are any.
    expect(titles({ drops_in: 0 })).toEqual([]);
    expect(titles({ drops_in: 2, drops_out: 0 })).toEqual(['Drops and errors']);
  });
});

describe('the small picture of a node', () => {
  it('has the mean of each part of the range, and nothing where nothing is known', () => {
    const spark = sparkOf({
      interval: { fromMs: 0, toMs: 24_000 },
      unit: '%',
      provenance: 'memory',
      timesMs: Float64Array.of(13_000, 14_000, 24_000),
      values: Float64Array.of(50, 100, Number.NaN),
    });
    expect(spark).toHaveLength(24);
    expect(spark[0]).toBeNaN();
    expect([spark[12], spark[13]]).toEqual([50, 100]);
    expect(spark[23]).toBeNaN();
  });
});

it('the configuration of a host agent has the address to send to', () => {
  expect(hostAgentText('192.0.2.10', 6343)).toContain('collector { ip = 192.0.2.10 udpport = 6343 }');
});
