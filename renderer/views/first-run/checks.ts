/**
 * What keeps the first chart from coming, told from what the workspace has heard: each line says what was looked
 * at, what was found, and what to do. Pure.
 */
import { figureText, formatCount, formatMemory } from '../../../shared/format/rates.ts';
import { formatDuration } from '../../../shared/format/time.ts';
import type { Tally } from '../../../shared/model/network.ts';
import type { ListenerStatus, WorkspaceStatus } from '../../../shared/model/workspace.ts';

export type Check = {
  id: string;
  tone: 'ok' | 'waiting' | 'warn' | 'crit';
  title: string;
  detail: string;
  /** A command that mends it, to be copied. */
  command: string;
};

/** '0.0.0.0:6343' or '[::]:6343'. */
export function socketName({ address, port }: { address: string; port: number }): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

const isLoopback = ({ address }: { address: string }) => address === '::1' || address.startsWith('127.');
const isWildcard = ({ address }: { address: string }) => address === '0.0.0.0' || address === '::';

/**
 * Where a switch may send to, best first: all addresses of this computer where a socket takes any of them, else
 * those that the sockets are bound to.
 */
export function sendAddresses(listeners: readonly ListenerStatus[], addresses: readonly string[]): string[] {
  const open = listeners.filter(({ state }) => state !== 'closed');
  if (open.length === 0 || open.some(isWildcard)) return [...addresses];
  return [...new Set(open.map(({ address }) => address))];
}

const memory = (octets: number) => figureText(formatMemory(octets)).replace(/\.0+(?=\D)/, '');
const listed = (words: string[]) =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** True where the system gave clearly less receive buffer than was asked for. */
export function bufferIsShort({
  state,
  receiveBufferOctets,
  receiveBufferAskedOctets,
}: ListenerStatus): boolean {
  return state === 'open' && receiveBufferOctets < receiveBufferAskedOctets * 0.95;
}

/** 'Receive buffer 8 MiB asked, 208 KiB given'. */
export function bufferWords({ receiveBufferOctets, receiveBufferAskedOctets }: ListenerStatus): string {
  return `Receive buffer ${memory(receiveBufferAskedOctets)} asked, ${memory(receiveBufferOctets)} given`;
}

/** The command that lets the system give the buffer; '' where there is none to give. */
export function bufferCommand(platform: string, listener: ListenerStatus): string {
  return platform === 'linux' ? `sudo sysctl -w net.core.rmem_max=${listener.receiveBufferAskedOctets}` : '';
}

/** The command that opens a UDP port in the firewall of this system; '' where there is no single one. */
export function firewallCommand(platform: string, port: number): string {
  if (platform === 'linux') return `sudo ufw allow ${port}/udp`;
  if (platform === 'win32') {
    return `netsh advfirewall firewall add rule name="Weir sFlow" dir=in action=allow protocol=UDP localport=${port}`;
  }
  return '';
}

function socketChecks(status: WorkspaceStatus, platform: string): Check[] {
  const open = status.listeners.filter(({ state }) => state === 'open');
  const failed = status.listeners.filter(({ state }) => state === 'failed');
  const checks: Check[] = failed.map((listener) => ({
    id: `socket ${socketName(listener)}`,
    tone: open.length > 0 ? 'warn' : 'crit',
    title: `Socket on ${socketName(listener)} is not open`,
    detail: listener.problem || 'Choose another port in the settings.',
    command: '',
  }));
  if (open[0]) {
    const short = open.find(bufferIsShort);
    checks.unshift({
      id: 'socket',
      tone: short ? 'warn' : 'ok',
      title: `Socket open on ${listed(open.map(socketName))}`,
      detail: short
        ? `${bufferWords(short)}: bursts may be lost. Allow more and start Weir again.`
        : bufferWords(open[0]),
      command: short ? bufferCommand(platform, short) : '',
    });
  }
  if (open.length > 0 && open.every(isLoopback)) {
    checks.push({
      id: 'loopback',
      tone: 'warn',
      title: 'Only this computer can send here',
      detail: `${listed(open.map(socketName))} cannot be reached from the network. Add 0.0.0.0 in the settings.`,
      command: '',
    });
  }
  if (status.listeners.length === 0) {
    checks.push({
      id: 'socket',
      tone: 'crit',
      title: 'No UDP port is listened on',
      detail: 'Add a listener in the settings; sFlow travels to port 6343.',
      command: '',
    });
  }
  return checks;
}

function arrivalCheck(status: WorkspaceStatus, platform: string): Check {
  const port = status.listeners[0]?.port ?? 6343;
  if (status.datagrams > 0) {
    return {
      id: 'arrival',
      tone: 'ok',
      title: `${formatCount(status.datagrams)} sFlow datagrams from ${formatCount(status.agents)} ${
        status.agents === 1 ? 'agent' : 'agents'
      }`,
      detail: '',
      command: '',
    };
  }
  const command = firewallCommand(platform, port);
  return {
    id: 'arrival',
    tone: 'waiting',
    title: 'No datagram on this port yet',
    detail: command
      ? 'If the switch already sends, a firewall may stop it here:'
      : 'If the switch already sends, a firewall may stop it here. Allow Weir to receive in the system settings.',
    command,
  };
}

function formatChecks(status: WorkspaceStatus): Check[] {
  const { foreign, foreignPorts, countersOnly } = status.diagnosis;
  const checks: Check[] = [];
  const own = status.listeners.map(({ port }) => port);
  const countOf = (tallies: Tally[]) => formatCount(tallies.reduce((sum, { count }) => sum + count, 0));
  // sFlow at a port that is only watched: the right format at the wrong place.
  const misplaced = foreign.filter(({ name }) => name.startsWith('sFlow'));
  const others = foreign.filter(({ name }) => !name.startsWith('sFlow'));
  if (misplaced.length > 0) {
    const ports = misplaced.map(({ name }) => name.replace(/^\D*/, '')).filter(Boolean);
    checks.push({
      id: 'misplaced',
      tone: 'warn',
      title: `sFlow arrives on port ${listed(ports)}, which is not the one listened on`,
      detail: `${countOf(misplaced)} datagrams. Send to port ${own[0] ?? 6343}, or add a listener in the settings.`,
      command: '',
    });
  }
  if (others.length > 0) {
    const names = listed(
      others.map(({ name }) => (name === 'unknown' ? 'Something that is not sFlow' : name)),
    );
    const ports = foreignPorts.length > 0 ? foreignPorts : [...new Set(own)];
    checks.push({
      id: 'foreign',
      tone: 'warn',
      title: `${names} arrives on port ${listed(ports.map(String))}`,
      detail: `${countOf(others)} datagrams that Weir does not read. Switch sFlow on instead, as above.`,
      command: '',
    });
  } else if (misplaced.length === 0 && status.datagrams === 0) {
    checks.push({
      id: 'foreign',
      tone: 'waiting',
      title: 'No NetFlow or IPFIX either',
      detail: 'Looked for only to tell you if the switch sends the wrong format',
      command: '',
    });
  }
  if (countersOnly) {
    checks.push({
      id: 'counters',
      tone: 'warn',
      title: 'Counters arrive, flow samples do not',
      detail:
        'Sampling is off on all ports. Set a sampling rate on the switch, as above; Interfaces works already.',
      command: '',
    });
  }
  // What is not sFlow at all is told above.
  const reasons = status.malformed.filter(({ name }) => name !== 'not sFlow');
  if (reasons.length > 0) {
    checks.push({
      id: 'malformed',
      tone: 'warn',
      title: `${countOf(reasons)} could not be read`,
      detail: reasons.map(({ name, count }) => `${formatCount(count)} × ${name}`).join(', '),
      command: '',
    });
  }
  return checks;
}

/** The lines of the check list, in the order a datagram passes. `platform` as Node names it. */
export function checksOf(status: WorkspaceStatus, platform: string): Check[] {
  return [...socketChecks(status, platform), arrivalCheck(status, platform), ...formatChecks(status)];
}

/** Title and sentence over the list. */
export function firstRunWords(status: WorkspaceStatus): {
  title: string;
  about: string;
  tone: 'ok' | 'crit';
} {
  const ports = [...new Set(status.listeners.map(({ port }) => port))];
  const named = ports.length === 1 ? `UDP port ${ports[0]}` : `UDP ports ${listed(ports.map(String))}`;
  if (!status.listeners.some(({ state }) => state === 'open')) {
    return {
      title: ports.length === 0 ? 'Nothing is listened on' : `${named} could not be opened`,
      about: 'Nothing can arrive until this is mended; the line below says how. Captures open all the same.',
      tone: 'crit',
    };
  }
  const heard = formatDuration(Math.max(0, Math.floor((status.nowMs - status.startedMs) / 1_000)) * 1_000);
  if (status.diagnosis.countersOnly || (status.datagrams > 0 && status.flowSamples === 0)) {
    return {
      title: 'Counters arrive, flow samples do not',
      about: `${formatCount(status.counterSamples)} counter samples in ${heard}. The first chart stands a few seconds after the first flow sample.`,
      tone: 'ok',
    };
  }
  if (status.datagrams > 0) {
    return {
      title: `Listening on ${named}`,
      about: `${formatCount(status.datagrams)} datagrams from ${formatCount(status.agents)} agents arrived in the ${heard} since start.`,
      tone: 'ok',
    };
  }
  return {
    title: `Listening on ${named}`,
    about: `Nothing has arrived in the ${heard} since start. The first chart stands a few seconds after the first sample.`,
    tone: 'ok',
  };
}
