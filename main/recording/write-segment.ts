/**
 * The segment that is being written. A batch is on disk whole before anything is said of it; where the disk refuses,
 * what was written of the batch is cut off again and the segment is as it was before. After a crash, the last record
 * may be torn: it is cut off when the segment is read anew.
 */
import { closeSync, fdatasyncSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { DatagramBatch, RecordedSegment } from '../../shared/model/recording.ts';
import { PCAP_HEADER_OCTETS } from '../sources/pcap.ts';
import { PcapWriter } from '../sources/pcap-write.ts';
import { entriesOf } from './batch.ts';
import { agentIn } from './records.ts';
import { MARKS_HEADER_OCTETS, SegmentShape, segmentName } from './segment.ts';

/** `fs.writeSync` at a position, or what a test puts in its place. */
export type Write = (file: number, octets: Uint8Array, position: number) => number;

export const writeAt: Write = (file, octets, position) => writeSync(file, octets, 0, octets.length, position);

export class OpenSegment {
  readonly sequence: number;
  readonly name: string;
  readonly run: number;
  /** Capture time of the batch it was begun with. */
  readonly begunMs: number;
  readonly #shape = new SegmentShape();
  readonly #write: Write;
  readonly #pcap: number;
  readonly #marks: number;
  readonly #writer = new PcapWriter({ offset: PCAP_HEADER_OCTETS });

  /** Makes both files with their headers; throws what the file system throws, and leaves nothing behind then. */
  constructor(folder: string, sequence: number, run: number, nowMs: number, write: Write) {
    this.sequence = sequence;
    this.run = run;
    this.begunMs = nowMs;
    this.name = segmentName(sequence, nowMs);
    this.#write = write;
    const paths = ['.pcap', '.marks'].map((ending) => join(folder, this.name + ending));
    const files: number[] = [];
    try {
      for (const path of paths) files.push(openSync(path, 'wx', 0o600));
      [this.#pcap, this.#marks] = files as [number, number];
      this.#put(this.#pcap, new PcapWriter().take(), 0);
      this.#put(this.#marks, marksHeader(run), 0);
    } catch (error) {
      for (const file of files) closeSync(file);
      for (const path of paths.slice(0, files.length)) rmSync(path, { force: true });
      throw error;
    }
  }

  get octets(): number {
    return this.#shape.octets;
  }
  /** On disk, marks included. */
  get storedOctets(): number {
    return this.#shape.octets + this.#shape.marksOctets;
  }
  get datagrams(): number {
    return this.#shape.datagrams;
  }

  /** Writes a batch whole, or not at all: then it throws what the file system threw. */
  append(batch: DatagramBatch): void {
    const { bytes, receiver } = batch;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const marks = new Uint8Array(bytes.length);
    let marksLength = 0;
    const ends: number[] = [];
    for (const entry of entriesOf(batch)) {
      const source = { address: entry.sender, port: entry.port };
      this.#writer.append(bytes.subarray(entry.start, entry.end), entry.timeMs, source, receiver);
      ends.push(this.#writer.waitingOctets);
      marks[marksLength++] = entry.marks;
      marks.set(bytes.subarray(entry.marksStart, entry.start), marksLength);
      marksLength += entry.start - entry.marksStart;
    }
    const shape = this.#shape;
    try {
      this.#put(this.#pcap, this.#writer.take(), shape.octets);
      this.#put(this.#marks, marks.subarray(0, marksLength), shape.marksOctets);
    } catch (error) {
      this.#cut();
      throw error;
    }
    let index = 0;
    let at = 0;
    for (const entry of entriesOf(batch)) {
      const end = ends[index++]!;
      // The time as it stands in the file.
      const timeMs = Math.round(entry.timeMs * 1000) / 1000;
      const agent = agentIn(view, entry.start, entry.end);
      shape.add(end - at, timeMs, agent, 1 + entry.start - entry.marksStart);
      at = end;
    }
  }

  #put(file: number, octets: Uint8Array, position: number): void {
    for (let done = 0; done < octets.length; ) {
      const written = this.#write(file, octets.subarray(done), position + done);
      if (written <= 0) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
      done += written;
    }
  }

  /** Back to what was whole before. */
  #cut(): void {
    try {
      ftruncateSync(this.#pcap, this.#shape.octets);
      ftruncateSync(this.#marks, this.#shape.marksOctets);
    } catch {
      // What is torn is written over by the next batch, or cut off when the segment is read anew.
    }
  }

  description(): RecordedSegment {
    return this.#shape.description(this.name, this.sequence, this.run);
  }

  close(): void {
    try {
      fdatasyncSync(this.#pcap);
      fdatasyncSync(this.#marks);
    } catch {
      // The system writes it out when it can.
    }
    closeSync(this.#pcap);
    closeSync(this.#marks);
  }
}

export function marksHeader(run: number): Uint8Array {
  const header = new Uint8Array(MARKS_HEADER_OCTETS);
  header.set(new TextEncoder().encode('WEIRMARK'));
  new DataView(header.buffer).setFloat64(8, run, true);
  return header;
}
