import { describe, expect, test } from 'vitest';
import { PacketHeader } from '../../main/packet/header.ts';
import { parseHeader } from '../../main/packet/parse.ts';
import { stackOf, stackText } from '../../main/packet/stack.ts';
import { fillFromEthernetRecord, fillFromIpv4Record, fillFromIpv6Record } from '../../main/packet/standin.ts';
import {
  formatIpv4Octets,
  formatIpv6,
  formatMacPlain,
  parseIpv4,
  parseIpv6,
  parseMac,
} from '../../shared/format/address.ts';
import { FORMS } from './forms.ts';
import * as f from './frames.ts';

function parsed(frame: Uint8Array, headerProtocol = 1): PacketHeader {
  const header = new PacketHeader();
  parseHeader(
    header,
    frame,
    new DataView(frame.buffer, frame.byteOffset, frame.length),
    0,
    frame.length,
    headerProtocol,
  );
  return header;
}

describe('the stack as a number', () => {
  test('equal stacks have equal numbers, different ones do not', () => {
    const numbers = new Map<string, number>();
    for (const [, frame, headerProtocol] of [...FORMS, ...FORMS]) {
      const stack = stackOf(parsed(frame, headerProtocol));
      const text = stackText(stack);
      expect(numbers.get(text) ?? stack).toBe(stack);
      numbers.set(text, stack);
    }
    expect(new Set(numbers.values()).size).toBe(numbers.size);
  });

  test('nothing is 0 and the empty text; a number that was never given has no text', () => {
    expect(stackOf(parsed(new Uint8Array(3)))).toBe(0);
    expect(stackText(0)).toBe('');
    expect(stackText(65_000)).toBe('');
  });

  test('made-up shapes without end take no room without end, and keep their beginning', () => {
    const segment = f.tcp();
    const shapes = [
      (inner: Uint8Array) => f.ipv4({}, inner),
      (inner: Uint8Array) => f.ipv6({}, inner),
      (inner: Uint8Array) => f.ipv4({}, f.gre(inner)),
      (inner: Uint8Array) => f.ipv4({}, f.authentication(inner)),
      (inner: Uint8Array) => f.ipv6({}, f.authentication(f.authentication(inner))),
      (inner: Uint8Array) => f.ipv4({}, f.mpls([16], f.ethernet({}, inner))),
      (inner: Uint8Array) => f.ipv4({}, f.etherIp(f.ethernet({ vlans: [{ id: 1 }] }, inner))),
      (inner: Uint8Array) => f.ipv4({}, f.etherIp(f.ethernet({ vlans: [{ id: 1 }, { id: 2 }] }, inner))),
      (inner: Uint8Array) =>
        f.ipv4({}, f.etherIp(f.ethernet({ vlans: [{ id: 1 }, { id: 2 }, { id: 3 }] }, inner))),
      (inner: Uint8Array) => f.ipv4({}, f.udp({}, f.vxlan(1, f.ethernet({}, inner)))),
      (inner: Uint8Array) => f.ipv4({}, f.udp({}, f.geneve(1, f.ethernet({}, inner)))),
      (inner: Uint8Array) => f.ipv6({}, f.udp({}, f.gtpUser(1, inner))),
    ];
    let largest = 0;
    for (let number = 0; number < shapes.length ** 4; number += 3) {
      let packet: Uint8Array = segment;
      for (let place = 0, rest = number; place < 4; place++, rest = Math.floor(rest / shapes.length)) {
        packet = shapes[rest % shapes.length]!(packet);
      }
      const header = parsed(f.ethernet({}, packet));
      const stack = stackOf(header);
      expect(stackOf(header)).toBe(stack);
      expect(stackText(stack)).toMatch(/^eth\.ip/);
      largest = Math.max(largest, stack);
    }
    expect(largest).toBeLessThan(4096);
  });
});

const ethernetRecord = (padded = true) =>
  f.join(
    f.u32(1518),
    parseMac('02:00:00:00:00:01')!,
    padded ? [0, 0] : [],
    parseMac('02:00:00:00:00:02')!,
    padded ? [0, 0] : [],
    f.u32(0x0800),
  );

const ipv4Record = (protocol: number) =>
  f.join(
    f.u32(1500),
    f.u32(protocol),
    f.u32(parseIpv4('10.0.0.1')!),
    f.u32(parseIpv4('10.0.0.2')!),
    f.u32(40268),
    f.u32(5001),
    f.u32(0x12),
    f.u32(0x28),
  );

const ipv6Record = (protocol: number) =>
  f.join(
    f.u32(1500),
    f.u32(protocol),
    parseIpv6('2001:db8::1')!,
    parseIpv6('2001:db8::2')!,
    f.u32(40268),
    f.u32(5001),
    f.u32(0x12),
    f.u32(0x28),
  );

/** Puts records one behind the other and hands each to its function, with poison around. */
function filled(...parts: (readonly [fill: typeof fillFromIpv4Record, record: Uint8Array])[]): PacketHeader {
  const header = parsed(FORMS[0]![1]);
  header.depth = 0;
  const memory = f.join(f.hex('ffff'), ...parts.map(([, record]) => record), f.hex('ffff'));
  const view = new DataView(memory.buffer);
  let offset = 2;
  for (const [fill, record] of parts) {
    fill(header, memory, view, offset, offset + record.length);
    offset += record.length;
  }
  return header;
}

/** The fields that a flow key reads from a header and from the records that stand in for one. */
function seen(header: PacketHeader) {
  const layer = header.layers[0];
  const { bytes } = header;
  const address = layer.ipVersion === 6 ? formatIpv6 : formatIpv4Octets;
  return {
    stack: stackText(stackOf(header)),
    sourceMac: layer.sourceMac < 0 ? '' : formatMacPlain(bytes, layer.sourceMac),
    destinationMac: layer.destinationMac < 0 ? '' : formatMacPlain(bytes, layer.destinationMac),
    etherType: layer.etherType,
    ipVersion: layer.ipVersion,
    source: layer.sourceIp < 0 ? '' : address(bytes, layer.sourceIp),
    destination: layer.destinationIp < 0 ? '' : address(bytes, layer.destinationIp),
    protocol: layer.ipProtocol,
    tos: layer.tos,
    sourcePort: layer.sourcePort,
    destinationPort: layer.destinationPort,
    tcpFlags: layer.tcpFlags,
  };
}

describe('records that stand in for a header', () => {
  const tcp = f.tcp({ flags: 0x12 });

  test('sampled_ethernet and sampled_ipv4 say what the header would', () => {
    const header = seen(parsed(f.ethernet({}, f.ipv4({ tos: 0x28 }, tcp))));
    expect(
      seen(filled([fillFromIpv4Record, ipv4Record(6)], [fillFromEthernetRecord, ethernetRecord()])),
    ).toEqual(header);
    expect(
      seen(filled([fillFromEthernetRecord, ethernetRecord()], [fillFromIpv4Record, ipv4Record(6)])),
    ).toEqual(header);
    expect(
      seen(filled([fillFromEthernetRecord, ethernetRecord(false)], [fillFromIpv4Record, ipv4Record(6)])),
    ).toEqual(header);
  });

  test('sampled_ipv6 alone', () => {
    expect(seen(filled([fillFromIpv6Record, ipv6Record(6)]))).toEqual(
      seen(parsed(f.ipv6({ trafficClass: 0x28 }, tcp), 12)),
    );
  });

  test('ports and flags only where the protocol has them', () => {
    expect(filled([fillFromIpv4Record, ipv4Record(17)]).layers[0]).toMatchObject({
      sourcePort: 40268,
      tcpFlags: -1,
      ipLength: 1500,
    });
    expect(filled([fillFromIpv4Record, ipv4Record(1)]).layers[0]).toMatchObject({
      sourcePort: -1,
      tcpFlags: -1,
    });
    expect(filled([fillFromIpv6Record, ipv6Record(200)]).layers[0]).toMatchObject({
      sourcePort: -1,
      ipProtocol: 200,
    });
  });

  test('nothing of the packet before, no header that is not there', () => {
    const header = filled([fillFromEthernetRecord, ethernetRecord()]);
    expect(header.layers[0]).toMatchObject({
      vlanCount: 0,
      ip: -1,
      ethernet: -1,
      ipVersion: 0,
      sourcePort: -1,
      payload: -1,
    });
    expect(header.depth).toBe(1);
  });

  test('a record that is too short changes nothing', () => {
    for (let length = 0; length < 56; length++) {
      const short4 = ipv4Record(6).subarray(0, Math.min(31, length));
      const short6 = ipv6Record(6).subarray(0, Math.min(55, length));
      const shortEthernet = ethernetRecord().subarray(0, Math.min(19, length));
      expect(filled([fillFromIpv4Record, short4]).depth).toBe(0);
      expect(filled([fillFromIpv6Record, short6]).depth).toBe(0);
      expect(filled([fillFromEthernetRecord, shortEthernet]).depth).toBe(0);
    }
  });
});
