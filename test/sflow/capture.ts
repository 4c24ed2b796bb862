/**
 * The real captures, where they are: WEIR_CAPTURES, else beside the repository. A small reader of plain pcap
 * files (little endian, Ethernet, IPv4, UDP) is kept here, so that the decoder's tests stand on their own.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const beside = fileURLToPath(new URL('../../../shared/captures', import.meta.url));

/** The folder of captures, or null (said once, in one line) where there is none. */
export const capturesFolder: string | null = found();

function found(): string | null {
  const folder = process.env.WEIR_CAPTURES ?? beside;
  if (existsSync(folder)) return folder;
  console.log(`Skipped: no captures at ${folder}; set WEIR_CAPTURES to have the real ones tested.`);
  return null;
}

/** Names without '.pcap', smallest file first. */
export function captureNames(): string[] {
  if (capturesFolder === null) return [];
  return readdirSync(capturesFolder)
    .filter((name) => name.endsWith('.pcap'))
    .map((name) => name.slice(0, -'.pcap'.length))
    .sort();
}

/** A UDP payload in the file's buffer, and when it was captured. */
export type CapturedDatagram = {
  start: number;
  end: number;
  seconds: number;
  microseconds: number;
};

export type Capture = { bytes: Uint8Array; view: DataView; datagrams: CapturedDatagram[] };

/** The UDP datagrams of a capture. */
export function readCaptureFile(name: string): Capture {
  const bytes = new Uint8Array(readFileSync(join(capturesFolder ?? '', `${name}.pcap`)));
  const view = new DataView(bytes.buffer);
  const datagrams: CapturedDatagram[] = [];
  for (let offset = 24; offset + 16 <= bytes.length; ) {
    const length = view.getUint32(offset + 8, true);
    const frame = offset + 16;
    const link = view.getUint16(frame + 12) === 0x8100 ? 18 : 14;
    const udp = frame + link + (bytes[frame + link]! & 15) * 4;
    datagrams.push({
      start: udp + 8,
      end: Math.min(frame + length, udp + view.getUint16(udp + 4)),
      seconds: view.getUint32(offset, true),
      microseconds: view.getUint32(offset + 4, true),
    });
    offset = frame + length;
  }
  return { bytes, view, datagrams };
}
