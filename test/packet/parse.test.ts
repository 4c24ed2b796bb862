import { describe, expect, test } from 'vitest';
import * as f from './frames.ts';
import { type Found, type FoundLayer, read } from './read.ts';

const TCP_SEGMENT = f.tcp(
  { sourcePort: 40268, destinationPort: 5001, flags: 0x112, window: 777 },
  f.hex('aabb'),
);
const PACKET = f.ipv4(
  { source: '10.4.3.2', destination: '10.4.4.2', tos: 0x28, ttl: 63, id: 4660, flags: 2 },
  TCP_SEGMENT,
);
const PACKET6 = f.ipv6(
  { trafficClass: 0xb8, flowLabel: 0xabcde, hopLimit: 9 },
  f.udp({ sourcePort: 1111, destinationPort: 2222 }),
);
const FRAME = f.ethernet({}, PACKET);

/** The ports of a layer, or what is there instead. */
const ports = (layer: FoundLayer | undefined) => [layer?.sourcePort, layer?.destinationPort];

describe('link layers', () => {
  test('Ethernet II, IPv4, TCP: every field', () => {
    const { layers, ...rest } = read(FRAME);
    expect(rest).toEqual({ stack: 'eth.ip.tcp', truncated: false, depth: 1 });
    expect(layers).toEqual([
      {
        ethernet: 0,
        destinationMac: 0,
        sourceMac: 6,
        etherType: 0x0800,
        vlans: [],
        labels: [],
        arp: -1,
        ipVersion: 4,
        ip: 14,
        sourceIp: 26,
        destinationIp: 30,
        ipProtocol: 6,
        extensionCount: 0,
        tos: 0x28,
        ttl: 63,
        ipLength: 42,
        ipId: 4660,
        ipFlags: 2,
        fragmentOffset: 0,
        moreFragments: 0,
        flowLabel: -1,
        transport: 34,
        sourcePort: 40268,
        destinationPort: 5001,
        tcpFlags: 0x112,
        tcpWindow: 777,
        udpLength: -1,
        icmpType: -1,
        icmpCode: -1,
        vni: -1,
        tunnelProtocol: 0,
        tagsPassed: 0,
        tunnel: -1,
        tunnelKey: -1,
        dns: -1,
        baseTransport: -1,
        payload: 54,
      },
    ]);
  });

  test('stacked VLAN tags of every kind, outermost first', () => {
    const found = read(
      f.ethernet(
        {
          vlans: [
            { id: 100, priority: 5, tpid: 0x88a8 },
            { id: 200, priority: 1 },
            { id: 4095, tpid: 0x9100 },
          ],
        },
        PACKET,
      ),
    );
    expect(found.stack).toBe('eth.vlan.vlan.vlan.ip.tcp');
    expect(found.layers[0]!.vlans).toEqual([
      { id: 100, priority: 5, tpid: 0x88a8 },
      { id: 200, priority: 1, tpid: 0x8100 },
      { id: 4095, priority: 0, tpid: 0x9100 },
    ]);
    expect(found.layers[0]!.etherType).toBe(0x0800);
    expect(ports(found.layers[0])).toEqual([40268, 5001]);
  });

  test('802.3: the length is kept, padding is not read', () => {
    const stp = f.ethernet({}, f.llc({ accessPoints: 0x4242 }, f.hex('0000000000')));
    expect(read(f.join(stp, new Uint8Array(30)))).toMatchObject({ stack: 'eth.llc.stp', truncated: false });
    expect(read(stp).layers[0]!.etherType).toBe(8);
    expect(read(f.ethernet({}, f.llc({ organisation: 0, protocol: 0x0800 }, PACKET))).stack).toBe(
      'eth.llc.snap.ip.tcp',
    );
    expect(
      read(f.ethernet({}, f.llc({ organisation: 0x0c, protocol: 0x2000 }, f.hex('02b40000')))).stack,
    ).toBe('eth.llc.snap.cdp');
    expect(read(f.ethernet({}, f.llc({ organisation: 0x0c, protocol: 0x010b }, f.hex('0000')))).stack).toBe(
      'eth.llc.snap.stp',
    );
    expect(read(f.ethernet({}, f.llc({ accessPoints: 0xfefe }, f.hex('83')))).stack).toBe('eth.llc');
    expect(read(f.ethernet({ type: 20 }, f.hex('ffff0022'))).stack).toBe('eth');
  });

  test('recognised by ethertype', () => {
    expect(read(f.ethernet({}, f.arp()))).toMatchObject({ stack: 'eth.arp', truncated: false });
    expect(read(f.ethernet({}, f.arp())).layers[0]!.arp).toBe(14);
    expect(read(f.ethernet({}, f.lldp([[1, f.hex('04020000000001')]]))).stack).toBe('eth.lldp');
    expect(read(f.ethernet({ type: 0x8809 }, f.hex('01'))).stack).toBe('eth.slow');
    expect(read(f.ethernet({ type: 0x1234 }, f.hex('01')))).toMatchObject({ stack: 'eth', truncated: false });
  });

  test('PPPoE and PPP', () => {
    expect(read(f.ethernet({}, f.pppoe(f.ppp(PACKET)))).stack).toBe('eth.pppoe.ip.tcp');
    expect(read(f.ethernet({}, f.pppoe(f.ppp(PACKET6)))).stack).toBe('eth.pppoe.ip6.udp');
    expect(read(f.ethernet({}, f.pppoe(f.hex('0101'), { code: 9 })))).toMatchObject({
      stack: 'eth.pppoe',
      truncated: false,
    });
    for (const [frame, stack] of [
      [f.ppp(PACKET, { addressControl: true }), 'ppp.ip.tcp'],
      [f.ppp(PACKET), 'ppp.ip.tcp'],
      [f.ppp(PACKET, { short: true, protocol: 0x21 }), 'ppp.ip.tcp'],
      [f.ppp(f.mpls([16], PACKET)), 'ppp.mpls.ip.tcp'],
      [f.join(f.hex('0f000800'), PACKET), 'hdlc.ip.tcp'],
      [f.ppp(f.hex('01'), { protocol: 0xc021 }), 'ppp'],
    ] as const) {
      expect(read(frame, 7).stack).toBe(stack);
    }
  });

  test('header protocols', () => {
    expect(read(PACKET, 11).stack).toBe('ip.tcp');
    expect(read(PACKET6, 12).stack).toBe('ip6.udp');
    expect(read(PACKET6, 11).stack).toBe('ip6.udp');
    expect(read(f.mpls([16, 17], PACKET), 13).stack).toBe('mpls.ip.tcp');
    for (const unread of [0, 2, 3, 4, 5, 6, 8, 9, 10, 14, 19, 31, 32, 0xffffffff]) {
      expect(read(FRAME, unread)).toMatchObject({ stack: '', depth: 0, truncated: false });
    }
  });

  test('802.11', () => {
    const inside = f.llc({ organisation: 0 }, PACKET);
    const down = read(f.wifi(inside), 15);
    expect(down.stack).toBe('wlan.llc.snap.ip.tcp');
    expect([down.layers[0]!.destinationMac, down.layers[0]!.sourceMac, down.layers[0]!.ethernet]).toEqual([
      4, 16, -1,
    ]);
    const up = read(f.wifi(inside, { toDistribution: true, fromDistribution: false, quality: false }), 15);
    expect(up.stack).toBe('wlan.llc.snap.ip.tcp');
    expect([up.layers[0]!.destinationMac, up.layers[0]!.sourceMac]).toEqual([16, 10]);
    const bridge = read(f.wifi(inside, { toDistribution: true, fromDistribution: true }), 15);
    expect([bridge.stack, bridge.layers[0]!.sourceMac]).toEqual(['wlan.llc.snap.ip.tcp', 24]);
    expect(read(f.wifi(inside, { encrypted: true }), 15)).toMatchObject({ stack: 'wlan', truncated: false });
    expect(read(f.join(f.hex('01 2a 55 4e'), f.wifi(inside)), 16).stack).toBe('wlan.llc.snap.ip.tcp');
    expect(read(f.wifi(inside), 16).stack).toBe('wlan.llc.snap.ip.tcp');
    expect(read(f.ethernet({}, inside), 17).stack).toBe('eth.llc.snap.ip.tcp');
  });

  test('InfiniBand and RoCE', () => {
    const transport = f.baseTransport({}, f.hex('00112233'));
    expect(read(f.join(f.hex('0002000100020003'), transport), 18)).toMatchObject({ stack: 'lrh.ibbt' });
    expect(read(f.join(f.hex('0003000100020003'), f.globalRoute(transport)), 18).stack).toBe('lrh.grh.ibbt');
    expect(read(f.ethernet({}, f.globalRoute(transport))).stack).toBe('eth.grh.ibbt');
    const second = read(f.ethernet({}, f.ipv4({}, f.udp({}, transport))));
    expect(second.stack).toBe('eth.ip.udp.ibbt');
    expect([second.layers[0]!.baseTransport, second.layers[0]!.payload]).toEqual([42, 42]);
    expect(read(f.ethernet({}, f.globalRoute(transport))).layers[0]!.payload).toBe(66);
  });
});

describe('MPLS', () => {
  test.each([
    ['IPv4', f.mpls([16, 17, 18], PACKET), 'eth.mpls.ip.tcp'],
    ['IPv6', f.mpls([16], PACKET6), 'eth.mpls.ip6.udp'],
    ['explicit null', f.mpls([0], PACKET), 'eth.mpls.ip.tcp'],
    ['IPv6 explicit null', f.mpls([2], PACKET6), 'eth.mpls.ip6.udp'],
    ['Ethernet without control word', f.mpls([16], FRAME), 'eth.mpls.eth.ip.tcp'],
    ['Ethernet with control word', f.mpls([16], f.join(f.hex('00000001'), FRAME)), 'eth.mpls.eth.ip.tcp'],
    [
      'Ethernet of a maker whose address begins with 00, no control word',
      f.mpls([16], f.ethernet({ destination: '00:1b:21:00:00:01' }, PACKET)),
      'eth.mpls.eth.ip.tcp',
    ],
    [
      'Ethernet of a maker whose address begins with 6c',
      f.mpls([16], f.ethernet({ destination: '6c:64:1a:00:1a:80' }, PACKET)),
      'eth.mpls.eth.ip.tcp',
    ],
    [
      'Ethernet of a maker whose address begins with 44',
      f.mpls([16], f.ethernet({ destination: '45:64:1a:00:1a:80' }, PACKET)),
      'eth.mpls.eth.ip.tcp',
    ],
    [
      'IPv4 from 8.0.64.0/20, which reads like an ethertype',
      f.mpls([16], f.ipv4({ source: '8.0.69.1' }, TCP_SEGMENT)),
      'eth.mpls.ip.tcp',
    ],
    [
      'IPv6 whose address reads like an ethertype',
      f.mpls([16], f.ipv6({ source: '2001:db8:800:4500::1' }, TCP_SEGMENT)),
      'eth.mpls.ip6.tcp',
    ],
    ['an associated channel', f.mpls([16], f.hex('10000021 45')), 'eth.mpls'],
  ])('%s', (_name, payload, stack) => {
    expect(read(f.ethernet({}, payload)).stack).toBe(stack);
  });

  test('labels are kept whole; a pseudowire is the next layer', () => {
    const found = read(f.ethernet({}, f.mpls([100, 200], FRAME)));
    expect(found.layers[0]!.labels.map((entry) => entry >>> 12)).toEqual([100, 200]);
    expect(found.depth).toBe(2);
    expect(ports(found.layers[0])).toEqual([-1, -1]);
    expect(ports(found.layers[1])).toEqual([40268, 5001]);
  });
});

describe('IP', () => {
  test('options are passed', () => {
    const found = read(f.ethernet({}, f.ipv4({ options: f.hex('94040000 00000000') }, TCP_SEGMENT)));
    expect(found.layers[0]).toMatchObject({ transport: 42, sourcePort: 40268 });
  });

  test('IPv6: every field', () => {
    const found = read(f.ethernet({}, PACKET6));
    expect(found.layers[0]).toMatchObject({
      ipVersion: 6,
      ip: 14,
      tos: 0xb8,
      flowLabel: 0xabcde,
      ttl: 9,
      ipLength: 48,
      ipProtocol: 17,
      sourceIp: 22,
      destinationIp: 38,
      ipId: -1,
      ipFlags: -1,
      fragmentOffset: -1,
      transport: 54,
      sourcePort: 1111,
      udpLength: 8,
      payload: -1,
    });
  });

  test('padding behind the IP length is not a transport header', () => {
    const padded = f.ethernet({}, f.join(f.ipv4({ protocol: 6 }), f.hex('aaaabbbbccccdddd')));
    padded.set(f.u16(0x0800), 12);
    expect(read(padded).layers[0]).toMatchObject({ ipProtocol: 6, transport: -1, sourcePort: -1 });
  });

  test('a total length of 0 (segmentation offload) does not hide the ports', () => {
    expect(ports(read(f.ethernet({}, f.ipv4({ totalLength: 0 }, TCP_SEGMENT))).layers[0])).toEqual([
      40268, 5001,
    ]);
    expect(ports(read(f.ethernet({}, f.ipv6({ payloadLength: 0 }, TCP_SEGMENT))).layers[0])).toEqual([
      40268, 5001,
    ]);
  });

  test('fragments: the first has ports, later ones have none', () => {
    expect(read(f.ethernet({}, f.ipv4({ flags: 1 }, TCP_SEGMENT))).layers[0]).toMatchObject({
      moreFragments: 1,
      fragmentOffset: 0,
      sourcePort: 40268,
    });
    expect(read(f.ethernet({}, f.ipv4({ fragmentOffset: 185 }, TCP_SEGMENT)))).toMatchObject({
      stack: 'eth.ip',
      truncated: false,
      layers: [{ fragmentOffset: 185, ipProtocol: 6, transport: -1, sourcePort: -1, tcpFlags: -1 }],
    });
    expect(read(f.ethernet({}, f.ipv6({}, f.fragment({ more: true }, TCP_SEGMENT)))).layers[0]).toMatchObject(
      {
        moreFragments: 1,
        fragmentOffset: 0,
        sourcePort: 40268,
        extensionCount: 1,
      },
    );
    expect(
      read(f.ethernet({}, f.ipv6({}, f.fragment({ offset: 100 }, TCP_SEGMENT)))).layers[0],
    ).toMatchObject({
      moreFragments: 0,
      fragmentOffset: 100,
      ipProtocol: 6,
      transport: -1,
      sourcePort: -1,
    });
  });

  test('AH is passed, ESP is not', () => {
    expect(read(f.ethernet({}, f.ipv4({}, f.authentication(TCP_SEGMENT))))).toMatchObject({
      stack: 'eth.ip.ah.tcp',
      layers: [{ ipProtocol: 6, sourcePort: 40268, transport: 58 }],
    });
    expect(read(f.ethernet({}, f.ipv6({}, f.authentication(TCP_SEGMENT))))).toMatchObject({
      stack: 'eth.ip6.ah.tcp',
      layers: [{ ipProtocol: 6, sourcePort: 40268 }],
    });
    expect(read(f.ethernet({}, f.ipv4({}, f.esp())))).toMatchObject({
      stack: 'eth.ip.esp',
      truncated: false,
      layers: [{ ipProtocol: 50, transport: 34, sourcePort: -1 }],
    });
  });

  test('a version that does not fit its ethertype is not IP', () => {
    expect(read(f.ethernet({ type: 0x0800 }, PACKET6))).toMatchObject({
      stack: 'eth',
      layers: [{ ipVersion: 0 }],
    });
    expect(read(f.ethernet({ type: 0x86dd }, PACKET))).toMatchObject({
      stack: 'eth',
      layers: [{ ipVersion: 0 }],
    });
  });

  test('no next header, unknown protocol', () => {
    expect(read(f.ethernet({}, f.ipv6({ nextHeader: 59 }))).layers[0]).toMatchObject({
      ipProtocol: 59,
      transport: -1,
    });
    expect(read(f.ethernet({}, f.ipv4({ protocol: 200 }, f.hex('01020304'))))).toMatchObject({
      stack: 'eth.ip',
      truncated: false,
      layers: [{ ipProtocol: 200, transport: 34 }],
    });
  });
});

describe('transport', () => {
  test.each([
    ['SCTP', f.sctp({ sourcePort: 1, destinationPort: 2 }, f.hex('00')), 'eth.ip.sctp', 46],
    ['DCCP', f.dccp({ sourcePort: 1, destinationPort: 2 }, f.hex('00')), 'eth.ip.dccp', 50],
    ['UDP-Lite', f.udpLite({ sourcePort: 1, destinationPort: 2 }, f.hex('00')), 'eth.ip.udplite', 42],
    ['UDP', f.udp({ sourcePort: 1, destinationPort: 2 }, f.hex('00')), 'eth.ip.udp', 42],
  ])('%s', (_name, segment, stack, payload) => {
    const found = read(f.ethernet({}, f.ipv4({}, segment)));
    expect(found).toMatchObject({
      stack,
      truncated: false,
      layers: [{ sourcePort: 1, destinationPort: 2, payload }],
    });
  });

  test('TCP options move the payload', () => {
    const found = read(
      f.ethernet({}, f.ipv4({}, f.tcp({ options: f.hex('020405b401030307') }, f.hex('01')))),
    );
    expect(found.layers[0]!.payload).toBe(62);
  });

  test('ICMP, ICMPv6, IGMP', () => {
    expect(read(f.ethernet({}, f.ipv4({}, f.icmp({ type: 3, code: 1 }, PACKET))))).toMatchObject({
      stack: 'eth.ip.icmp',
      layers: [{ icmpType: 3, icmpCode: 1, sourcePort: -1, payload: 42 }],
    });
    expect(read(f.ethernet({}, f.ipv6({}, f.icmpv6({ type: 135 }))))).toMatchObject({
      stack: 'eth.ip6.icmp6',
      layers: [{ icmpType: 135, icmpCode: 0 }],
    });
    expect(read(f.ethernet({}, f.ipv4({}, f.igmp()))).stack).toBe('eth.ip.igmp');
  });

  test('DNS by either port, over TCP behind its length', () => {
    expect(read(f.ethernet({}, f.ipv4({}, f.udp({}, f.dns())))).layers[0]!.dns).toBe(42);
    expect(
      read(
        f.ethernet(
          {},
          f.ipv4({}, f.udp({ sourcePort: 53, destinationPort: 40000 }, f.dns({ response: true }))),
        ),
      ).stack,
    ).toBe('eth.ip.udp.dns');
    const message = f.dns();
    const overTcp = f.tcp({ destinationPort: 53 }, f.join(f.u16(message.length), message));
    expect(read(f.ethernet({}, f.ipv4({}, overTcp)))).toMatchObject({
      stack: 'eth.ip.tcp.dns',
      layers: [{ dns: 56 }],
    });
    expect(read(f.ethernet({}, f.ipv4({}, f.tcp({ destinationPort: 53 }))))).toMatchObject({
      stack: 'eth.ip.tcp',
      truncated: false,
    });
  });
});

describe('tunnels', () => {
  const overUdp = (payload: Uint8Array) =>
    f.ethernet({}, f.ipv4({ source: '172.16.0.1' }, f.udp({}, payload)));
  const overIp = (payload: Uint8Array) => f.ethernet({}, f.ipv4({ source: '172.16.0.1' }, payload));

  test.each([
    ['VXLAN', overUdp(f.vxlan(5001, FRAME)), 'eth.ip.udp.vxlan.eth.ip.tcp', 5001],
    ['VXLAN with group policy', overUdp(f.vxlan(5001, FRAME, 0x88)), 'eth.ip.udp.vxlan.eth.ip.tcp', 5001],
    [
      'VXLAN on 8472',
      f.ethernet({}, f.ipv4({}, f.udp({ destinationPort: 8472 }, f.vxlan(1, FRAME)))),
      'eth.ip.udp.vxlan.eth.ip.tcp',
      1,
    ],
    [
      'VXLAN over IPv6',
      f.ethernet({}, f.ipv6({}, f.udp({}, f.vxlan(0xffffff, FRAME)))),
      'eth.ip6.udp.vxlan.eth.ip.tcp',
      0xffffff,
    ],
    ['VXLAN-GPE with IPv4', overUdp(f.vxlanGpe(7, PACKET)), 'eth.ip.udp.vxlangpe.ip.tcp', 7],
    ['VXLAN-GPE with Ethernet', overUdp(f.vxlanGpe(7, FRAME)), 'eth.ip.udp.vxlangpe.eth.ip.tcp', 7],
    ['VXLAN-GPE with NSH', overUdp(f.vxlanGpe(7, f.nsh(FRAME, 3))), 'eth.ip.udp.vxlangpe.nsh.eth.ip.tcp', 7],
    ['GENEVE', overUdp(f.geneve(9, FRAME)), 'eth.ip.udp.geneve.eth.ip.tcp', 9],
    ['GENEVE with options', overUdp(f.geneve(9, PACKET, new Uint8Array(12))), 'eth.ip.udp.geneve.ip.tcp', 9],
    ['GRE', overIp(f.gre(PACKET)), 'eth.ip.gre.ip.tcp', -1],
    [
      'GRE with checksum, key, sequence',
      overIp(f.gre(PACKET6, { checksum: true, key: 3, sequence: 4 })),
      'eth.ip.gre.ip6.udp',
      -1,
    ],
    ['NVGRE', overIp(f.gre(FRAME, { key: 0x1388_07 })), 'eth.ip.gre.eth.ip.tcp', 0x1388],
    ['GRE with MPLS', overIp(f.gre(f.mpls([16], PACKET))), 'eth.ip.gre.mpls.ip.tcp', -1],
    ['ERSPAN II', overIp(f.erspan(FRAME)), 'eth.ip.gre.erspan.eth.ip.tcp', -1],
    ['ERSPAN I', overIp(f.gre(FRAME, { protocol: 0x88be })), 'eth.ip.gre.eth.ip.tcp', -1],
    ['IP in IP', overIp(PACKET), 'eth.ip.ip.tcp', -1],
    ['6in4', overIp(PACKET6), 'eth.ip.ip6.udp', -1],
    ['4in6', f.ethernet({}, f.ipv6({}, PACKET)), 'eth.ip6.ip.tcp', -1],
    ['EtherIP', overIp(f.etherIp(FRAME)), 'eth.ip.etherip.eth.ip.tcp', -1],
    ['L2TPv3', overIp(f.l2tpV3(77, FRAME)), 'eth.ip.l2tpv3.eth.ip.tcp', -1],
    [
      'L2TPv3 with cookie of 8',
      overIp(f.l2tpV3(77, FRAME, new Uint8Array(8))),
      'eth.ip.l2tpv3.eth.ip.tcp',
      -1,
    ],
    ['L2TP', overUdp(f.l2tp(f.ppp(PACKET, { addressControl: true }))), 'eth.ip.udp.l2tp.ppp.ip.tcp', -1],
    [
      'L2TP with all options',
      overUdp(f.l2tp(f.ppp(PACKET), { length: true, sequence: true, offset: 3 })),
      'eth.ip.udp.l2tp.ppp.ip.tcp',
      -1,
    ],
    ['GTP-U', overUdp(f.gtpUser(1, PACKET)), 'eth.ip.udp.gtpu.ip.tcp', -1],
    [
      'GTP-U with extension headers',
      overUdp(f.gtpUser(1, PACKET6, { extensions: true })),
      'eth.ip.udp.gtpu.ip6.udp',
      -1,
    ],
    ['MPLS in IP', overIp(f.mpls([16], PACKET)), 'eth.ip.mpls.ip.tcp', -1],
    ['MPLS in UDP', overUdp(f.mpls([16], FRAME)), 'eth.ip.udp.mpls.eth.ip.tcp', -1],
    ['provider backbone', f.ethernet({}, f.backbone(0x10203, FRAME)), 'eth.pbb.eth.ip.tcp', 0x10203],
  ])('%s', (_name, frame, stack, vni) => {
    const found = read(frame);
    expect(found).toMatchObject({ stack, truncated: false });
    expect(found.layers[0]!.vni).toBe(vni);
    const last = found.layers.at(-1)!;
    expect([5001, 2222]).toContain(last.destinationPort);
  });

  test('keys are kept by their place', () => {
    const key = (found: Found) => found.layers[0]!.tunnelKey;
    expect(key(read(overIp(f.gre(PACKET, { key: 3 }))))).toBe(38);
    expect(key(read(overIp(f.gre(PACKET, { key: 3, checksum: true }))))).toBe(42);
    expect(key(read(overUdp(f.gtpUser(1, PACKET))))).toBe(46);
    expect(key(read(overIp(f.l2tpV3(1, FRAME))))).toBe(34);
  });

  test('a port alone does not make a tunnel', () => {
    expect(read(overUdp(f.vxlan(1, FRAME, 0))).stack).toBe('eth.ip.udp');
    expect(read(overUdp(f.vxlan(1, FRAME, 0x18))).stack).toBe('eth.ip.udp');
    expect(
      read(f.ethernet({}, f.ipv4({}, f.udp({ destinationPort: 4789 }, f.hex('0800000100000100'))))).stack,
    ).toBe('eth.ip.udp');
    expect(
      read(f.ethernet({}, f.ipv4({}, f.udp({ destinationPort: 6081 }, f.hex('0000655800000101'))))).stack,
    ).toBe('eth.ip.udp');
    expect(
      read(f.ethernet({}, f.ipv4({}, f.udp({ destinationPort: 6081 }, f.hex('c000655800000000'))))).stack,
    ).toBe('eth.ip.udp');
    expect(
      read(f.ethernet({}, f.ipv4({}, f.udp({ destinationPort: 2152 }, f.hex('5000000000000000'))))).stack,
    ).toBe('eth.ip.udp');
    expect(
      read(f.ethernet({}, f.ipv4({}, f.udp({ destinationPort: 1701 }, f.hex('000300000000'))))).stack,
    ).toBe('eth.ip.udp');
    expect(read(overIp(f.gre(PACKET, { version: 5 })))).toMatchObject({ stack: 'eth.ip', truncated: false });
  });
});
