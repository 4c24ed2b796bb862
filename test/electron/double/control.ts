/**
 * How a test stands beside the program: a socket on which it asks the double to click a menu, answer a dialog,
 * drive the page, close the window. Without a test at the other end (as when a person starts the double) the
 * double runs all the same.
 */
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

export type ControlHandler = (...args: never[]) => unknown;

/** Environment variable with the port of the test. */
export const controlVariable = 'ELECTRON_DOUBLE_PORT';

const handlers = new Map<string, ControlHandler>();
let socket: Socket | null = null;

/** Gives the test a command. */
export function command(name: string, handler: ControlHandler): void {
  handlers.set(name, handler);
}

/** Prints what is reported, for a test that reads the output of what started the double. */
const echo = process.env.ELECTRON_DOUBLE_ECHO === '1';

/** Tells the test that something happened; does nothing without one. */
export function report(name: string, data: unknown): void {
  if (echo) console.log(name, JSON.stringify(data));
  socket?.write(`${JSON.stringify({ report: name, data })}\n`);
}

/** Connects to the test that the environment names, if it does. */
export function openControl(): void {
  const port = Number(process.env[controlVariable]);
  if (!port) return;
  const opened = connect(port, '127.0.0.1');
  socket = opened;
  opened.unref();
  opened.on('error', () => {
    socket = null;
  });
  createInterface({ input: opened }).on('line', (line) => {
    const { id, name, args } = JSON.parse(line) as { id: number; name: string; args: never[] };
    void answer(name, args).then((result) => opened.write(`${JSON.stringify({ id, ...result })}\n`));
  });
}

async function answer(name: string, args: never[]): Promise<{ value?: unknown; error?: string }> {
  try {
    const handler = handlers.get(name);
    if (!handler) throw new Error(`The double has no command ${name}.`);
    return { value: (await handler(...args)) ?? null };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
