/** What hostile or unlucky octets must not do: cut anywhere, lie about lengths, nest, loop, leave traces. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_LABELS, MAX_LAYERS, MAX_VLANS, PacketHeader } from '../../main/packet/header.ts';
import { parseHeader } from '../../main/packet/parse.ts';
import { FORMS, FRAME, PACKET, SEGMENT } from './forms.ts';
import * as f from './frames.ts';
import { brokenPromise, read, readInto } from './read.ts';

describe('cut at every octet', () => {
  test.each(FORMS)('%s', (_name, frame, headerProtocol) => {
    const whole = read(frame, headerProtocol);
    expect(whole.truncated).toBe(false);
    for (let length = 0; length < frame.length; length++) {
      const part = frame.subarray(0, length);
      const header = new PacketHeader();
      const found = readInto(header, part, headerProtocol, 0xff);
      expect(brokenPromise(header)).toBe('');
      // What lies behind the end, and what was parsed before, changes nothing.
      for (const poison of [0x00, 0x45, 0x81, 0x60]) {
        read(frame, headerProtocol);
        expect(read(part, headerProtocol, poison)).toEqual(found);
      }
      // A view that ends with the header would throw at the first octet too many.
      expect(() => read(part.slice(), headerProtocol)).not.toThrow();
      // A field is either as in the whole frame or absent: nothing is made up.
      expect(whole.stack.startsWith(found.stack)).toBe(true);
      for (const [index, layer] of found.layers.entries()) {
        for (const [name, value] of Object.entries(layer)) {
          const full = whole.layers[index]![name as keyof typeof layer];
          if (Array.isArray(value)) expect((full as unknown[]).slice(0, value.length)).toEqual(value);
          else if (name === 'extensionCount') expect(value).toBeLessThanOrEqual(full as number);
          else if (value !== -1 && value !== 0) expect([name, value]).toEqual([name, full]);
        }
      }
    }
  });

  test('a view that ends where the header ends is never read beyond', () => {
    for (const [, frame, headerProtocol] of FORMS) {
      for (let length = 0; length <= frame.length; length++) {
        const exact = frame.slice(0, length);
        const header = new PacketHeader();
        expect(() => readExactly(header, exact, headerProtocol)).not.toThrow();
      }
    }
  });
});

function readExactly(header: PacketHeader, exact: Uint8Array, headerProtocol: number): void {
  parseHeader(
    header,
    exact,
    new DataView(exact.buffer, exact.byteOffset, exact.length),
    0,
    exact.length,
    headerProtocol,
  );
}

describe('headers that lie', () => {
  test.each([0, 1, 2, 3, 4])('IHL %d gives addresses and no ports', (headerWords) => {
    expect(read(f.ethernet({}, f.ipv4({ headerWords }, SEGMENT)))).toMatchObject({
      truncated: true,
      layers: [{ sourceIp: 26, ipProtocol: 6, transport: -1, sourcePort: -1, tcpFlags: -1 }],
    });
  });

  test('IHL beyond the octets', () => {
    expect(read(f.ethernet({}, f.ipv4({ headerWords: 15 }, f.tcp())))).toMatchObject({
      truncated: true,
      layers: [{ transport: -1, sourcePort: -1 }],
    });
  });

  test.each([0, 1, 4, 15])(
    'TCP data offset %d: ports and flags stand, the payload does not',
    (dataOffsetWords) => {
      expect(
        read(f.ethernet({}, f.ipv4({}, f.tcp({ dataOffsetWords, destinationPort: 80, flags: 2 })))),
      ).toMatchObject({
        truncated: true,
        layers: [{ destinationPort: 80, tcpFlags: 2, payload: -1 }],
      });
    },
  );

  test('protocol 6 without the octets of TCP', () => {
    for (const octets of [0, 1, 2, 3]) {
      expect(read(f.ethernet({}, f.ipv4({ protocol: 6 }, new Uint8Array(octets))))).toMatchObject({
        truncated: true,
        layers: [{ sourcePort: -1, destinationPort: -1, tcpFlags: -1 }],
      });
    }
  });

  test('an IP length inside its own header', () => {
    for (let totalLength = 1; totalLength < 24; totalLength++) {
      expect(read(f.ethernet({}, f.ipv4({ totalLength }, SEGMENT))).layers[0]).toMatchObject({
        sourcePort: -1,
      });
    }
  });

  test('the packet before leaves nothing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FORMS), fc.constantFrom(...FORMS), fc.nat(200), (before, after, cut) => {
        const reused = new PacketHeader();
        readInto(reused, before[1], before[2]);
        const part = after[1].subarray(0, cut);
        expect(readInto(reused, part, after[2])).toEqual(readInto(new PacketHeader(), part, after[2]));
      }),
    );
  });
});

describe('IPv6 extension chains', () => {
  const chain = (count: number, units = 0) => {
    let packet = SEGMENT;
    for (let index = 0; index < count; index++) packet = f.extension(60, packet, { units });
    return f.ethernet({}, f.ipv6({}, packet));
  };

  test('up to eight are passed', () => {
    for (let count = 0; count <= 8; count++) {
      expect(read(chain(count)).layers[0]).toMatchObject({
        extensionCount: count,
        ipProtocol: 6,
        sourcePort: 40268,
      });
    }
  });

  test('from nine to two hundred there are no ports', () => {
    for (let count = 9; count <= 200; count++) {
      expect(read(chain(count))).toMatchObject({
        truncated: true,
        layers: [{ extensionCount: 8, ipProtocol: -1, transport: -1, sourcePort: -1 }],
      });
    }
  });

  test('a length of 255 reaches beyond the header', () => {
    const packet = f.join(f.extension(0, f.tcp(), { units: 0 }));
    packet[1] = 255;
    expect(read(f.ethernet({}, f.ipv6({ nextHeader: 0 }, packet)))).toMatchObject({
      truncated: true,
      layers: [{ transport: -1, sourcePort: -1 }],
    });
    expect(read(chain(3, 255)).layers[0]).toMatchObject({ extensionCount: 3, sourcePort: 40268 });
  });
});

describe('stacks of tags and labels', () => {
  test('0 to 400 VLAN tags, in whole and in 128 octets', () => {
    for (let count = 0; count <= 400; count++) {
      const vlans = Array.from({ length: count }, (_, index) => ({ id: index + 1, priority: index % 8 }));
      const frame = f.ethernet({ vlans }, PACKET);
      const whole = read(frame);
      expect(whole.layers[0]!.vlans.map((tag) => tag.id)).toEqual(
        vlans.slice(0, MAX_VLANS).map((tag) => tag.id),
      );
      expect(whole.layers[0]!.sourcePort).toBe(40268);
      expect(whole.layers[0]!.tagsPassed).toBe(Math.max(0, count - MAX_VLANS));
      const part = frame.subarray(0, 128);
      expect(read(part)).toEqual(readInto(new PacketHeader(), part));
    }
  });

  test('0 to 400 labels', () => {
    for (let count = 1; count <= 400; count++) {
      const labels = Array.from({ length: count }, (_, index) => index + 16);
      const frame = f.ethernet({}, f.mpls(labels, PACKET));
      const whole = read(frame);
      expect(whole.layers[0]!.labels.map((entry) => entry >>> 12)).toEqual(labels.slice(0, MAX_LABELS));
      expect(whole.layers[0]!.sourcePort).toBe(40268);
      expect(whole.layers[0]!.tagsPassed).toBe(Math.max(0, count - MAX_LABELS));
      const part = read(frame.subarray(0, 128));
      expect(part.layers[0]!.labels).toHaveLength(Math.min(count, MAX_LABELS));
    }
  });
});

describe('tunnels in tunnels', () => {
  test.each([
    ['IP in IP', (packet: Uint8Array) => f.ipv4({}, packet)],
    ['GRE', (packet: Uint8Array) => f.ipv4({}, f.gre(packet))],
    ['VXLAN', (packet: Uint8Array) => f.ipv4({}, f.udp({}, f.vxlan(1, f.ethernet({}, packet))))],
    ['GENEVE', (packet: Uint8Array) => f.ipv6({}, f.udp({}, f.geneve(1, f.ethernet({}, packet))))],
    ['pseudowires', (packet: Uint8Array) => f.ipv4({}, f.mpls([16], f.ethernet({}, packet)))],
    [
      'provider backbone',
      (packet: Uint8Array) => f.ipv4({}, f.etherIp(f.ethernet({}, f.backbone(1, f.ethernet({}, packet))))),
    ],
  ])('%s until the header is full: four layers, no more', (_name, wrap) => {
    let packet = PACKET;
    for (let depth = 0; depth < 300; depth++) {
      packet = wrap(packet);
      if (packet.length > 60_000) break;
    }
    const header = new PacketHeader();
    const found = readInto(header, f.ethernet({}, packet));
    expect(found.depth).toBe(MAX_LAYERS);
    expect(brokenPromise(header)).toBe('');
  });

  test('MPLS, PPP and AH inside each other end as well', () => {
    let packet: Uint8Array = PACKET;
    for (let depth = 0; depth < 200; depth++) packet = f.mpls([16], f.ethernet({}, packet));
    expect(read(f.ethernet({}, packet)).depth).toBe(MAX_LAYERS);
    let protectedPacket: Uint8Array = SEGMENT;
    for (let depth = 0; depth < 100; depth++) protectedPacket = f.authentication(protectedPacket);
    expect(read(f.ethernet({}, f.ipv4({}, protectedPacket))).layers[0]).toMatchObject({
      transport: -1,
      sourcePort: -1,
    });
    let service: Uint8Array = FRAME;
    for (let depth = 0; depth < 100; depth++) service = f.nsh(service, depth === 0 ? 3 : 4);
    const header = new PacketHeader();
    readInto(header, f.ethernet({}, service));
    expect(brokenPromise(header)).toBe('');
  });
});

describe('any octets', () => {
  const protocols = fc.constantFrom(1, 7, 11, 12, 13, 15, 16, 17, 18, 99);

  test('random octets: promises kept, idempotent, poison unseen', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 256 }), protocols, (octets, headerProtocol) => {
        const header = new PacketHeader();
        const found = readInto(header, octets, headerProtocol, 0);
        expect(brokenPromise(header)).toBe('');
        expect(readInto(header, octets, headerProtocol, 0xff)).toEqual(found);
      }),
      { numRuns: 3000 },
    );
  });

  test('good frames with some octets changed', () => {
    const changes = fc.array(fc.tuple(fc.nat(255), fc.nat(255)), { maxLength: 6 });
    fc.assert(
      fc.property(
        fc.constantFrom(...FORMS),
        changes,
        fc.nat(300),
        ([, frame, headerProtocol], edits, length) => {
          const changed = frame.slice(0, Math.max(1, length));
          for (const [offset, octet] of edits) changed[offset % changed.length] = octet;
          const header = new PacketHeader();
          const found = readInto(header, changed, headerProtocol, 0x08);
          expect(brokenPromise(header)).toBe('');
          expect(readInto(header, changed, headerProtocol, 0x81)).toEqual(found);
          expect(() => readExactly(header, changed, headerProtocol)).not.toThrow();
        },
      ),
      { numRuns: 6000 },
    );
  });
});
