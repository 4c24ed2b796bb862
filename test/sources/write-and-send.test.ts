/** Datagrams written as pcap are read back as they were, with right checksums; captures are sent whole. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { MAX_PAYLOAD_OCTETS, PcapFileWriter, PcapWriter } from '../../main/sources/pcap-write.ts';
import { sendCapture } from '../../main/sources/send.ts';
import { openListener } from '../../main/sources/udp.ts';
import * as build from './builder.ts';
import { reading, sequences } from './reading.ts';

const folder = mkdtempSync(join(tmpdir(), 'weir-write-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const from = { address: '10.1.2.3', port: 50_000 };
const to = { address: '10.9.8.7', port: 6343 };

/** RFC 1071 the slow way: the sum of 16-bit words that include their own checksum comes to 0xffff. */
function onesSum(bytes: number[]): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) {
    sum += (bytes[at]! << 8) | (bytes[at + 1] ?? 0);
    if (sum > 0xffff) sum -= 0xffff;
  }
  return sum;
}

describe('PcapWriter', () => {
  test('any payload, time, port and family come back the same', async () => {
    const endpoint = fc.record({
      address: fc.oneof(fc.ipV4(), fc.ipV6()),
      port: fc.integer({ min: 0, max: 65_535 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            extra: fc.integer({ min: 0, max: 3000 }),
            microseconds: fc.integer({ min: 0, max: 4_294_967_295_999_999 }),
            source: endpoint,
            destination: endpoint,
          }),
          { minLength: 1, maxLength: 5 },
        ),
        async (datagrams) => {
          const writer = new PcapWriter();
          const offsets: number[] = [];
          datagrams.forEach(({ extra, microseconds, source, destination }, index) => {
            offsets.push(writer.offset);
            writer.append(build.sflow(index, extra), microseconds / 1000, source, destination);
          });
          const { seen, summary } = await reading(writer.take());
          expect(summary).toMatchObject({ complete: true, problems: [], skipped: [] });
          expect(
            seen.map((one) => [
              one.sequence,
              one.octets,
              one.timeMs,
              one.sourcePort,
              one.destinationPort,
              one.recordOffset,
            ]),
          ).toEqual(
            datagrams.map(({ extra, microseconds, source, destination }, index) => [
              index,
              28 + extra,
              microseconds / 1000,
              source.port,
              destination.port,
              offsets[index],
            ]),
          );
        },
      ),
      { numRuns: 100 },
    );
  });

  test('checksums of both families, even and odd lengths', () => {
    for (const [source, destination] of [
      [from, to],
      [
        { address: '2001:db8::1', port: 1 },
        { address: 'fe80::2%eth0', port: 2 },
      ],
      [
        { address: '192.0.2.1', port: 1 },
        { address: '::1', port: 2 },
      ],
    ] as const) {
      for (const extra of [0, 1, 2, 3, 999]) {
        const writer = new PcapWriter();
        writer.append(build.sflow(1, extra), 0, source, destination);
        const packet = [...writer.take().subarray(24 + 16 + 14)];
        const isIpv4 = packet[0] === 0x45;
        if (isIpv4) expect(onesSum(packet.slice(0, 20))).toBe(0xffff);
        const udp = isIpv4 ? packet.slice(20) : packet.slice(40);
        const addresses = isIpv4 ? packet.slice(12, 20) : packet.slice(8, 40);
        expect(onesSum([...addresses, ...build.u32(udp.length), 0, 0, 0, 17, ...udp])).toBe(0xffff);
        expect(udp.length).toBe(8 + 28 + extra);
      }
    }
  });

  test('an address that is none becomes 0.0.0.0, and a payload too long for UDP is refused', async () => {
    const writer = new PcapWriter();
    writer.append(build.sflow(1), 0, { address: 'leaf1', port: 1 }, to);
    expect(() => writer.append(new Uint8Array(MAX_PAYLOAD_OCTETS + 1), 0, from, to)).toThrow(RangeError);
    writer.append(build.sflow(2, MAX_PAYLOAD_OCTETS - 28), 0, from, to);
    const { seen } = await reading(writer.take());
    expect(seen.map((one) => [one.sequence, one.source])).toEqual([
      [1, [0, 0, 0, 0]],
      [2, [10, 1, 2, 3]],
    ]);
  });

  test('a file taken piece by piece, and one continued', async () => {
    const writer = new PcapWriter();
    writer.append(build.sflow(1), 1, from, to);
    const first = writer.take();
    writer.append(build.sflow(2), 2, from, to);
    const second = writer.take();
    expect(writer.take().length).toBe(0);
    const later = new PcapWriter({ offset: writer.offset });
    expect(later.offset).toBe(first.length + second.length);
    later.append(build.sflow(3), 3, from, to);
    expect(sequences(await reading(build.bytesOf(first, second, later.take())))).toEqual([1, 2, 3]);
  });

  test('to a file', async () => {
    const path = join(folder, 'written.pcap');
    const file = await PcapFileWriter.create(path);
    for (let sequence = 1; sequence <= 1000; sequence++) {
      file.append(build.sflow(sequence, sequence), sequence, from, to);
      if (file.waitingOctets > 100_000) await file.flush();
    }
    await file.close();
    expect(sequences(await reading(path))).toEqual(Array.from({ length: 1000 }, (_, index) => index + 1));
    expect(readFileSync(path).length).toBeGreaterThan(0);
  });
});

describe('sendCapture', () => {
  const numbers = Array.from({ length: 300 }, (_, index) => index + 1);

  async function listening(): Promise<{ got: number[]; port: number; close: () => Promise<void> }> {
    const got: number[] = [];
    const listener = await openListener(
      { address: '127.0.0.1', port: 0 },
      (bytes) => got.push(new DataView(bytes.buffer, bytes.byteOffset).getUint32(16)),
      () => {},
    );
    return { got, port: listener.status().port, close: () => listener.close() };
  }

  function captureFile(): string {
    const path = join(folder, 'send.pcap');
    // Half a second of capture, and one datagram whose time goes back.
    const records = numbers.map((number) =>
      build.pcapRecord(build.frame(number), { fraction: number === 100 ? 0 : number * 1600 }),
    );
    writeFileSync(path, build.bytesOf(build.pcapHeader(), ...records));
    return path;
  }

  test('every datagram, in order, at the most and at a pace', async () => {
    for (const speed of ['max', 50] as const) {
      const { got, port, close } = await listening();
      const progress: number[] = [];
      const result = await sendCapture(captureFile(), {
        host: '127.0.0.1',
        port,
        speed,
        onProgress: ({ sent }) => progress.push(sent),
      });
      while (got.length < 300) await new Promise((resolve) => setImmediate(resolve));
      expect(got).toEqual(numbers);
      expect(result).toMatchObject({ sent: 300, octets: 300 * 28, errors: 0, complete: true, notice: '' });
      expect(progress.at(-1)).toBe(300);
      await close();
    }
  });

  test('ends when told to', async () => {
    const { port, close } = await listening();
    const controller = new AbortController();
    const result = await sendCapture(captureFile(), {
      host: '127.0.0.1',
      port,
      speed: 0.001,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    expect(result.complete).toBe(false);
    expect(result.sent).toBeLessThan(300);
    await close();
  });

  test('a wrong speed, host or file is a sentence', async () => {
    const path = captureFile();
    const target = { host: '127.0.0.1', port: 9 };
    await expect(sendCapture(path, { ...target, speed: 0 })).rejects.toThrow('The speed must be above 0');
    await expect(sendCapture(path, { ...target, speed: Number.NaN })).rejects.toThrow(
      'The speed must be above 0',
    );
    await expect(sendCapture(path, { host: 'no.such.host.invalid', port: 9, speed: 1 })).rejects.toThrow(
      /^no\.such\.host\.invalid has no address/,
    );
    await expect(sendCapture(join(folder, 'none.pcap'), { ...target, speed: 1 })).rejects.toThrow(
      /^none\.pcap does not exist/,
    );
  });
});
