/**
 * Datagrams on their way from the engine's thread to the recording's: copied once into a buffer that is handed over
 * whole. What waits is bounded; a datagram that finds no room is counted and not recorded, and the engine never waits.
 *
 * A batch is a row of entries: time (float64, ms), octets (uint32), number of the sender (uint16), its port (uint16),
 * marks (uint8), octets of marks (uint8), the marks, the datagram. Little-endian.
 */
import type { DatagramBatch } from '../../shared/model/recording.ts';
import { MAX_PAYLOAD_OCTETS } from '../sources/pcap-write.ts';

const ENTRY_OCTETS = 18;
/** A batch is handed over at this size, or when its owner flushes it. */
const BATCH_OCTETS = 512 * 1024;
/** Octets that may be under way at once. */
const WAITING_OCTETS = 32 * 1024 * 1024;
const MOST_SENDERS = 65_535;

/** The marks of a datagram's samples: `count` of them, two bits each from the lowest on. */
export type DatagramMarks = { readonly count: number; readonly bytes: Uint8Array };

/** The count that says that the marks are not known. */
export const MARKS_UNKNOWN = 255;

export class BatchFeed {
  /** Datagrams that found no room, or whose batch was refused. */
  dropped = 0;
  readonly #send: (batch: DatagramBatch) => Promise<unknown>;
  readonly #receiver: () => { address: string; port: number };
  readonly #limitOctets: number;
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  #datagrams = 0;
  #senders = new Map<string, number>();
  #waitingOctets = 0;

  /** `send` settles when the batch has been dealt with. */
  constructor(
    send: (batch: DatagramBatch) => Promise<unknown>,
    receiver: () => { address: string; port: number },
    limitOctets: number = WAITING_OCTETS,
  ) {
    this.#send = send;
    this.#receiver = receiver;
    this.#limitOctets = limitOctets;
  }

  /** Copies one datagram (start ≤ o < end of `bytes`) and the marks of its samples. */
  push(
    bytes: Uint8Array,
    start: number,
    end: number,
    timeMs: number,
    address: string,
    port: number,
    marks: DatagramMarks,
  ): void {
    const markOctets = marks.count === MARKS_UNKNOWN ? 0 : (marks.count + 3) >> 2;
    const octets = ENTRY_OCTETS + markOctets + end - start;
    if (end - start > MAX_PAYLOAD_OCTETS || this.#waitingOctets + this.#length + octets > this.#limitOctets) {
      this.dropped++;
      return;
    }
    if (this.#length + octets > this.#bytes.length) {
      this.flush();
      this.#bytes = new Uint8Array(Math.max(BATCH_OCTETS, octets));
      this.#view = new DataView(this.#bytes.buffer);
    }
    let sender = this.#senders.get(address);
    if (sender === undefined) {
      sender = this.#senders.size;
      this.#senders.set(address, sender);
    }
    const view = this.#view;
    let at = this.#length;
    view.setFloat64(at, timeMs, true);
    view.setUint32(at + 8, end - start, true);
    view.setUint16(at + 12, sender, true);
    view.setUint16(at + 14, port, true);
    view.setUint8(at + 16, marks.count);
    view.setUint8(at + 17, markOctets);
    at += ENTRY_OCTETS;
    for (let i = 0; i < markOctets; i++) this.#bytes[at + i] = marks.bytes[i]!;
    at += markOctets;
    this.#bytes.set(bytes.subarray(start, end), at);
    this.#length += octets;
    this.#datagrams++;
    if (this.#senders.size === MOST_SENDERS) this.flush();
  }

  /** Hands over what was collected. */
  flush(): void {
    if (this.#datagrams === 0) return;
    const batch: DatagramBatch = {
      bytes: this.#bytes.subarray(0, this.#length),
      datagrams: this.#datagrams,
      senders: [...this.#senders.keys()],
      receiver: this.#receiver(),
    };
    const octets = this.#length;
    const { datagrams } = batch;
    this.#waitingOctets += octets;
    this.#bytes = new Uint8Array(0);
    this.#view = new DataView(this.#bytes.buffer);
    this.#length = 0;
    this.#datagrams = 0;
    this.#senders = new Map();
    this.#send(batch)
      .catch(() => {
        this.dropped += datagrams;
      })
      .finally(() => {
        this.#waitingOctets -= octets;
      });
  }
}

/** One datagram of a batch: offsets into its bytes. */
export type BatchEntry = {
  timeMs: number;
  sender: string;
  port: number;
  start: number;
  end: number;
  /** As it is stored: the count and then the marks, marksStart ≤ o < start. */
  marks: number;
  marksStart: number;
};

/** The datagrams of a batch in their order; one object, reused. */
export function* entriesOf({ bytes, senders }: DatagramBatch): Generator<BatchEntry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entry: BatchEntry = { timeMs: 0, sender: '', port: 0, start: 0, end: 0, marks: 0, marksStart: 0 };
  for (let at = 0; at + ENTRY_OCTETS <= bytes.length; at = entry.end) {
    entry.timeMs = view.getFloat64(at, true);
    entry.sender = senders[view.getUint16(at + 12, true)] ?? '';
    entry.port = view.getUint16(at + 14, true);
    entry.marks = view.getUint8(at + 16);
    entry.marksStart = at + ENTRY_OCTETS;
    entry.start = entry.marksStart + view.getUint8(at + 17);
    entry.end = entry.start + view.getUint32(at + 8, true);
    yield entry;
  }
}
