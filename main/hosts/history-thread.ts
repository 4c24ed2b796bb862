/**
 * The thread that reads the recording, beside the engine that asks it: started by the first question and ended when
 * none came for a while, so that what it keeps in memory is given back. One that failed is started anew.
 */
import type { HistoryApi } from '../../shared/model/history.ts';
import type { Client } from '../../shared/rpc.ts';
import { startThread, type Thread } from './thread.ts';

const IDLE_MS = 120_000;

export class HistoryThread {
  #thread: Thread<HistoryApi> | null = null;
  #idle: ReturnType<typeof setTimeout> | null = null;

  client(): Client<HistoryApi, Record<string, never>> {
    if (this.#idle) clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#end(), IDLE_MS);
    this.#idle.unref();
    if (!this.#thread) {
      const thread = startThread<HistoryApi>({ kind: 'history' });
      thread.onExit(() => {
        if (this.#thread === thread) this.#thread = null;
      });
      this.#thread = thread;
    }
    return this.#thread.client as unknown as Client<HistoryApi, Record<string, never>>;
  }

  #end(): void {
    const thread = this.#thread;
    this.#thread = null;
    void thread?.end();
  }
}
