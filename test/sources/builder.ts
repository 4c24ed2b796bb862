/**
 * Captures made octet by octet for the tests: packets of every link type, pcap and pcapng of every byte order
 * and resolution. Deliberately simple and unlike the reader's own code, so that the two cannot share an error.
 */

export type Octets = Uint8Array<ArrayBuffer>;

export function bytesOf(...parts: (number[] | Uint8Array)[]): Octets {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function u16(value: number, little = false): number[] {
  const big = [(value >>> 8) & 255, value & 255];
  return little ? big.reverse() : big;
}

export function u32(value: number, little = false): number[] {
  const big = [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
  return little ? big.reverse() : big;
}

export function u64(value: bigint, little = false): number[] {
  const high = u32(Number((value >> 32n) & 0xffff_ffffn), little);
  const low = u32(Number(value & 0xffff_ffffn), little);
  return little ? [...low, ...high] : [...high, ...low];
}

/** A version 5 datagram without samples, told apart by its sequence number; `extra` octets follow. */
export function sflow(sequence: number, extra = 0): Octets {
  return bytesOf(
    u32(5),
    u32(1),
    [10, 0, 0, 1],
    u32(0),
    u32(sequence),
    u32(1000),
    u32(0),
    new Uint8Array(extra).fill(0xee),
  );
}

export function sequenceOf(bytes: Uint8Array, start: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(start + 16);
}

export function udp(
  payload: Uint8Array,
  source = 1234,
  destination = 6343,
  length = payload.length + 8,
): Octets {
  return bytesOf(u16(source), u16(destination), u16(length), u16(0), payload);
}

export type Ipv4Fields = {
  protocol?: number;
  id?: number;
  /** In octets. */
  fragmentOffset?: number;
  more?: boolean;
  options?: number;
  totalLength?: number;
  source?: number[];
};

export function ipv4(payload: Uint8Array, fields: Ipv4Fields = {}): Octets {
  const options = fields.options ?? 0;
  const header = 20 + options;
  return bytesOf(
    [0x40 | (header / 4), 0],
    u16(fields.totalLength ?? header + payload.length),
    u16(fields.id ?? 7),
    u16((fields.more ? 0x2000 : 0) | ((fields.fragmentOffset ?? 0) / 8)),
    [64, fields.protocol ?? 17, 0, 0],
    fields.source ?? [192, 0, 2, 1],
    [192, 0, 2, 2],
    new Uint8Array(options).fill(1),
    payload,
  );
}

/** `extensions` come before the payload, and the first of them is what `next` names. */
export function ipv6(payload: Uint8Array, next = 17, extensions: number[] = []): Octets {
  const source = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
  const destination = [...source.slice(0, 15), 2];
  return bytesOf(
    [0x60, 0, 0, 0],
    u16(extensions.length + payload.length),
    [next, 64],
    source,
    destination,
    extensions,
    payload,
  );
}

export function ethernet(packet: Uint8Array, tags: number[] = []): Octets {
  const version = packet[0]! >> 4;
  const tagged = tags.flatMap((tpid, index) => [...u16(tpid), ...u16(100 + index)]);
  return bytesOf([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1], tagged, u16(version === 6 ? 0x86dd : 0x0800), packet);
}

export function frame(sequence: number, extra = 0): Octets {
  return ethernet(ipv4(udp(sflow(sequence, extra))));
}

export type PcapFields = {
  little?: boolean;
  nanoseconds?: boolean;
  modified?: boolean;
  linkType?: number;
};

export function pcapHeader(fields: PcapFields = {}): Octets {
  const little = fields.little ?? true;
  const magic = fields.modified ? 0xa1b2cd34 : fields.nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4;
  return bytesOf(
    u32(magic, little),
    u16(2, little),
    u16(4, little),
    u32(0),
    u32(0),
    u32(65_535, little),
    u32(fields.linkType ?? 1, little),
  );
}

export type RecordFields = { seconds?: number; fraction?: number; original?: number };

export function pcapRecord(packet: Uint8Array, fields: RecordFields = {}, format: PcapFields = {}): Octets {
  const little = format.little ?? true;
  return bytesOf(
    u32(fields.seconds ?? 1_700_000_000, little),
    u32(fields.fraction ?? 0, little),
    u32(packet.length, little),
    u32(fields.original ?? packet.length, little),
    format.modified ? [0, 0, 0, 1, 0, 0, 0, 0] : [],
    packet,
  );
}

export function pcap(packets: Uint8Array[], format: PcapFields = {}): Octets {
  return bytesOf(
    pcapHeader(format),
    ...packets.map((packet, index) => pcapRecord(packet, { fraction: index }, format)),
  );
}

/** A pcapng block around a body, padded to four octets. */
export function block(type: number, body: Uint8Array, little = true): Octets {
  const padding = (4 - (body.length % 4)) % 4;
  const length = u32(12 + body.length + padding, little);
  return bytesOf(u32(type, little), length, body, new Uint8Array(padding), length);
}

export function section(little = true): Octets {
  return block(
    0x0a0d0d0a,
    bytesOf(u32(0x1a2b3c4d, little), u16(1, little), u16(0, little), new Uint8Array(8).fill(255)),
    little,
  );
}

export type InterfaceFields = {
  linkType?: number;
  snap?: number;
  resolution?: number;
  offsetSeconds?: bigint;
};

export function interfaceBlock(fields: InterfaceFields = {}, little = true): Octets {
  const options: number[] = [];
  if (fields.resolution !== undefined)
    options.push(...u16(9, little), ...u16(1, little), fields.resolution, 0, 0, 0);
  if (fields.offsetSeconds !== undefined)
    options.push(...u16(14, little), ...u16(8, little), ...u64(fields.offsetSeconds, little));
  options.push(0, 0, 0, 0);
  return block(
    1,
    bytesOf(u16(fields.linkType ?? 1, little), u16(0), u32(fields.snap ?? 0, little), options),
    little,
  );
}

export function enhanced(
  packet: Uint8Array,
  units: bigint,
  id = 0,
  little = true,
  original = packet.length,
): Octets {
  const high = Number((units >> 32n) & 0xffff_ffffn);
  const low = Number(units & 0xffff_ffffn);
  const padding = new Uint8Array((4 - (packet.length % 4)) % 4);
  return block(
    6,
    bytesOf(
      u32(id, little),
      u32(high, little),
      u32(low, little),
      u32(packet.length, little),
      u32(original, little),
      packet,
      padding,
    ),
    little,
  );
}

export function simple(packet: Uint8Array, little = true, original = packet.length): Octets {
  return block(3, bytesOf(u32(original, little), packet), little);
}

export function obsolete(packet: Uint8Array, units: bigint, id = 0, little = true): Octets {
  const padding = new Uint8Array((4 - (packet.length % 4)) % 4);
  return block(
    2,
    bytesOf(
      u16(id, little),
      u16(0, little),
      u32(Number(units >> 32n), little),
      u32(Number(units & 0xffff_ffffn), little),
      u32(packet.length, little),
      u32(packet.length, little),
      packet,
      padding,
    ),
    little,
  );
}

/** A file's octets as a stream of chunks of a size. */
export async function* inChunks(bytes: Uint8Array, octets = bytes.length): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += octets) yield bytes.subarray(at, at + octets);
}
