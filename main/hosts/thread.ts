/** Starting one thread: from the sources beside this file, or from the built file beside the built host. */
import { existsSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
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
const fromSources = import.meta.url.endsWith('.ts') || !existsSync(built);
const workerUrl = fromSources ? new URL('./worker.ts', import.meta.url) : built;

/*
 * Every thread that starts from the sources brings Node's type stripping, which is WebAssembly. V8 13 ends the process
 * (“Check failed: jit_page.has_value()”) when two threads at once compile and free the wrapper of the same import, once
 * in some hundred thread starts; it compiles wrappers only after so many calls of them, so that they are never reached.
 * The built program has no WebAssembly.
 */
if (fromSources) setFlagsFromString('--wasm-wrapper-tiering-budget=1000000000');

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
