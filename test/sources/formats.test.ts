/** pcap and pcapng in all their spellings, and every link type, give the same datagrams and times. */
import { describe, expect, test } from 'vitest';
import * as build from './builder.ts';
import { countOf, reading, sequences } from './reading.ts';

describe('pcap', () => {
  for (const little of [true, false]) {
    const order = little ? 'little' : 'big';
    test(`microseconds, ${order}-endian`, async () => {
      const format = { little };
      const file = build.bytesOf(
        build.pcapHeader(format),
        build.pcapRecord(build.frame(1), { seconds: 1_700_000_000, fraction: 123_457 }, format),
        build.pcapRecord(build.frame(2), { seconds: 1_700_000_001, fraction: 999_999 }, format),
      );
      const { seen, summary } = await reading(file);
      expect(seen.map((one) => one.timeMs)).toEqual([1_700_000_000_123.457, 1_700_000_001_999.999]);
      expect(seen[0]).toMatchObject({
        sequence: 1,
        octets: 28,
        sourceType: 4,
        source: [192, 0, 2, 1],
        sourcePort: 1234,
        destinationPort: 6343,
        recordOffset: 24,
        index: 0,
        truncated: false,
      });
      expect(summary).toMatchObject({
        format: 'pcap',
        compression: 'none',
        packets: 2,
        datagrams: 2,
        octets: 56,
        firstMs: 1_700_000_000_123.457,
        lastMs: 1_700_000_001_999.999,
        complete: true,
        problems: [],
        skipped: [],
        notice: '',
      });
    });
    test(`nanoseconds, ${order}-endian`, async () => {
      const format = { little, nanoseconds: true };
      const file = build.bytesOf(
        build.pcapHeader(format),
        build.pcapRecord(build.frame(1), { fraction: 123_456_789 }, format),
      );
      const { seen } = await reading(file);
      expect(seen[0]?.timeMs).toBeCloseTo(1_700_000_000_123.457, 3);
    });
    test(`modified, ${order}-endian`, async () => {
      const file = build.pcap([build.frame(1), build.frame(2)], { little, modified: true });
      expect(sequences(await reading(file))).toEqual([1, 2]);
    });
  }

  test('times may go back', async () => {
    const file = build.bytesOf(
      build.pcapHeader(),
      build.pcapRecord(build.frame(1), { seconds: 200 }),
      build.pcapRecord(build.frame(2), { seconds: 100 }),
    );
    const { summary } = await reading(file);
    expect(summary).toMatchObject({ datagrams: 2, firstMs: 100_000, lastMs: 200_000 });
  });

  test('a time of 0 is a time', async () => {
    const file = build.bytesOf(build.pcapHeader(), build.pcapRecord(build.frame(1), { seconds: 0 }));
    expect((await reading(file)).seen[0]?.timeMs).toBe(0);
  });

  test('the bits of the frame check sequence in the link type field do not disturb', async () => {
    const file = build.pcap([build.frame(1)], { linkType: 0x54000001 });
    expect(sequences(await reading(file))).toEqual([1]);
  });

  test('reading begins at any record', async () => {
    const file = build.pcap([1, 2, 3, 4].map((sequence) => build.frame(sequence)));
    const all = await reading(file);
    for (const [index, { recordOffset }] of all.seen.entries()) {
      const some = await reading(file, { from: { recordOffset } });
      expect(sequences(some)).toEqual([1, 2, 3, 4].slice(index));
      expect(some.seen[0]?.recordOffset).toBe(recordOffset);
    }
  });
});

describe('pcapng', () => {
  for (const little of [true, false]) {
    test(`enhanced, obsolete and simple packets, ${little ? 'little' : 'big'}-endian`, async () => {
      const file = build.bytesOf(
        build.section(little),
        build.interfaceBlock({}, little),
        build.enhanced(build.frame(1), 1_700_000_000_123_457n, 0, little),
        build.obsolete(build.frame(2), 1_700_000_001_000_000n, 0, little),
        build.simple(build.frame(3), little),
        build.block(5, new Uint8Array(20), little),
        build.block(0x0bad, new Uint8Array(3), little),
      );
      const { seen, summary } = await reading(file);
      expect(seen.map((one) => [one.sequence, one.timeMs])).toEqual([
        [1, 1_700_000_000_123.457],
        [2, 1_700_000_001_000],
        [3, 1_700_000_001_000],
      ]);
      expect(summary).toMatchObject({
        format: 'pcapng',
        packets: 3,
        complete: true,
        problems: [],
        notice: '',
      });
    });
  }

  const resolutions: [string, build.InterfaceFields, bigint, number][] = [
    ['microseconds where not told', {}, 1_700_000_000_000_001n, 1_700_000_000_000.001],
    ['seconds', { resolution: 0 }, 1_700_000_000n, 1_700_000_000_000],
    ['milliseconds', { resolution: 3 }, 1_700_000_000_001n, 1_700_000_000_001],
    ['nanoseconds', { resolution: 9 }, 1_700_000_000_000_500_000n, 1_700_000_000_000.5],
    ['1/1024 s', { resolution: 0x8a }, 1_700_000_000n * 1024n + 512n, 1_700_000_000_500],
    ['an offset', { offsetSeconds: 1_700_000_000n }, 5_000_000n, 1_700_000_005_000],
    ['a negative offset', { offsetSeconds: -10n }, 1_700_000_010_000_000n, 1_700_000_000_000],
  ];
  for (const [name, fields, units, timeMs] of resolutions) {
    test(`times: ${name}`, async () => {
      const file = build.bytesOf(
        build.section(),
        build.interfaceBlock(fields),
        build.enhanced(build.frame(1), units),
      );
      expect((await reading(file)).seen[0]?.timeMs).toBeCloseTo(timeMs, 3);
    });
  }

  test('several interfaces and several sections, each with its own order', async () => {
    const raw = build.ipv4(build.udp(build.sflow(2)));
    const file = build.bytesOf(
      build.section(true),
      build.interfaceBlock({ linkType: 1 }),
      build.interfaceBlock({ linkType: 101, resolution: 9 }),
      build.enhanced(build.frame(1), 1_000_000n, 0),
      build.enhanced(raw, 2_000_000_000n, 1),
      build.section(false),
      build.interfaceBlock({ linkType: 101 }, false),
      build.enhanced(raw, 3_000_000n, 0, false),
    );
    expect((await reading(file)).seen.map((one) => one.timeMs)).toEqual([1000, 2000, 3000]);
  });

  test('a packet of an interface that is not described is counted', async () => {
    const file = build.bytesOf(
      build.section(),
      build.interfaceBlock(),
      build.enhanced(build.frame(1), 1n, 3),
      build.enhanced(build.frame(2), 1n, 0),
    );
    const result = await reading(file);
    expect(sequences(result)).toEqual([2]);
    expect(result.summary?.problems).toEqual([
      { name: 'packet of an interface that is not described', count: 1 },
    ]);
  });

  test('a simple packet is cut at the snapshot length', async () => {
    const whole = build.frame(1, 100);
    const file = build.bytesOf(
      build.section(),
      build.interfaceBlock({ snap: 96 }),
      build.simple(whole.subarray(0, 96), true, whole.length),
    );
    const { seen, summary } = await reading(file);
    expect(seen[0]).toMatchObject({ sequence: 1, truncated: true, octets: 96 - 42 });
    expect(summary?.notice).toBe(
      'The capture has one packet cut short at capture; capture whole packets to keep all samples.',
    );
  });

  test('a block larger than the window is passed over', async () => {
    const large = build.block(4, new Uint8Array(12 * 1024 * 1024));
    const head = build.bytesOf(build.section(), build.interfaceBlock());
    const packets = build.bytesOf(
      build.enhanced(build.frame(1), 1n),
      large,
      build.enhanced(build.frame(2), 2n),
    );
    expect(sequences(await reading(build.bytesOf(head, packets)))).toEqual([1, 2]);
  });

  test('reading begins at any record', async () => {
    const packets = [1, 2, 3].map((sequence) => build.enhanced(build.frame(sequence), BigInt(sequence)));
    const file = build.bytesOf(build.section(), build.interfaceBlock(), ...packets);
    const all = await reading(file);
    const from = { recordOffset: all.seen[1]?.recordOffset ?? 0 };
    expect(sequences(await reading(file, { from }))).toEqual([2, 3]);
  });
});

describe('link types', () => {
  const packet = build.ipv4(build.udp(build.sflow(1)));
  const packet6 = build.ipv6(build.udp(build.sflow(1)));
  const cooked = (protocol: number, rest: Uint8Array) =>
    build.bytesOf(build.u16(0), build.u16(1), build.u16(6), new Uint8Array(8), build.u16(protocol), rest);
  const cooked2 = (protocol: number, rest: Uint8Array) =>
    build.bytesOf(build.u16(protocol), build.u16(0), build.u32(2), [0, 1, 0, 6], new Uint8Array(8), rest);
  const cases: [string, number, Uint8Array][] = [
    ['Ethernet', 1, build.ethernet(packet)],
    ['Ethernet, IPv6', 1, build.ethernet(packet6)],
    ['Ethernet, one tag', 1, build.ethernet(packet, [0x8100])],
    ['Ethernet, QinQ', 1, build.ethernet(packet, [0x88a8, 0x8100])],
    ['Ethernet, old QinQ', 1, build.ethernet(packet6, [0x9100, 0x8100, 0x8100])],
    ['Linux cooked', 113, cooked(0x0800, packet)],
    ['Linux cooked, IPv6', 113, cooked(0x86dd, packet6)],
    ['Linux cooked, tag', 113, cooked(0x8100, build.bytesOf(build.u16(5), build.u16(0x0800), packet))],
    ['Linux cooked 2', 276, cooked2(0x0800, packet)],
    ['Linux cooked 2, IPv6', 276, cooked2(0x86dd, packet6)],
    ['Linux cooked 2, tag', 276, cooked2(0x8100, build.bytesOf(build.u16(5), build.u16(0x0800), packet))],
    ['raw 101', 101, packet],
    ['raw 101, IPv6', 101, packet6],
    ['raw 12', 12, packet],
    ['raw 14', 14, packet6],
    ['IPv4', 228, packet],
    ['IPv6', 229, packet6],
    ['loopback, little-endian', 0, build.bytesOf(build.u32(2, true), packet)],
    ['loopback, big-endian', 0, build.bytesOf(build.u32(2), packet)],
    ['loopback, IPv6 of macOS', 0, build.bytesOf(build.u32(30, true), packet6)],
    ['loopback, IPv6 of FreeBSD', 0, build.bytesOf(build.u32(28), packet6)],
    ['OpenBSD loopback', 108, build.bytesOf(build.u32(24), packet6)],
  ];
  for (const [name, linkType, bytes] of cases) {
    test(name, async () => {
      const result = await reading(build.pcap([bytes], { linkType }));
      expect(sequences(result)).toEqual([1]);
      expect(result.seen[0]?.source.at(-1)).toBe(1);
      expect(result.seen[0]?.source.length).toBe(result.seen[0]?.sourceType === 4 ? 4 : 16);
    });
    test(`${name}, cut anywhere`, async () => {
      for (let octets = 0; octets < bytes.length; octets++) {
        const records = [build.pcapRecord(bytes.subarray(0, octets), { original: bytes.length })];
        const good = build.pcapRecord(bytes);
        const file = build.bytesOf(build.pcapHeader({ linkType }), good, ...records, good);
        const { summary } = await reading(file);
        expect(summary?.packets).toBe(3);
        expect(countOf(summary?.problems, 'packet cut off by the capture length')).toBe(1);
      }
    });
  }

  test('one that is not read is named', async () => {
    const { error } = await reading(build.pcap([build.frame(1)], { linkType: 105 }));
    expect(error?.message).toBe(
      'The capture holds no sFlow: its one packet is something else (mostly: link type 105 (IEEE 802.11) is not read).',
    );
  });
});

describe('what is not sFlow is counted', () => {
  const good = build.frame(1);
  const netflow9 = build.bytesOf(build.u16(9), build.u16(1), new Uint8Array(40));
  const cases: [string, Uint8Array, string][] = [
    ['ARP', build.bytesOf(new Uint8Array(12), build.u16(0x0806), new Uint8Array(28)), 'not IP'],
    ['TCP', build.ethernet(build.ipv4(new Uint8Array(20), { protocol: 6 })), 'not UDP'],
    ['ICMPv6', build.ethernet(build.ipv6(new Uint8Array(20), 58)), 'not UDP'],
    ['IPv6 without a next header', build.ethernet(build.ipv6(new Uint8Array(20), 59)), 'not UDP'],
    ['DNS', build.ethernet(build.ipv4(build.udp(new Uint8Array(40).fill(3)))), 'UDP, but not sFlow'],
    ['NetFlow v9', build.ethernet(build.ipv4(build.udp(netflow9))), 'NetFlow v9, not sFlow'],
  ];
  for (const [name, packet, reason] of cases) {
    test(name, async () => {
      const { summary } = await reading(build.pcap([good, packet, good]));
      expect(summary).toMatchObject({ packets: 3, datagrams: 2, problems: [] });
      expect(summary?.skipped).toEqual([{ name: reason, count: 1 }]);
    });
  }

  test('any port will do', async () => {
    const packet = build.ethernet(build.ipv4(build.udp(build.sflow(9), 53, 40_000)));
    expect(sequences(await reading(build.pcap([packet])))).toEqual([9]);
  });

  test('versions 2 and 4, and an agent with an IPv6 address', async () => {
    const short = (version: number) =>
      build.bytesOf(
        build.u32(version),
        build.u32(1),
        [10, 0, 0, 1],
        build.u32(1),
        build.u32(1),
        build.u32(0),
      );
    const ipv6Agent = build.bytesOf(build.u32(5), build.u32(2), new Uint8Array(32));
    const packets = [short(2), short(4), ipv6Agent].map((payload) =>
      build.ethernet(build.ipv4(build.udp(payload))),
    );
    expect((await reading(build.pcap(packets))).summary?.datagrams).toBe(3);
  });

  test('odd lengths: IPv4 options, offload, trailing octets, wrong UDP length', async () => {
    const packets = [
      build.ethernet(build.ipv4(build.udp(build.sflow(1)), { options: 12 })),
      build.ethernet(build.ipv4(build.udp(build.sflow(2)), { totalLength: 0 })),
      build.bytesOf(build.frame(3), new Uint8Array(10)),
      build.ethernet(build.ipv4(build.udp(build.sflow(4), 1, 2, 0))),
      build.ethernet(build.ipv4(build.udp(build.sflow(5), 1, 2, 999))),
      build.ethernet(build.ipv4(build.udp(build.sflow(6), 1, 2, 3))),
      build.ethernet(build.ipv4(build.udp(build.sflow(7)), { totalLength: 12 })),
    ];
    const result = await reading(build.pcap(packets));
    expect(sequences(result)).toEqual([1, 2, 3, 4, 5]);
    expect(result.seen.map((one) => one.octets)).toEqual([28, 28, 28, 28, 28]);
    expect(result.summary?.problems).toEqual([
      { name: 'UDP length at odds with the packet', count: 2 },
      { name: 'IP header with impossible lengths', count: 1 },
    ]);
  });

  test('IPv6 extension headers', async () => {
    const hopByHop = [60, 0, 1, 4, 0, 0, 0, 0];
    const destination = [43, 1, ...new Array<number>(14).fill(0)];
    const routing = [51, 0, 0, 0, 0, 0, 0, 0];
    const authentication = [44, 4, ...new Array<number>(22).fill(0)];
    const atomicFragment = [17, 0, 0, 0, 0, 0, 0, 1];
    const extensions = [...hopByHop, ...destination, ...routing, ...authentication, ...atomicFragment];
    const packet = build.ethernet(build.ipv6(build.udp(build.sflow(1)), 0, extensions));
    expect(sequences(await reading(build.pcap([packet])))).toEqual([1]);
  });
});
