/**
 * Packs the samples of one agent into datagrams as agents do: until one is full, and never longer than half a second.
 * It keeps the sequence number of the datagrams and the agent's uptime.
 */
import { type SampleDescription, writeDatagram } from '../sflow/write.ts';

export type SentDatagram = { timeMs: number; agent: string; datagram: Uint8Array };

/** What fits into a datagram that crosses an Ethernet whole. */
const MAX_DATAGRAM_OCTETS = 1400;
const DATAGRAM_HEADER_OCTETS = 28;
/** The document allows a second between sampling and sending. */
const MAX_DELAY_MS = 500;

export class Outbox {
  readonly #agent: string;
  readonly #subAgentId: number;
  readonly #bootMs: number;
  readonly #phase: number;
  #sequence = 0;
  #waiting: SampleDescription[] = [];
  #finished: Uint8Array[] = [];
  #waitingOctets = DATAGRAM_HEADER_OCTETS;
  #waitingSinceMs = 0;

  /** `phase` (0 to 1): where in its share of a step a datagram leaves, so that agents do not send in step. */
  constructor(agent: string, subAgentId: number, bootMs: number, phase: number) {
    this.#agent = agent;
    this.#subAgentId = subAgentId;
    this.#bootMs = bootMs;
    this.#phase = phase;
  }

  /** Milliseconds since the agent started. */
  uptimeMs(nowMs: number): number {
    return Math.floor(nowMs - this.#bootMs);
  }

  /** Takes a sample; `octets` is at least what it takes in a datagram. */
  add(sample: SampleDescription, octets: number, nowMs: number): void {
    if (this.#waiting.length > 0 && this.#waitingOctets + octets > MAX_DATAGRAM_OCTETS) this.#finish(nowMs);
    if (this.#waiting.length === 0) this.#waitingSinceMs = nowMs;
    this.#waiting.push(sample);
    this.#waitingOctets += octets;
  }

  /** Ends what has waited long enough, and appends to `sent` the datagrams of the step, spread over it in their order. */
  collect(fromMs: number, toMs: number, sent: SentDatagram[]): void {
    if (this.#waiting.length > 0 && toMs - this.#waitingSinceMs >= MAX_DELAY_MS) this.#finish(toMs);
    const apartMs = (toMs - fromMs) / this.#finished.length;
    this.#finished.forEach((datagram, index) => {
      sent.push({ timeMs: fromMs + apartMs * (index + this.#phase), agent: this.#agent, datagram });
    });
    this.#finished = [];
  }

  #finish(nowMs: number): void {
    this.#sequence++;
    this.#finished.push(
      writeDatagram({
        agent: this.#agent,
        subAgentId: this.#subAgentId,
        sequenceNumber: this.#sequence >>> 0,
        uptimeMs: this.uptimeMs(nowMs) % 0x1_0000_0000,
        samples: this.#waiting,
      }),
    );
    this.#waiting = [];
    this.#waitingOctets = DATAGRAM_HEADER_OCTETS;
  }
}
