import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeHeader } from '../../main/packet/describe.ts';
import type { DescribedField, DescribedLayer } from '../../shared/model/packet.ts';
import { DNS_RESPONSE, FORMS, LLDP_FRAME } from './forms.ts';
import * as f from './frames.ts';
import { brokenDescription, read } from './read.ts';

const described = (frame: Uint8Array, headerProtocol = 1) =>
  describeHeader(frame, 0, frame.length, headerProtocol);

const lines = (layers: DescribedLayer[]) =>
  layers.map(
    ({ name, summary, offset, length, cut }) =>
      `${offset}+${length} ${name}: ${summary}${cut ? ' (cut)' : ''}`,
  );

const field = (layers: DescribedLayer[], layer: string, name: string): DescribedField | undefined =>
  layers.find((one) => one.name === layer)?.fields.find((one) => one.name === name);

describe('for people', () => {
  test('Ethernet, VLAN, IPv4, TCP', () => {
    const layers = described(
      f.ethernet(
        { vlans: [{ id: 10, priority: 2 }] },
        f.ipv4(
          { source: '10.4.3.2', destination: '10.4.4.2', ttl: 63, tos: 2 },
          f.tcp(
            { sourcePort: 40265, flags: 0x12, options: f.hex('020405b4 0402 01 030307 01 00') },
            f.hex('aabb'),
          ),
        ),
      ),
    );
    expect(lines(layers)).toEqual([
      '0+14 Ethernet: 02:00:00:00:00:01 → 02:00:00:00:00:02',
      '14+4 VLAN: 10, priority 2',
      '18+20 IPv4: 10.4.3.2 → 10.4.4.2, TTL 63, ECN 10',
      '38+32 TCP: 40265 → 5001, ACK, SYN',
      '70+2 Payload: 2 octets',
    ]);
    expect(field(layers, 'IPv4', 'source')).toEqual({
      name: 'source',
      text: '10.4.3.2',
      value: '10.4.3.2',
      unit: '',
      offset: 30,
      length: 4,
      fields: [],
    });
    expect(field(layers, 'TCP', 'options')!.fields.map((option) => `${option.name} ${option.text}`)).toEqual([
      'maximum segment size 1460',
      'selective acknowledgements permitted yes',
      'window scale × 128',
      'end of options ',
    ]);
  });

  test('an ICMP error shows the packet that it quotes, once', () => {
    const inner = f.ipv4({ source: '10.9.9.9', protocol: 17 }, f.hex('d431 0035 0020 0000'));
    expect(
      lines(described(f.ethernet({}, f.ipv4({}, f.icmp({ type: 3, code: 3 }, inner))))).slice(2),
    ).toEqual([
      '34+8 ICMP: destination unreachable: port',
      '42+20 IPv4, quoted: 10.9.9.9 → 10.0.0.2, TTL 64',
      '62+8 UDP, quoted: 54321 → 53',
    ]);
    const twice = f.ipv4({}, f.icmp({ type: 11 }, f.ipv4({}, f.icmp({ type: 11 }, inner))));
    expect(described(f.ethernet({}, twice)).map((layer) => layer.name)).toEqual([
      'Ethernet',
      'IPv4',
      'ICMP',
      'IPv4, quoted',
      'ICMP, quoted',
      'Payload',
    ]);
  });

  test('DNS', () => {
    const layers = described(
      f.ethernet({}, f.ipv4({}, f.udp({ sourcePort: 53, destinationPort: 4000 }, DNS_RESPONSE))),
    );
    expect(lines(layers).at(-1)).toBe('42+67 DNS: A www.example.com: org.example.com, 10.0.0.1');
    const dns = layers.at(-1)!;
    expect(dns.fields.slice(-3).map((one) => one.text)).toEqual([
      'A www.example.com',
      'CNAME www.example.com: org.example.com',
      'A org.example.com: 10.0.0.1',
    ]);
  });

  test('DNS names that point at themselves, forward, or never end', () => {
    for (const name of ['c00c', 'c0ff', 'c000', '3f41', '40', '80']) {
      const message = f.join(f.u16(1), f.u16(0x0100), f.u16(1), new Uint8Array(6), f.hex(name));
      const frame = f.ethernet({}, f.ipv4({}, f.udp({ destinationPort: 53 }, message)));
      expect(brokenDescription(described(frame), 0, frame.length)).toBe('');
      expect(described(frame).at(-1)!.cut).toBe(true);
    }
  });

  test('neighbours: LLDP, CDP, spanning tree', () => {
    const lldp = described(f.ethernet({}, LLDP_FRAME));
    expect(lldp.at(-1)!.summary).toBe('leaf1');
    expect(lldp.at(-1)!.fields.map((one) => `${one.name}: ${one.text}`)).toEqual([
      'chassis id: 02:00:00:00:00:01',
      'port id: swp1',
      'time to live: 120',
      'system name: leaf1',
      'management address: 10.0.0.1',
      'organisation specific: 00 80 c2 01 00 01',
      'end: ',
    ]);
    const byName = new Map(FORMS.map(([name, frame]) => [name, frame]));
    expect(described(byName.get('CDP')!).at(-1)).toMatchObject({ name: 'CDP', summary: 'leaf1' });
    expect(described(byName.get('spanning tree')!).at(-1)).toMatchObject({
      name: 'Spanning tree',
      summary: 'rapid, root 32768 / 02:00:00:00:00:01',
    });
  });

  test('an ARP request, an acknowledgement of RDMA', () => {
    expect(lines(described(f.ethernet({}, f.arp()))).at(-1)).toBe(
      '14+28 ARP: who has 10.0.0.2, tell 10.0.0.1',
    );
    const roce = f.ethernet({}, f.ipv4({}, f.udp({}, f.baseTransport({ opcode: 17 }, f.hex('00000001')))));
    expect(lines(described(roce)).at(-1)).toBe(
      '42+16 InfiniBand base transport: RC acknowledge, queue pair 0x000012',
    );
    expect(field(described(roce), 'InfiniBand base transport', 'message sequence')!.value).toBe(1);
  });

  test('hostile names are shown, not obeyed', () => {
    const layers = described(f.ethernet({}, f.lldp([[5, new TextEncoder().encode('\u001b[2Jx\u202Egnp')]])));
    expect(layers.at(-1)!.summary).toBe('␛[2Jx\uFFFDgnp');
  });

  test('what stands between headers is named', () => {
    const inner = f.ethernet({}, f.ipv4());
    const names = (frame: Uint8Array) => described(frame).map((layer) => layer.name);
    expect(names(f.ethernet({}, f.mpls([16], f.join(new Uint8Array(4), inner))))).toContain('Control word');
    expect(names(f.ethernet({}, f.ipv4({}, f.l2tpV3(1, inner, new Uint8Array(8)))))).toContain('Cookie');
    expect(names(f.ethernet({ vlans: [1, 2, 3, 4, 5, 6].map((id) => ({ id })) }, f.ipv4()))).toEqual([
      'Ethernet',
      ...['VLAN', 'VLAN', 'VLAN', 'VLAN'],
      'More VLAN tags',
      'IPv4',
    ]);
  });

  test('what is not read is shown as octets', () => {
    expect(lines(described(f.hex('0102030405'), 4))).toEqual(['0+5 FDDI: 5 octets']);
    expect(lines(described(f.hex('01'), 99))).toEqual(['0+1 Payload: 1 octet']);
    expect(described(new Uint8Array(0))).toEqual([]);
    expect(describeHeader(f.hex('0102'), 5, 1, 1)).toEqual([]);
    expect(describeHeader(f.hex('0102'), -5, 100, 1)).toHaveLength(1);
  });
});

describe('whatever the octets', () => {
  test.each(FORMS)('%s, whole and cut at every octet', (_name, frame, headerProtocol) => {
    for (let length = 0; length <= frame.length; length++) {
      const layers = describeHeader(frame, 0, length, headerProtocol);
      expect(brokenDescription(layers, 0, length)).toBe('');
      const words = layers
        .filter((layer) => layer.word !== '' && !layer.name.endsWith('quoted'))
        .map((layer) => layer.word);
      expect(words.join('.')).toBe(read(frame.subarray(0, length), headerProtocol).stack);
    }
    expect(describeHeader(frame, 0, frame.length, headerProtocol).some((layer) => layer.cut)).toBe(false);
  });

  test('changed and random octets', () => {
    const random = fc.tuple(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom(1, 7, 11, 12, 13, 15, 16, 17, 18, 4),
    );
    const changed = fc
      .tuple(
        fc.constantFrom(...FORMS),
        fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 8 }),
        fc.nat(400),
      )
      .map(([[, frame, headerProtocol], edits, length]) => {
        const octets = frame.slice(0, Math.max(1, length));
        for (const [offset, octet] of edits) octets[offset % octets.length] = octet;
        return [octets, headerProtocol] as const;
      });
    fc.assert(
      fc.property(fc.oneof(random, changed), ([octets, headerProtocol]) => {
        const memory = f.join(new Uint8Array(20).fill(0xff), octets, new Uint8Array(20).fill(0xff));
        const layers = describeHeader(memory, 20, 20 + octets.length, headerProtocol);
        expect(brokenDescription(layers, 20, 20 + octets.length)).toBe('');
      }),
      {
        numRuns: 4000,
        // A system name of LLDP with "-1" in it.
        examples: [
          [
            [
              f.hex(
                '020000000002020000000001 88cc 02070402 0000000001 04050573777031 06020078 0a056c65612d3110',
              ),
              1,
            ],
          ],
        ],
      },
    );
  });
});
