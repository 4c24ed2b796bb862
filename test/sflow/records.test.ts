/** Every structure of the registry: written, read back whole, cut at every octet, lengthened, poisoned. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Space, tagText } from '../../main/sflow/field.ts';
import { plainFields } from '../../main/sflow/plain.ts';
import { structures } from '../../main/sflow/registry.ts';
import { MAX_TEXT_OCTETS, safeText } from '../../main/sflow/text.ts';
import { MAX_DEPTH, readTree, type TreeNode } from '../../main/sflow/tree.ts';
import { type RecordDescription, type WriteValues, writeRecord } from '../../main/sflow/write.ts';
import { fixtureRecord } from './fixtures.ts';

const all = (['flow', 'counter', 'sample'] as const).flatMap((space) =>
  [...structures[space].values()].map((structure) => ({
    space,
    structure,
    title: `${space} ${tagText(structure.tag)} ${structure.name}`,
  })),
);

function read(space: Space, tag: number, bytes: Uint8Array, start = 0, end = bytes.length): TreeNode {
  return readTree(bytes, new DataView(bytes.buffer, bytes.byteOffset), space, tag, start, end);
}

/** One line per leaf: where, what, how shown. */
function lines(node: TreeNode, path = ''): string[] {
  const name = path === '' ? node.name : `${path}.${node.name}`;
  const own =
    node.kind === 'leaf'
      ? [
          `${node.offset}+${node.length} ${name} = ${node.value} (${node.text}${node.unit && ` ${node.unit}`})`,
        ]
      : [];
  return [...own, ...node.children.flatMap((child) => lines(child, name))];
}

function depthOf(node: TreeNode): number {
  return 1 + Math.max(0, ...node.children.map(depthOf));
}

describe('each structure', () => {
  test.each(all)('$title is written and read back', ({ space, structure }) => {
    const octets = writeRecord(space, fixtureRecord(structure));
    const tree = read(space, structure.tag, octets);
    expect(tree.note).toBe('');
    expect(tree.name).toBe(structure.name);
    expect(tree.children.map((child) => child.name)).toEqual(structure.fields.map((field) => field.name));
    const fields = JSON.parse(JSON.stringify(plainFields(tree.children))) as WriteValues;
    expect(writeRecord(space, { name: structure.name, tag: structure.tag, fields })).toEqual(octets);
  });

  test('the layouts are what they were', async () => {
    const text = all.map(({ space, structure, title }) => {
      const octets = writeRecord(space, fixtureRecord(structure));
      const hex = Buffer.from(octets).toString('hex');
      return [`${title}, ${structure.document}`, hex, ...lines(read(space, structure.tag, octets)), ''].join(
        '\n',
      );
    });
    await expect(text.join('\n')).toMatchFileSnapshot('golden/structures.txt');
  });

  test.each(all)('$title reads as far as it goes', ({ space, structure }) => {
    const octets = writeRecord(space, fixtureRecord(structure));
    for (let length = 0; length < octets.length; length++) {
      const tree = read(space, structure.tag, octets, 0, length);
      // Only the padding of the last field may be missing.
      if (octets.length - length > 3) expect(tree.note, `${length} octets`).not.toBe('');
      expect(tree.children.length).toBeLessThanOrEqual(structure.fields.length);
      // Nothing that was read may be of octets that are not there.
      const poisoned = octets.slice();
      poisoned.fill(0xa5, length);
      expect(read(space, structure.tag, poisoned, 0, length)).toEqual(tree);
    }
  });

  test.each(all)('$title may be longer than it is known', ({ space, structure }) => {
    const octets = writeRecord(space, fixtureRecord(structure));
    const longer = new Uint8Array(octets.length + 8);
    longer.set(octets);
    const tree = read(space, structure.tag, longer);
    expect(tree.note).toBe('8 octets more than are known');
    expect(tree.children).toEqual(read(space, structure.tag, octets).children);
  });

  test.each(all)('$title survives every changed octet', ({ space, structure }) => {
    const octets = writeRecord(space, fixtureRecord(structure));
    for (let i = 0; i < octets.length; i++)
      for (const value of [0, 1, 0x7f, 0x80, 0xff]) {
        const changed = octets.slice();
        changed[i] = value;
        expect(read(space, structure.tag, changed).children.length).toBeLessThanOrEqual(
          structure.fields.length,
        );
      }
  });
});

test('published lengths', () => {
  const published: Record<string, number> = {
    sampled_ethernet: 24,
    sampled_ipv4: 32,
    sampled_ipv6: 56,
    extended_socket_ipv4: 20,
    extended_socket_ipv6: 44,
    extended_tcp_info: 48,
    extended_entities: 16,
    if_counters: 88,
    ethernet_counters: 52,
    tokenring_counters: 72,
    vg_counters: 80,
    vlan_counters: 28,
    ieee80211_counters: 80,
    lag_port_stats: 56,
    pfc: 20,
    processor: 28,
    queue_length: 52,
    of_port: 12,
    host_cpu: 80,
    host_memory: 72,
    host_disk_io: 52,
    host_net_io: 40,
    mib2_ip_group: 76,
    mib2_icmp_group: 100,
    mib2_tcp_group: 60,
    mib2_udp_group: 28,
    virt_node: 28,
    virt_cpu: 12,
    virt_memory: 16,
    virt_disk_io: 52,
    virt_net_io: 40,
    jvm_statistics: 108,
    http_counters: 60,
    app_resources: 40,
    memcache_counters: 140,
    vdi: 92,
    app_workers: 20,
    ovs_dp_stats: 24,
    hw_tables: 144,
    nvidia_gpu: 48,
  };
  const measured = Object.fromEntries(
    all
      .filter(({ structure }) => structure.name in published)
      .map(({ space, structure }) => [structure.name, writeRecord(space, fixtureRecord(structure)).length]),
  );
  expect(measured).toEqual(published);
});

test('what is left out is written as unknown', () => {
  const octets = writeRecord('counter', { name: 'if_counters', fields: { ifIndex: 5 } });
  const texts = Object.fromEntries(
    read('counter', 1, octets).children.map((child) => [child.name, child.text]),
  );
  expect(texts).toMatchObject({
    ifIndex: '5',
    ifSpeed: '0',
    ifDirection: 'unknown',
    ifInOctets: 'unknown',
    ifOutErrors: 'unknown',
    ifPromiscuousMode: '0',
  });
});

test('names and forms of values', () => {
  const shown = (space: Space, record: RecordDescription, tag: number) =>
    Object.fromEntries(
      read(space, tag, writeRecord(space, record)).children.map((node) => [node.name, node.text]),
    );
  expect(
    shown(
      'flow',
      { name: 'sampled_ethernet', fields: { length: 64, src_mac: '00:11:22:33:44:55', type: 2048 } },
      2,
    ),
  ).toEqual({ length: '64', src_mac: '00:11:22:33:44:55', dst_mac: '00:00:00:00:00:00', type: 'IPv4' });
  expect(
    shown('flow', { name: 'extended_router', fields: { nexthop: '2001:db8:0:0:1:0:0:1' } }, 1002),
  ).toEqual({
    nexthop: '2001:db8::1:0:0:1',
    src_mask_len: '0',
    dst_mask_len: '0',
  });
  expect(shown('flow', { name: 'extended_switch', fields: { src_vlan: 4 } }, 1001)).toEqual({
    src_vlan: '4',
    src_priority: 'unknown',
    dst_vlan: 'unknown',
    dst_priority: 'unknown',
  });
  expect(
    shown(
      'counter',
      { name: 'host_descr', fields: { uuid: '00112233-4455-6677-8899-aabbccddeeff', os_name: 2 } },
      2000,
    ),
  ).toMatchObject({
    uuid: '00112233-4455-6677-8899-aabbccddeeff',
    machine_type: 'unknown',
    os_name: 'linux',
  });
});

test('a host_cpu of 68 octets is whole but for what came later', () => {
  const octets = writeRecord('counter', { name: 'host_cpu', fields: { contexts: 9 } });
  const tree = read('counter', 2003, octets, 0, 68);
  expect(tree.children.at(-1)?.name).toBe('contexts');
  expect(tree.note).toBe('ends before cpu_steal');
});

test('records nest to a limit, however deep they are sent', () => {
  let octets: Uint8Array = writeRecord('flow', { name: 'extended_vni_egress', fields: { vni: 1 } });
  let tag = 1029;
  for (let depth = 0; depth < 200; depth++) {
    octets = writeRecord('flow', {
      name: 'extended_80211_aggregation',
      fields: { pdus: [{ flow_records: [{ tag, octets }] }] },
    });
    tag = 1016;
  }
  const tree = read('flow', 1016, octets);
  expect(depthOf(tree)).toBeLessThanOrEqual(5 * (MAX_DEPTH + 2));
  expect(JSON.stringify(tree)).toContain('nested too deep');
});

describe('text from the network (hazard 14)', () => {
  test('is harmless once read', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (octets) => {
        const text = safeText(octets, 0, octets.length);
        expect(text.length).toBeLessThanOrEqual(MAX_TEXT_OCTETS + 1);
        expect(/[\p{Cc}\p{Cs}\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u.test(text)).toBe(false);
      }),
      { seed: 3 },
    );
  });

  test('keeps what is fair', () => {
    const encode = (text: string) => new TextEncoder().encode(text);
    const safe = (octets: Uint8Array) => safeText(octets, 0, octets.length);
    expect(safe(encode('swp1 — Zürich 東京 🙂'))).toBe('swp1 — Zürich 東京 🙂');
    expect(safe(encode('eth0\0\0\0'))).toBe('eth0');
    expect(safe(encode('a\u001b[31mb\r\nc'))).toBe('a\ufffd[31mb\ufffd\ufffdc');
    expect(safe(encode('abc\u202egnp.exe'))).toBe('abc\ufffdgnp.exe');
    expect(safe(Uint8Array.of(0x61, 0xff, 0xc3, 0x28))).toBe('a\ufffd\ufffd(');
    expect(safe(encode('x'.repeat(5000)))).toBe(`${'x'.repeat(MAX_TEXT_OCTETS)}…`);
  });

  test('a string that states 4 GiB shows what is there', () => {
    const octets = writeRecord('counter', { name: 'port_name', fields: { name: 'swp1' } });
    octets.fill(0xff, 0, 4);
    const tree = read('counter', 1005, octets);
    expect(tree.children[0]).toMatchObject({ value: 'swp1', note: 'states 4294967295 octets, 4 are there' });
  });
});

describe('the builder refuses in one plain sentence', () => {
  const refusals: [RecordDescription, string][] = [
    [
      { name: 'no_such', fields: {} },
      'There is no flow record named "no_such"; use a name of the sFlow documents.',
    ],
    [
      { name: 'extended_vni_egress', fields: { vnii: 1 } },
      'The record extended_vni_egress has no field "vnii".',
    ],
    [
      { name: 'extended_router', fields: { nexthop: '10.0.0.256' } },
      'The value for extended_router.nexthop cannot be written: it must be an IPv4 or IPv6 address.',
    ],
  ];
  test.each(refusals)('%j', (record, message) => {
    expect(() => writeRecord('flow', record)).toThrow(new RangeError(message));
  });
});
