/**
 * Lets the sample network speak: over UDP in real time, as switches would, or into a pcap file at once. It is
 * what `weir generate` and the "try it without a switch" button run, so it never holds its thread for longer
 * than a few milliseconds at a time.
 */

import { isIPv6 } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { DgramAsPromised } from 'dgram-as-promised';
import { PcapFileWriter } from '../sources/pcap-write.ts';
import { SampleNetwork } from './network.ts';

const SFLOW_PORT = 6343;
/** Where the datagrams in a file say they went. */
const COLLECTOR = '10.20.0.250';
const AGENT_SOURCE_PORT = 51_343;
const STEP_MS = 100;
/** After a pause of the process (a laptop that slept) the network goes on from now instead of catching up. */
const MOST_BEHIND_MS = 2000;
const FLUSH_OCTETS = 1024 * 1024;

export type GenerateOptions = {
  /** Send in real time to an address; one of `to` and `out` is needed. */
  to?: { host: string; port: number };
  /** Write a pcap file of `seconds`, ending now. */
  out?: string;
  /** Switches in all, 4 to 100; 6 where not told. */
  agents?: number;
  /** How long; without end where not told (600 for a file). */
  seconds?: number;
  /** Flow samples per second of all switches together; 200 where not told. */
  rate?: number;
  seed?: number;
  /** The time at which the traffic begins, milliseconds since 1970; for a file, now less its length. */
  startMs?: number;
  signal?: AbortSignal;
  onProgress?: (progress: GenerateProgress) => void;
};

/** `errors`: datagrams that the system refused to send. */
export type GenerateProgress = { datagrams: number; octets: number; errors: number; seconds: number };

export type GenerateResult = GenerateProgress & { samplingRate: number; agents: string[] };

/** Runs the sample network until its time is over or `signal` ends it. */
export async function generateTo(options: GenerateOptions): Promise<GenerateResult> {
  if (options.out !== undefined) return generateFile(options.out, options);
  if (options.to) return generateLive(options.to, options);
  throw new RangeError('Say where the traffic is to go: an address, or a file.');
}

async function generateFile(path: string, options: GenerateOptions): Promise<GenerateResult> {
  const seconds = options.seconds ?? 600;
  const startMs = options.startMs ?? Date.now() - seconds * 1000;
  const network = networkOf(options, startMs);
  const progress: GenerateProgress = { datagrams: 0, octets: 0, errors: 0, seconds: 0 };
  const file = await PcapFileWriter.create(path);
  try {
    const collector = { address: COLLECTOR, port: SFLOW_PORT };
    for (let done = STEP_MS; done <= seconds * 1000 && !options.signal?.aborted; done += STEP_MS) {
      for (const { timeMs, agent, datagram } of network.step(startMs + done)) {
        file.append(datagram, timeMs, { address: agent, port: AGENT_SOURCE_PORT }, collector);
        progress.datagrams++;
        progress.octets += datagram.length;
      }
      progress.seconds = done / 1000;
      if (file.waitingOctets >= FLUSH_OCTETS) {
        await file.flush();
        options.onProgress?.({ ...progress });
      }
      if (done % 1000 === 0) await nextTurn();
    }
  } finally {
    await file.close();
  }
  return { ...progress, samplingRate: network.samplingRate, agents: network.agents };
}

async function generateLive(
  to: { host: string; port: number },
  options: GenerateOptions,
): Promise<GenerateResult> {
  const { signal } = options;
  const startMs = options.startMs ?? Date.now();
  const network = networkOf(options, startMs);
  const progress: GenerateProgress = { datagrams: 0, octets: 0, errors: 0, seconds: 0 };
  const socket = DgramAsPromised.createSocket(isIPv6(to.host) ? 'udp6' : 'udp4');
  socket.socket.on('error', () => {
    progress.errors++;
  });
  let inFlight = 0;
  let landed = (): void => {};
  const send = (datagram: Uint8Array): void => {
    inFlight++;
    // The raw socket, because a promise for each datagram costs more than the datagram.
    socket.socket.send(datagram, to.port, to.host, (error) => {
      inFlight--;
      if (error) progress.errors++;
      if (inFlight === 0) landed();
    });
    progress.datagrams++;
    progress.octets += datagram.length;
  };
  // The network's time runs with the monotonic clock: `began` is when it was at `startMs`.
  let began = performance.now();
  const lastMs = startMs + (options.seconds ?? Number.POSITIVE_INFINITY) * 1000;
  try {
    while (!signal?.aborted && network.nowMs < lastMs) {
      const behindMs = performance.now() - began - (network.nowMs - startMs);
      if (behindMs < STEP_MS) {
        await pause(STEP_MS - behindMs, undefined, { signal }).catch(() => {});
        continue;
      }
      if (behindMs > MOST_BEHIND_MS) began += behindMs - STEP_MS;
      for (const { datagram } of network.step(network.nowMs + STEP_MS)) send(datagram);
      progress.seconds = (network.nowMs - startMs) / 1000;
      options.onProgress?.({ ...progress });
      await nextTurn();
    }
    if (inFlight > 0) {
      await new Promise<void>((resolve) => {
        landed = resolve;
      });
    }
  } finally {
    await socket.close();
  }
  return { ...progress, samplingRate: network.samplingRate, agents: network.agents };
}

function networkOf(options: GenerateOptions, startMs: number): SampleNetwork {
  return new SampleNetwork({
    seed: options.seed ?? 1,
    agents: options.agents ?? 6,
    ratePerSecond: options.rate ?? 200,
    startMs,
  });
}
