/**
 * Datagrams between socket and engine. The system's receive buffer is small (4 MiB is a common limit: about
 * 1,800 datagrams) and fills while the engine decodes or answers a question; here a burst waits in 64 MiB
 * instead. Reading the socket goes before working the queue off, because only the socket loses without a count:
 * what finds this queue full is dropped and counted.
 */

const QUEUE_OCTETS = 64 * 1024 * 1024;
const MOST_WAITING = 131_072;
/** libuv reads at most 32 datagrams per turn; a turn that brought about as many has more waiting behind it. */
const BUSY_TURN = 24;
/** While the socket is busy, next to nothing is worked off per turn; else as much as fits these milliseconds. */
const BUSY_SLICE = 2;
/** The clock is looked at once per this many datagrams. */
const SLICE = 16;
const SLICE_MS = 3;

export type QueueReader<Sender> = (
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
  timeMs: number,
  sender: Sender,
) => void;

export class ReceiveQueue<Sender> {
  /** Datagrams that found the queue full. */
  dropped = 0;
  readonly #read: QueueReader<Sender>;
  readonly #later: (turn: () => void) => void;
  readonly #clockMs: () => number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;
  readonly #times: Float64Array;
  readonly #senders: (Sender | null)[];
  readonly #most: number;
  #first = 0;
  #count = 0;
  /** Where the next datagram is put. */
  #tail = 0;
  #arrivedThisTurn = 0;
  #scheduled = false;

  /** `later` runs a turn after the sockets were read (setImmediate); `clockMs` is monotonic. */
  constructor(
    read: QueueReader<Sender>,
    later: (turn: () => void) => void,
    clockMs: () => number,
    octets = QUEUE_OCTETS,
    most = MOST_WAITING,
  ) {
    this.#read = read;
    this.#later = later;
    this.#clockMs = clockMs;
    this.#bytes = new Uint8Array(octets);
    this.#view = new DataView(this.#bytes.buffer);
    this.#most = most;
    this.#starts = new Uint32Array(most);
    this.#ends = new Uint32Array(most);
    this.#times = new Float64Array(most);
    this.#senders = new Array<Sender | null>(most).fill(null);
  }

  get waiting(): number {
    return this.#count;
  }

  /** Copies a datagram in; false where there is no room. */
  push(datagram: Uint8Array, timeMs: number, sender: Sender): boolean {
    const start = this.#room(datagram.length);
    if (start < 0) {
      this.dropped++;
      return false;
    }
    this.#bytes.set(datagram, start);
    const at = (this.#first + this.#count) % this.#most;
    this.#starts[at] = start;
    this.#ends[at] = start + datagram.length;
    this.#times[at] = timeMs;
    this.#senders[at] = sender;
    this.#count++;
    this.#tail = start + datagram.length;
    this.#arrivedThisTurn++;
    this.#schedule();
    return true;
  }

  /** Where `octets` fit behind the newest datagram, from the front again where the end is too near; -1 nowhere. */
  #room(octets: number): number {
    if (this.#count === 0) return octets <= this.#bytes.length ? 0 : -1;
    if (this.#count === this.#most) return -1;
    const head = this.#starts[this.#first]!;
    // The newest lies before the oldest: only the gap between them is free.
    if (this.#tail <= head) return this.#tail + octets <= head ? this.#tail : -1;
    if (this.#tail + octets <= this.#bytes.length) return this.#tail;
    return octets <= head ? 0 : -1;
  }

  /** Works everything off now, before the engine stops. */
  drain(): void {
    while (this.#count > 0) this.#next();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#later(() => this.#turn());
  }

  #turn(): void {
    this.#scheduled = false;
    const busy = this.#arrivedThisTurn >= BUSY_TURN && this.#count < this.#most / 2;
    this.#arrivedThisTurn = 0;
    if (busy) {
      for (let i = 0; i < BUSY_SLICE && this.#count > 0; i++) this.#next();
    } else {
      const until = this.#clockMs() + SLICE_MS;
      while (this.#count > 0) {
        for (let i = 0; i < SLICE && this.#count > 0; i++) this.#next();
        if (this.#clockMs() >= until) break;
      }
    }
    if (this.#count > 0) this.#schedule();
  }

  #next(): void {
    const at = this.#first;
    const sender = this.#senders[at]!;
    this.#read(this.#bytes, this.#view, this.#starts[at]!, this.#ends[at]!, this.#times[at]!, sender);
    this.#senders[at] = null;
    this.#first = (at + 1) % this.#most;
    this.#count--;
  }
}
