/**
 * A Weir in a process of its own that is killed while it is written to: starts it, sends to it without a pause, ends it
 * with SIGKILL, and says what is left on disk. The sender knows when it sent what, so that what is missing has an age.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findSegments, rangeOf } from '../../main/recording/find.ts';
import { blocksOf, MarksAtHand, readRecords } from '../../main/recording/read.ts';
import { writeDatagram } from '../../main/sflow/write.ts';
import { PacketReader } from '../../main/sources/packet-reader.ts';
import { Store } from '../../main/store/store.ts';
import { tcpHeader } from '../sflow/fixtures.ts';

const collector = join(import.meta.dirname, 'collector.ts');
export const AGENT = '10.9.8.7';
/** Flow samples of a datagram, each with a source and a port of its own. */
export const SAMPLES = 4;
const EVER = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };

/** One datagram with samples that every definition counts; its number is the sequence number. */
export function datagramOf(number: number): Uint8Array {
  return writeDatagram({
    agent: AGENT,
    subAgentId: 0,
    sequenceNumber: number,
    uptimeMs: number,
    samples: Array.from({ length: SAMPLES }, (_, i) => {
      const header = tcpHeader.slice();
      new DataView(header.buffer).setUint32(26, 0x0a00_0000 + ((number * SAMPLES + i) % 5000));
      return {
        ...{ kind: 'flow_sample' as const, sequenceNumber: number * SAMPLES + i, dataSourceIndex: 7 },
        ...{ samplingRate: 1000, samplePool: number * 1000, drops: 0, input: 7 },
        output: { format: 0, value: 3 },
        records: [
          { name: 'sampled_header', fields: { protocol: 1, frame_length: 1518, stripped: 4, header } },
        ],
      };
    }),
  });
}

/** Sends datagrams one after the other, in time, until it is closed; remembers when each was sent. */
export class Sender {
  /** By number, from 1 on. */
  readonly sentMs: number[] = [0];
  readonly #socket = createSocket('udp4');
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(port: number, perTurn: number) {
    this.#timer = setInterval(() => {
      for (let i = 0; i < perTurn; i++) {
        this.#socket.send(datagramOf(this.sentMs.length), port, '127.0.0.1');
        this.sentMs.push(performance.now());
      }
    }, 10);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#socket.close();
  }
}

export async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

/** A Weir that was started on a data directory and is ready. */
export class Running {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Rejects with the sentence that it was refused with. */
  static async start(data: string, port: number, environment: Record<string, string> = {}): Promise<Running> {
    const child = fork(collector, [data, String(port)], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: { ...process.env, ...environment },
    });
    const [told] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [unknown];
    if (told !== 'ready') throw new Error(String(told));
    return new Running(child);
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }

  /** As a user ends it. */
  async end(): Promise<void> {
    this.#child.kill('SIGTERM');
    await once(this.#child, 'exit');
  }
}

/** Numbers of the datagrams in the recording of a data directory, in their order, and what it says is damaged. */
export async function recordedNumbers(data: string): Promise<{ numbers: number[]; notices: string[] }> {
  const folder = join(data, 'recording');
  const { segments, notices } = findSegments(folder, false);
  const numbers: number[] = [];
  const packets = new PacketReader({
    datagram(_bytes, view, start) {
      // version, address type, address, sub-agent, sequence number
      numbers.push(view.getUint32(start + 16));
    },
  });
  for await (const block of blocksOf(rangeOf(folder, segments, EVER, null), null)) {
    if (block.bytes === null) notices.push(`a block of ${block.segment.name} cannot be read`);
    readRecords(block, 0, packets, new MarksAtHand());
  }
  return { numbers, notices };
}

/** Plain and compressed segments of a data directory. */
export function segmentFiles(data: string): string[] {
  const folder = join(data, 'recording');
  return readdirSync(folder)
    .filter((name) => /\.pcap(\.zst)?$/.test(name))
    .map((name) => join(folder, name));
}

export type StoredMinute = { minute: number; received: number; samples: Map<string, number> };

/** What is stored of each minute: datagrams, and samples by definition. Opens the store as the next Weir would. */
export function storedMinutes(data: string, definitions: readonly string[]): StoredMinute[] {
  const store = new Store(data, Date.now());
  try {
    const { notice, minutes } = store.status();
    if (notice) throw new Error(notice);
    if (!minutes) return [];
    const found = new Map<number, StoredMinute>();
    for (const { minute, received } of store.arrivals(1, minutes.first, minutes.last + 1))
      found.set(minute, { minute, received, samples: new Map() });
    for (const keys of definitions) {
      const rows = store.flows({ keys, filter: '', counts: '' }, 1, minutes.first, minutes.last + 1);
      rows?.minuteOf.forEach((minute, row) => {
        const { samples } = found.get(minute) ?? { samples: new Map<string, number>() };
        samples.set(keys, (samples.get(keys) ?? 0) + rows.sums[row * 5 + 2]!);
      });
    }
    return [...found.values()];
  } finally {
    store.close();
  }
}
