/**
 * The thread that unpacks blocks of the recording beside the one that reads their samples. It is started by the first
 * long range and ends with the thread that started it; until it is up, blocks are unpacked where they are read.
 */
import type { UnpackApi } from '../../shared/model/recording.ts';
import type { ReadsElsewhere } from '../recording/read.ts';
import { startThread, type Thread } from './thread.ts';

export class UnpackThread {
  #thread: Thread<UnpackApi> | null = null;
  #isUp = false;

  readonly read: ReadsElsewhere = (...asked) => {
    const thread = this.#thread ?? this.#start();
    return this.#isUp ? thread.client.call(null, 'read', asked) : null;
  };

  #start(): Thread<UnpackApi> {
    const thread = startThread<UnpackApi>({ kind: 'unpack' });
    this.#thread = thread;
    void thread.started.then((problem) => {
      this.#isUp = problem === '';
    });
    thread.onExit(() => {
      // One that did not even come up is not tried again for every block.
      if (this.#isUp) this.#thread = null;
      this.#isUp = false;
    });
    return thread;
  }
}
