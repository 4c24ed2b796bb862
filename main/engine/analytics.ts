/**
 * What a workspace works out of its samples as they come: flow definitions, metrics, thresholds, and what is known
 * beside the samples. The live engine and the capture engine run it alike; each hands it the samples and the time,
 * the wall's or the capture's. It owns its parts and speaks for them: `handlers` answer their calls.
 */
import type { Agent, Network, Stream } from '../samples/network.ts';
import type { Sample } from '../samples/sample.ts';
import type { CounterSample, Datagram } from '../sflow/sample.ts';
import type { DocumentShelf } from './documents.ts';

export type AnalyticsOptions = {
  network: Network;
  /** Where what the user made is kept. */
  documents: DocumentShelf;
  /** The workspace's own time. */
  nowMs: () => number;
};

export class Analytics {
  /** Another one after `restart`: parts ask for it each time. */
  network: Network;
  readonly handlers = {};

  constructor({ network }: AnalyticsOptions) {
    this.network = network;
  }

  /** Reads what was kept. */
  async start(): Promise<void> {}

  /** Nobody is answered any more. */
  stop(): void {}

  /** Forgets all that was heard, as when a capture is played from its beginning; what the user made stays. */
  restart(network: Network): void {
    this.network = network;
  }

  flow(_sample: Sample): void {}

  request(_sample: Sample): void {}

  discarded(_sample: Sample): void {}

  counters(
    _agent: Agent,
    _stream: Stream,
    _datagram: Datagram,
    _sample: CounterSample,
    _timeMs: number,
  ): void {}

  restarted(_agent: Agent): void {}

  /** About once a second of the workspace's time. */
  tick(_nowMs: number): void {}
}
