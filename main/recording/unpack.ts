/**
 * Unpacks blocks for a thread that reads their samples: reading and unpacking go on there while samples are counted
 * here, which between turns of one thread's loop they do only in part.
 */
import type { UnpackApi } from '../../shared/model/recording.ts';
import type { Handlers } from '../../shared/rpc.ts';
import { OpenSegments } from './read.ts';
import { unpackHere } from './stored.ts';

/** A file that nothing was read of for so long is closed: what made room on the disk is to leave it. */
const IDLE_MS = 2000;

export class Unpacker {
  #folder = '';
  #opened = new OpenSegments('', unpackHere);
  #idle: ReturnType<typeof setTimeout> | null = null;

  readonly handlers: Handlers<UnpackApi> = {
    read: async (folder, segment, block, call) => {
      if (this.#idle) clearTimeout(this.#idle);
      this.#idle = setTimeout(() => void this.close(), IDLE_MS);
      if (folder !== this.#folder) {
        const others = this.#opened;
        this.#folder = folder;
        this.#opened = new OpenSegments(folder, unpackHere);
        await others.closeBefore(Number.POSITIVE_INFINITY);
      }
      const found = await this.#opened.read(segment, block);
      await this.#opened.closeBefore(segment.sequence);
      if (found === null) return null;
      const bytes = withOwnMemory(found.bytes);
      const marks = found.marks && withOwnMemory(found.marks);
      call?.moved?.push(bytes.buffer);
      if (marks) call?.moved?.push(marks.buffer);
      return { bytes, marks };
    },
  };

  /** Closes what is open; it is opened again where more is read. */
  close(): Promise<void> {
    if (this.#idle) clearTimeout(this.#idle);
    return this.#opened.closeBefore(Number.POSITIVE_INFINITY);
  }
}

/** A few octets may share their memory with others, and cannot be moved without them. */
const withOwnMemory = (octets: Uint8Array): Uint8Array<ArrayBuffer> =>
  octets.length > Buffer.poolSize ? (octets as Uint8Array<ArrayBuffer>) : new Uint8Array(octets);
