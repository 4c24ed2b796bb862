/**
 * MessageChannelMain with real ports of Node beneath: values are cloned as structured data, so what cannot be
 * cloned throws here as it would in Electron, and nothing but ports can be transferred.
 */
import { EventEmitter, once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type Electron from 'electron';
import { conform, Misuse } from './conform.ts';

const real = new WeakMap<MessagePortMain, MessagePort>();
const otherEnds = new WeakMap<MessagePort, MessagePortMain>();

class MessagePortMain extends EventEmitter {
  #started = false;
  #gone = false;

  postMessage(message: unknown, transfer: Electron.MessagePortMain[] = []): void {
    if (transfer.length > 0)
      throw new Misuse('The double hands ports over to a page only, not from port to port.');
    this.#port().postMessage(message);
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    const port = this.#port();
    port.on('message', (data) => this.emit('message', { data, ports: [] }));
  }

  close(): void {
    this.#port().close();
  }

  #port(): MessagePort {
    const port = real.get(this);
    if (!port || this.#gone)
      throw new Misuse('This port was handed over to a page; its other end is the one to use.');
    return port;
  }
}

function makePort(port: MessagePort): MessagePortMain {
  const made = new MessagePortMain();
  real.set(made, port);
  port.on('close', () => made.emit('close'));
  // A port that waits for messages is no reason to go on living; Electron has its own.
  port.unref();
  return made;
}

/** Takes the real port out of one that is handed to a page; it cannot be used or handed over again. */
export function takePort(port: unknown): MessagePort {
  const taken = port instanceof MessagePortMain ? real.get(port) : undefined;
  if (!taken) throw new Misuse('Only a MessagePortMain can be transferred, and only once.');
  real.delete(port as MessagePortMain);
  return taken;
}

/** Longest wait for the other end, which may have closed by itself at the same moment. */
const TOLD_WITHIN_MS = 1000;

/** Closes a port that a page had; resolves when the program has been told at the other end. */
export async function closeTaken(port: MessagePort): Promise<void> {
  const other = otherEnds.get(port);
  const told = other && once(other, 'close');
  port.close();
  await Promise.race([told, setTimeout(TOLD_WITHIN_MS, null, { ref: false })]);
}

export class MessageChannelMain {
  readonly port1: MessagePortMain;
  readonly port2: MessagePortMain;
  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port1 = makePort(port1);
    this.port2 = makePort(port2);
    otherEnds.set(port1, this.port2);
    otherEnds.set(port2, this.port1);
  }
}

conform<Electron.MessagePortMain>()(makePort(new MessageChannel().port1));
conform<Electron.MessageChannelMain>()(new MessageChannelMain());
