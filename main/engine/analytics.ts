/**
 * What a workspace works out of its samples as they come: flow definitions, metrics, thresholds, and what is known
 * beside the samples. The live engine and the capture engine run it alike; each hands it the samples and the time,
 * the wall's or the capture's. It owns its parts and speaks for them: `handlers` answer their calls.
 */

import type { FunctionContext } from '../flows/functions/context.ts';
import type { Agent, Network, Stream } from '../samples/network.ts';
import type { Sample } from '../samples/sample.ts';
import type { CounterSample, Datagram } from '../sflow/sample.ts';
import type { DocumentShelf } from './documents.ts';
import { WorkspaceKnowledge } from './knowledge.ts';

export type AnalyticsOptions = {
  network: Network;
  /** Where what the user made is kept. */
  documents: DocumentShelf;
  /** The workspace's own time. */
  nowMs: () => number;
  /** Told when an answer that was given may be another now. */
  changed: () => void;
};

export class Analytics {
  /** Another one after `restart`: parts ask for it each time. */
  network: Network;
  readonly knowledge: WorkspaceKnowledge;
  readonly handlers: WorkspaceKnowledge['handlers'];

  constructor({ network, documents, changed }: AnalyticsOptions) {
    this.network = network;
    this.knowledge = new WorkspaceKnowledge({ network: () => this.network, documents, changed });
    this.handlers = { ...this.knowledge.handlers };
  }

  /** What keys and filters are compiled with. */
  get context(): FunctionContext {
    return this.knowledge.context;
  }

  /** Reads what was kept. */
  async start(): Promise<void> {
    await this.knowledge.start();
  }

  /** Nobody is answered any more. */
  stop(): void {
    this.knowledge.stop();
  }

  /** Forgets all that was heard, as when a capture is played from its beginning; what the user made stays. */
  restart(network: Network): void {
    this.network = network;
  }

  flow(sample: Sample): void {
    this.knowledge.flow(sample);
  }

  request(_sample: Sample): void {}

  discarded(_sample: Sample): void {}

  counters(agent: Agent, _stream: Stream, datagram: Datagram, sample: CounterSample, _timeMs: number): void {
    this.knowledge.counters(agent, datagram, sample);
  }

  restarted(_agent: Agent): void {}

  /** About once a second of the workspace's time. */
  tick(_nowMs: number): void {}
}
