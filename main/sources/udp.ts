/**
 * Datagrams from the network. A listener is one UDP socket, IPv4 or IPv6; what cannot be opened says why in
 * one sentence and stops nothing else. Datagrams are borrowed: they are good until the callback returns.
 *
 * Sockets are opened and closed by dgram-as-promised. Datagrams arrive by the raw socket's 'message' event all
 * the same: the promise form listens only while somebody waits in `recv()`, so whatever arrives while the
 * reader awaits anything else is lost without a count (measured: 94 % at one more await per datagram).
 */
import { isIPv6 } from 'node:net';
import { platform } from 'node:os';
import type { SocketAsPromised } from 'dgram-as-promised';
import { DgramAsPromised } from 'dgram-as-promised';
import type { ListenerSettings, ListenerStatus } from '../../shared/model/workspace.ts';
import type { DatagramClass } from './classify.ts';
import { classifyDatagram } from './classify.ts';

/** What a listener asks of the system, so that a pause of the reader (0.2 s at 20,000/s) loses nothing. */
export const RECEIVE_BUFFER_OCTETS = 8 * 1024 * 1024;
const LEAST_BUFFER_OCTETS = 64 * 1024;
/** Where NetFlow and IPFIX usually go. */
export const FOREIGN_PORTS: readonly number[] = [2055, 4739, 9995, 9996];

/** The UDP source of a datagram. The object is the caller's to keep. */
export type Sender = { address: string; port: number };

export type DatagramListener = (bytes: Uint8Array, timeMs: number, sender: Sender) => void;

export type Listener = {
  /** As it is now; a fresh object each time. */
  status(): ListenerStatus;
  /** Closes the socket; may be called again. No datagram is delivered afterwards. */
  close(): Promise<void>;
};

/** Told for tests and for other clocks; the wall's by default. */
export type ListenerOptions = { now?: () => number; receiveBufferOctets?: number };

/**
 * Opens one socket. Never rejects: a failure is in the status, and is told to `onProblem` as one plain
 * sentence; so is an error of the open socket later. Port 0 takes any free one, which the status then names.
 */
export async function openListener(
  settings: ListenerSettings,
  onDatagram: DatagramListener,
  onProblem: (problem: string) => void,
  options: ListenerOptions = {},
): Promise<Listener> {
  const now = options.now ?? Date.now;
  const asked = options.receiveBufferOctets ?? RECEIVE_BUFFER_OCTETS;
  const { address } = settings;
  const family = isIPv6(address.split('%')[0] ?? '') ? 'udp6' : 'udp4';
  const status: ListenerStatus = {
    address,
    port: settings.port,
    state: 'closed',
    problem: '',
    receiveBufferAskedOctets: asked,
    receiveBufferOctets: 0,
  };
  // ipv6Only: the IPv4 socket of the same port is another one.
  const socket = DgramAsPromised.createSocket({ type: family, ipv6Only: family === 'udp6' });
  const fail = (error: unknown): void => {
    status.state = 'failed';
    status.problem = listenProblem(error, settings);
    onProblem(status.problem);
  };
  socket.socket.on('message', (message, from) => {
    onDatagram(message, now(), from);
  });
  let bound = false;
  // Before it is bound, the promise of `bind` tells of the error.
  socket.socket.on('error', (error) => {
    if (!bound) return;
    fail(error);
    void closeQuietly(socket);
  });
  try {
    // The system would take a larger number for another port.
    if (!isPort(settings.port)) throw new PortError();
    const given = await socket.bind(settings.port, address);
    bound = true;
    status.port = given.port;
    status.state = 'open';
    status.receiveBufferOctets = enlargeBuffer(socket, asked);
  } catch (error) {
    fail(error);
    await closeQuietly(socket);
  }
  let closing: Promise<void> | null = null;
  return {
    status: () => ({ ...status }),
    close() {
      if (!closing) {
        socket.socket.removeAllListeners('message');
        closing = bound ? closeQuietly(socket) : Promise.resolve();
        if (status.state === 'open') status.state = 'closed';
      }
      return closing;
    },
  };
}

/** A setting without an address means every IPv4 and every IPv6 address: two sockets. */
export function socketsFor(settings: { address: string | null; port: number }): ListenerSettings[] {
  const { address, port } = settings;
  if (address) return [{ address, port }];
  return [
    { address: '0.0.0.0', port },
    { address: '::', port },
  ];
}

/**
 * Opens the sockets of a list of settings, an address of '' or null meaning all. A computer without IPv6 has
 * no '::', which is no failure where the IPv4 socket of the same setting opened.
 */
export async function openListeners(
  settings: readonly { address: string | null; port: number }[],
  onDatagram: DatagramListener,
  onProblem: (problem: string) => void,
  options: ListenerOptions = {},
): Promise<Listener[]> {
  const opened: Listener[] = [];
  for (const one of settings) {
    for (const socket of socketsFor(one)) {
      const optional = !one.address && socket.address === '::' && opened.at(-1)?.status().state === 'open';
      // Port 0: both families share the one that the first was given.
      const port = optional ? (opened.at(-1)?.status().port ?? socket.port) : socket.port;
      let problem = '';
      const report = (sentence: string): void => {
        problem = sentence;
        if (!optional || !noSuchFamily.test(sentence)) onProblem(sentence);
      };
      const listener = await openListener({ ...socket, port }, onDatagram, report, options);
      if (optional && noSuchFamily.test(problem)) continue;
      opened.push(listener);
    }
  }
  return opened;
}

const noSuchFamily = /has no such address|does not support this kind of address/;

/** Tells what arrives at ports where sFlow is not expected; ports that are taken are left alone. */
export type ForeignWatch = {
  /** The ports that could be opened. */
  readonly ports: readonly number[];
  close(): Promise<void>;
};

/**
 * Listens at other ports only to say what arrives there: NetFlow, IPFIX, or sFlow at the wrong port. Opens
 * what can be opened and says nothing of the rest.
 */
export async function watchForeignFlows(
  onForeign: (looks: DatagramClass, port: number, sender: Sender) => void,
  ports: readonly number[] = FOREIGN_PORTS,
  addresses: readonly string[] = ['0.0.0.0', '::'],
): Promise<ForeignWatch> {
  const watching: Listener[] = [];
  const open = new Set<number>();
  for (const port of ports) {
    for (const address of addresses) {
      let actual = port;
      const listener = await openListener(
        { address, port },
        (bytes, _timeMs, sender) => onForeign(classifyDatagram(bytes), actual, sender),
        () => {},
        // Enough to tell what arrives; nothing here needs to be complete.
        { receiveBufferOctets: LEAST_BUFFER_OCTETS },
      );
      const status = listener.status();
      if (status.state !== 'open') continue;
      actual = status.port;
      open.add(actual);
      watching.push(listener);
    }
  }
  return {
    ports: [...open],
    async close() {
      await Promise.all(watching.map((listener) => listener.close()));
    },
  };
}

/** Asks for a receive buffer, for less where that is refused, and returns what was given as one would ask. */
function enlargeBuffer(socket: SocketAsPromised, asked: number): number {
  for (let octets = asked; octets >= LEAST_BUFFER_OCTETS; octets = Math.floor(octets / 2)) {
    try {
      socket.setRecvBufferSize(octets);
      break;
    } catch {
      // macOS and the BSDs refuse what is beyond their limit; Linux gives less instead.
    }
  }
  try {
    const given = socket.getRecvBufferSize();
    // Linux books twice what is asked for, as room for its own bookkeeping, and reports that.
    return platform() === 'linux' ? given / 2 : given;
  } catch {
    return 0;
  }
}

async function closeQuietly(socket: SocketAsPromised): Promise<void> {
  try {
    await socket.close();
  } catch {
    // Closed already, by its own error.
  }
}

/** Spelled as Node spells it where it checks. */
class PortError extends RangeError {
  readonly code = 'ERR_SOCKET_BAD_PORT';
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 0 && port <= 65_535;
}

/** A system's error as one sentence that says what to do. */
function listenProblem(error: unknown, { address, port }: ListenerSettings): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'EADDRINUSE':
      return `UDP port ${port} is already in use on ${address}, by another collector perhaps; choose another port in Settings or stop that program.`;
    case 'EACCES':
    case 'EPERM':
      return port < 1024
        ? `Weir may not listen on UDP port ${port} of ${address}; ports below 1024 need special rights, so choose a higher one (6343 is usual) in Settings.`
        : `The system does not let Weir listen on UDP port ${port} of ${address}; choose another port in Settings, or ask who manages this computer.`;
    case 'EADDRNOTAVAIL':
      return `This computer has no such address as ${address}; choose one of its own in Settings, or all of them.`;
    case 'EAFNOSUPPORT':
    case 'EINVAL':
      return `This computer does not support this kind of address (${address}); choose another in Settings.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${address} is not an address that Weir can listen on; give an IP address of this computer in Settings.`;
    case 'ERR_SOCKET_BAD_PORT':
      return `${port} is not a UDP port; choose one from 1 to 65535 in Settings.`;
    default:
      return `Weir cannot listen on UDP port ${port} of ${address}${code ? ` (${code})` : ''}; choose another port or address in Settings.`;
  }
}
