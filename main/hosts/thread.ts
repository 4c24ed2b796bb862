/** Starting one thread: from the sources beside this file, or from the built file beside the built host. */
import { existsSync } from 'node:fs';
import { type TransferListItem, Worker } from 'node:worker_threads';
import { type Client, connect } from '../../shared/rpc.ts';
import { portWire } from './port-wire.ts';
import type { WorkerEvents, WorkerStart } from './worker.ts';

export type Thread<Api> = {
  client: Client<Api, WorkerEvents>;
  /** Settles when the thread has said that it is up: '' or the sentence why it is not. */
  started: Promise<string>;
  /** Ends the thread, now. */
  end(): Promise<void>;
  onExit(listener: (code: number) => void): void;
};

const built = new URL('./worker.js', import.meta.url);
const workerUrl =
  import.meta.url.endsWith('.ts') || !existsSync(built) ? new URL('./worker.ts', import.meta.url) : built;

/** Old space of a thread in MiB: a table that outgrows its caps ends the thread, not the computer. */
const OLD_SPACE_MIB = 4096;

export function startThread<Api>(start: WorkerStart, transfer: TransferListItem[] = []): Thread<Api> {
  const worker = new Worker(workerUrl, {
    workerData: start,
    transferList: transfer,
    resourceLimits: { maxOldGenerationSizeMb: OLD_SPACE_MIB },
  });
  const client = connect<Api, WorkerEvents>(portWire(worker));
  let failure = '';
  worker.on('error', (error) => {
    failure = error instanceof Error ? error.message : 'The thread failed.';
  });
  const started = new Promise<string>((resolve) => {
    client.on('started', ({ problem }) => resolve(problem));
    worker.once('exit', () => resolve(failure || 'The thread ended before it was up.'));
  });
  return {
    client,
    started,
    async end() {
      await worker.terminate();
    },
    onExit(listener) {
      worker.once('exit', listener);
    },
  };
}
