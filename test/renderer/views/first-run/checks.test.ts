import { describe, expect, it } from 'vitest';
import {
  bufferIsShort,
  checksOf,
  firstRunWords,
  sendAddresses,
} from '../../../../renderer/views/first-run/checks.ts';
import type { ListenerStatus, WorkspaceStatus } from '../../../../shared/model/workspace.ts';

const mebibyte = 1 << 20;
const open: ListenerStatus = {
  address: '0.0.0.0',
  port: 6343,
  state: 'open',
  problem: '',
  receiveBufferAskedOctets: 8 * mebibyte,
  receiveBufferOctets: 8 * mebibyte,
};
const silent: WorkspaceStatus = {
  id: 'live',
  kind: 'live',
  title: 'Live :6343',
  state: 'ready',
  progress: 1,
  problem: '',
  interval: null,
  whole: null,
  nowMs: 48_700,
  startedMs: 0,
  agents: 0,
  interfaces: 0,
  datagrams: 0,
  lost: 0,
  flowSamples: 0,
  counterSamples: 0,
  malformed: [],
  listeners: [open, { ...open, address: '::' }],
  diagnosis: { foreign: [], foreignPorts: [], countersOnly: false },
  sampleNetwork: false,
  replay: null,
  databasePath: '',
  databaseOctets: 0,
};
const failed: ListenerStatus = { ...open, state: 'failed', problem: 'Port 6343 is taken.' };
const told = (status: WorkspaceStatus, platform = 'linux') =>
  checksOf(status, platform).map(({ id, tone }) => `${id} ${tone}`);

describe('the checks of the first run', () => {
  it('tell an open socket and a silent port, with the command that opens the firewall', () => {
    expect(told(silent)).toEqual(['socket ok', 'arrival waiting', 'foreign waiting']);
    const [socket, arrival] = checksOf(silent, 'linux');
    expect(socket!.title).toBe('Socket open on 0.0.0.0:6343 and [::]:6343');
    expect(socket!.detail).toBe('Receive buffer 8 MiB asked, 8 MiB given');
    expect(arrival!.command).toBe('sudo ufw allow 6343/udp');
    expect(checksOf(silent, 'win32')[1]!.command).toContain('netsh');
    expect(checksOf(silent, 'darwin')[1]!.command).toBe('');
    expect(firstRunWords(silent).title).toBe('Listening on UDP port 6343');
    expect(firstRunWords(silent).about).toContain('48 s');
  });

  it('tell a short receive buffer with its remedy', () => {
    const short = { ...open, receiveBufferOctets: 212_992 };
    expect(bufferIsShort(short)).toBe(true);
    const [socket] = checksOf({ ...silent, listeners: [short] }, 'linux');
    expect(socket!.tone).toBe('warn');
    expect(socket!.detail).toContain('208 KiB given');
    expect(socket!.command).toBe('sudo sysctl -w net.core.rmem_max=8388608');
    expect(checksOf({ ...silent, listeners: [short] }, 'darwin')[0]!.command).toBe('');
  });

  it('tell a socket that is not open, worst where there is no other', () => {
    expect(told({ ...silent, listeners: [failed] })[0]).toBe('socket 0.0.0.0:6343 crit');
    expect(told({ ...silent, listeners: [open, { ...failed, address: '::' }] })).toContain(
      'socket [::]:6343 warn',
    );
    expect(firstRunWords({ ...silent, listeners: [failed] }).title).toBe('UDP port 6343 could not be opened');
    expect(firstRunWords({ ...silent, listeners: [] }).title).toBe('Nothing is listened on');
    expect(told({ ...silent, listeners: [] })[0]).toBe('socket crit');
  });

  it('tell a socket that only this computer can reach, and where else to send to', () => {
    const loopback = { ...open, address: '127.0.0.1' };
    expect(told({ ...silent, listeners: [loopback] })).toEqual([
      'socket ok',
      'loopback warn',
      'arrival waiting',
      'foreign waiting',
    ]);
    const own = ['192.168.0.153', 'fd00::7'];
    expect(sendAddresses([open], own)).toEqual(own);
    expect(sendAddresses([], own)).toEqual(own);
    expect(sendAddresses([{ ...open, address: '10.0.0.5' }], own)).toEqual(['10.0.0.5']);
  });

  it('turn into the diagnosis: NetFlow, sFlow at the wrong port, counters only, unreadable', () => {
    const netflow = {
      ...silent.diagnosis,
      foreign: [{ name: 'NetFlow v9', count: 4_210 }],
      foreignPorts: [2055],
    };
    const [, , line] = checksOf({ ...silent, diagnosis: netflow }, 'linux');
    expect(line!.title).toBe('NetFlow v9 arrives on port 2055');
    const misplaced = {
      ...silent.diagnosis,
      foreign: [{ name: 'sFlow on port 2055', count: 3 }],
      foreignPorts: [2055],
    };
    expect(told({ ...silent, diagnosis: misplaced })).toEqual([
      'socket ok',
      'arrival waiting',
      'misplaced warn',
    ]);
    const counters = {
      ...silent,
      datagrams: 12,
      agents: 1,
      counterSamples: 30,
      diagnosis: { ...silent.diagnosis, countersOnly: true },
    };
    expect(told(counters)).toEqual(['socket ok', 'arrival ok', 'counters warn']);
    expect(firstRunWords(counters).title).toBe('Counters arrive, flow samples do not');
    const broken = {
      ...silent,
      malformed: [
        { name: 'cut short', count: 2 },
        { name: 'not sFlow', count: 5 },
      ],
    };
    expect(checksOf(broken, 'linux').at(-1)).toMatchObject({ id: 'malformed', detail: '2 × cut short' });
  });
});
