/**
 * Live, with everything on: `weir serve` in a process of its own (recording, store, thresholds, a client that watches
 * over its WebSocket) hears datagrams at rising rates from another process. What was lost is what was sent and not
 * heard; the pause is the longest that a client waited for a word of the engine, its way there and back included.
 * WEIR_BENCH_SECONDS is how long each rate lasts (10). Sender, engine, store and client share the cores of this
 * computer, so the highest rate without loss is the least that Weir takes here.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { SampleNetwork } from '../../main/sample-network/network.ts';
import type { HostApi, WorkspaceApi } from '../../shared/api.ts';
import type { FlowQuestion } from '../../shared/model/question.ts';
import { type Client, connect } from '../../shared/rpc.ts';
import { decodeMessage, encodeMessage } from '../../shared/wire.ts';

const RATES = [5_000, 20_000, 50_000];
const SECONDS = Number(process.env.WEIR_BENCH_SECONDS ?? 10);
const BATCH = 16;

/** Datagrams of some seconds of a network, which are sent over and over with their numbers going on. */
class Stream {
  readonly #datagrams: Uint8Array[] = [];
  /** Where sequence number and pool of each flow sample stand, with by how much a round moves them. */
  readonly #numbers: { view: DataView; offset: number; perRound: number }[] = [];
  #next = 0;

  constructor() {
    const startMs = Date.now();
    const network = new SampleNetwork({ seed: 1, agents: 20, ratePerSecond: 40_000, startMs });
    for (const { datagram } of network.step(startMs + 4000)) this.#datagrams.push(datagram);
    const last = new Map<string, { first: number; newest: number }>();
    const places: { view: DataView; offset: number; of: string }[] = [];
    const note = (view: DataView, offset: number, of: string): void => {
      const value = view.getUint32(offset);
      const known = last.get(of);
      if (known) known.newest = value;
      else last.set(of, { first: value, newest: value });
      places.push({ view, offset, of });
    };
    for (const datagram of this.#datagrams) {
      const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
      const agent = String(view.getUint32(8));
      note(view, 16, agent);
      let offset = 28;
      for (let sample = 0; sample < view.getUint32(24); sample++) {
        const format = view.getUint32(offset);
        const source = `${agent} ${format} ${view.getUint32(offset + 12)} ${format > 2 ? view.getUint32(offset + 16) : ''}`;
        note(view, offset + 8, source);
        if (format === 1) note(view, offset + 20, `${source} pool`);
        if (format === 3) note(view, offset + 24, `${source} pool`);
        offset += 8 + view.getUint32(offset + 4);
      }
    }
    for (const { view, offset, of } of places) {
      const { first, newest } = last.get(of)!;
      this.#numbers.push({ view, offset, perRound: newest - first + 1 });
    }
  }

  next(): Uint8Array {
    if (this.#next === this.#datagrams.length) {
      this.#next = 0;
      for (const { view, offset, perRound } of this.#numbers)
        view.setUint32(offset, view.getUint32(offset) + perRound);
    }
    return this.#datagrams[this.#next++]!;
  }
}

/** The other process: sends at a rate for some seconds each time it is told to, and answers how many it sent. */
async function runSender(port: number): Promise<never> {
  const socket = createSocket({ type: 'udp4', sendBufferSize: 4 << 20 });
  const stream = new Stream();
  const sendBatch = (): Promise<void> =>
    new Promise((resolve) => {
      let left = BATCH;
      for (let i = 0; i < BATCH; i++)
        socket.send(stream.next(), port, '127.0.0.1', () => {
          if (--left === 0) resolve();
        });
    });
  process.on('message', async ({ rate }: { rate: number }) => {
    const start = performance.now();
    let sent = 0;
    for (;;) {
      const elapsed = performance.now() - start;
      if (elapsed >= SECONDS * 1000) break;
      if (sent < (elapsed / 1000) * rate) {
        await sendBatch();
        sent += BATCH;
      } else await pause(1);
    }
    process.send!({ sent, seconds: (performance.now() - start) / 1000 });
  });
  process.send!('ready');
  return new Promise(() => {});
}

type Weir = {
  child: ChildProcess;
  client: Client<HostApi & WorkspaceApi, Record<string, never>>;
  port: number;
};

async function startWeir(data: string): Promise<Weir> {
  const child = spawn(
    process.execPath,
    [
      join(import.meta.dirname, '../../main/hosts/cli.ts'),
      ...['serve', '--http', '127.0.0.1:0', '--sflow', '127.0.0.1:0', '--data', data],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const address = await new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /http:\/\/\S+/.exec(line)?.[0];
      if (found) resolve(found);
    });
  });
  // A window has the cookie of its page.
  const page = await fetch(address);
  const cookie = page.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  const socket = new WebSocket(new URL('rpc', address).href.replace('http', 'ws'), {
    headers: { Cookie: cookie, Origin: new URL(address).origin },
  });
  await once(socket, 'open');
  const client = connect<HostApi & WorkspaceApi, Record<string, never>>({
    send: (message) => socket.send(encodeMessage(message)),
    onMessage: (listener) =>
      void socket.on('message', (octets: Buffer) => listener(decodeMessage(new Uint8Array(octets)))),
    onClose: (listener) => void socket.on('close', listener),
  });
  const { listeners } = await client.call('live', 'status', []);
  return { child, client, port: listeners[0]!.port };
}

/** CPU seconds of a process, where the system tells. */
function cpuOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return Number.NaN;
  }
}

/** What a window asks each second: the chart of the last five minutes, the thresholds, the ports. */
async function watch({ client }: Weir, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    const nowMs = Date.now();
    const question: FlowQuestion = {
      keys: ['ipsource', 'ipdestination'],
      ...{ value: 'bytes', filter: '', n: 10, scope: { agent: null, ifIndex: null, direction: 'both' } },
      interval: { fromMs: nowMs - 300_000, toMs: nowMs },
      stepMs: 1000,
    } as never;
    await Promise.allSettled([
      client.call('live', 'flows', [question]),
      client.call('live', 'thresholds.list', []),
      client.call('live', 'agents', []),
    ]);
    await pause(1000);
  }
}

async function longestWait({ client }: Weir, ended: AbortSignal): Promise<number> {
  let longest = 0;
  while (!ended.aborted) {
    const before = performance.now();
    await client.call('live', 'events.counts', []);
    longest = Math.max(longest, performance.now() - before);
    await pause(20);
  }
  return longest;
}

if (process.argv[2] === 'send') await runSender(Number(process.argv[3]));

const data = mkdtempSync(join(tmpdir(), 'weir-bench-'));
const weir = await startWeir(data);
const sender = fork(import.meta.filename, ['send', String(weir.port)], {
  stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
});
await once(sender, 'message');
try {
  for (const rate of RATES) {
    const before = await weir.client.call('live', 'status', []);
    const cpuBefore = cpuOf(weir.child.pid!);
    const ended = new AbortController();
    const watching = watch(weir, ended.signal);
    const waiting = longestWait(weir, ended.signal);
    sender.send({ rate });
    const [{ sent, seconds }] = (await once(sender, 'message')) as [{ sent: number; seconds: number }];
    ended.abort();
    const wait = await waiting;
    await watching;
    await pause(1500);
    const after = await weir.client.call('live', 'status', []);
    const cpu = cpuOf(weir.child.pid!) - cpuBefore;
    const heard = after.datagrams - before.datagrams;
    const samples = after.flowSamples - before.flowSamples;
    console.log(
      `  ${String(rate).padStart(6)} datagrams/s asked, ${(sent / seconds).toFixed(0).padStart(6)} sent for ${seconds.toFixed(0)} s: ${sent - heard} of ${sent} lost (${((100 * (sent - heard)) / sent).toFixed(3)} %), ${(samples / seconds / 1000).toFixed(0)} k samples/s, ${((cpu * 1e6) / heard).toFixed(1)} µs CPU a datagram of the whole process, longest wait ${wait.toFixed(0)} ms`,
    );
  }
} finally {
  sender.kill();
  weir.child.kill('SIGTERM');
  await once(weir.child, 'exit');
  rmSync(data, { recursive: true, force: true });
}
process.exit(0);
