// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createApi, startApi } from '../../../renderer/api.ts';
import { useReplay } from '../../../renderer/stores/replay.ts';
import { useScope } from '../../../renderer/stores/scope.ts';
import { useToasts } from '../../../renderer/stores/toasts.ts';
import { useWorkspaces } from '../../../renderer/stores/workspaces.ts';
import type { WorkspaceStatus, WorkspaceSummary } from '../../../shared/model/workspace.ts';
import { RpcError, type RpcMessage, serve, type Wire } from '../../../shared/rpc.ts';

const live: WorkspaceSummary = { id: 'live', kind: 'live', title: 'Live :6343' };
const capture: WorkspaceSummary = { id: 'c1', kind: 'capture', title: 'ecmp.pcap' };
const startMs = Date.UTC(2015, 2, 13, 18, 45);

function statusOf(summary: WorkspaceSummary, more: Partial<WorkspaceStatus> = {}): WorkspaceStatus {
  return {
    ...summary,
    state: 'ready',
    progress: 1,
    problem: '',
    interval: { fromMs: startMs, toMs: startMs + 600_000 },
    whole: summary.kind === 'capture' ? { fromMs: startMs, toMs: startMs + 600_000 } : null,
    nowMs: startMs + 600_000,
    startedMs: startMs,
    agents: 4,
    interfaces: 180,
    datagrams: 9_279,
    lost: 0,
    flowSamples: 100,
    counterSamples: 100,
    malformed: [],
    listeners: [],
    diagnosis: { foreign: [], foreignPorts: [], countersOnly: false },
    sampleNetwork: false,
    replay: null,
    databasePath: '',
    databaseOctets: 0,
    ...more,
  };
}

/** A host at the far end of a wire in memory: what it answers is in `host`, what it was asked in `asked`. */
function fakeHost() {
  const host = {
    list: [live],
    statuses: new Map([
      ['live', statusOf(live)],
      ['c1', statusOf(capture)],
    ]),
    asked: [] as string[],
    push: (_name: string, _data: unknown) => {},
  };
  const toWindow: ((message: RpcMessage) => void)[] = [];
  const toHost: ((message: RpcMessage) => void)[] = [];
  const wire = (outgoing: typeof toWindow, incoming: typeof toWindow): Wire => ({
    send: (message) =>
      queueMicrotask(() => {
        for (const listener of outgoing) listener(structuredClone(message));
      }),
    onMessage: (listener) => incoming.push(listener),
    onClose: () => {},
  });
  host.push = serve(wire(toWindow, toHost), (workspace, method, args) => {
    host.asked.push(workspace ? `${workspace} ${method}` : method);
    if (method === 'host.describe')
      return { version: '1', host: 'serve', platform: 'linux', addresses: [], uploadLimitOctets: 100 };
    if (method === 'workspaces.list') return host.list;
    if (method === 'workspaces.close') {
      host.list = host.list.filter(({ id }) => id !== args[0]);
      return null;
    }
    if (method === 'status') {
      const status = host.statuses.get(workspace ?? '');
      if (!status) throw new RpcError('refused', 'There is no such workspace.');
      return status;
    }
    if (method === 'replay.set') {
      const before = host.statuses.get(workspace!)!;
      host.statuses.set(workspace!, { ...before, replay: args[0] as WorkspaceStatus['replay'] });
      return null;
    }
    throw new RpcError('refused', `Nobody answers ${method}.`);
  });
  startApi(createApi(wire(toHost, toWindow)));
  return host;
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

async function setUp(list: WorkspaceSummary[] = [live]) {
  const host = fakeHost();
  host.list = list;
  const workspaces = useWorkspaces();
  workspaces.start();
  await vi.waitFor(() => expect(workspaces.status).not.toBeNull());
  await settle();
  return { host, workspaces, scope: useScope() };
}

beforeEach(() => setActivePinia(createPinia()));

describe('the workspaces of a window', () => {
  it('begin with the live one, and its status', async () => {
    const { workspaces, scope } = await setUp([capture, live]);
    expect(scope.workspace).toBe('live');
    expect(workspaces.status!.datagrams).toBe(9_279);
    expect(scope.interval).not.toBeNull();
  });

  it('begin with the capture where nothing is listened on', async () => {
    const { scope } = await setUp([capture]);
    expect(scope.workspace).toBe('c1');
    expect(scope.range).toEqual({ kind: 'all' });
  });

  it('are read again on each change, and the revision tells it', async () => {
    const { host, workspaces } = await setUp();
    const before = workspaces.revision;
    host.statuses.set('live', statusOf(live, { datagrams: 10_000 }));
    host.push('changed', { workspace: 'live' });
    await vi.waitFor(() => expect(workspaces.status!.datagrams).toBe(10_000));
    expect(workspaces.revision).toBe(before + 1);
  });

  it('read a status once for many changes at a time', async () => {
    const { host, workspaces } = await setUp();
    host.asked.length = 0;
    for (let times = 0; times < 20; times++) host.push('changed', { workspace: 'live' });
    await vi.waitFor(() => expect(host.asked.length).toBeGreaterThan(0));
    await settle();
    await settle();
    expect(host.asked.filter((call) => call === 'live status').length).toBeLessThanOrEqual(2);
    expect(workspaces.status).not.toBeNull();
  });

  it('show a capture that the host opened, and fall back to the live one when it is closed', async () => {
    const { host, workspaces, scope } = await setUp();
    host.list = [live, capture];
    host.push('workspaces', { list: host.list, select: 'c1' });
    await vi.waitFor(() => expect(workspaces.status?.id).toBe('c1'));
    await workspaces.close('c1');
    expect(scope.workspace).toBe('live');
    expect(Object.keys(workspaces.statuses)).toEqual(['live']);
  });

  it('tell in a toast why a file was not taken, before sending it', async () => {
    const { workspaces } = await setUp();
    await workspaces.open(new File([new Uint8Array(101)], 'large.pcap'));
    expect(useToasts().toasts[0]!.title).toContain('large.pcap is too large');
    await workspaces.open('/some/path.pcap');
    expect(useToasts().toasts[1]!.title).toBe('Nobody answers workspaces.open.');
    expect(workspaces.upload).toBeNull();
  });
});

describe('playing a capture', () => {
  it('starts at its beginning, follows its clock, and shows all again', async () => {
    const { host, workspaces, scope } = await setUp([capture]);
    const replay = useReplay();
    expect(replay.canPlay).toBe(true);
    await replay.play(10);
    expect(replay.status).toEqual({ positionMs: startMs, speed: 10, paused: false });
    expect(scope.range).toEqual({ kind: 'last', ms: 60_000 });

    // What has been played is all there is to ask about; the end of the file stays known.
    const playing = { positionMs: startMs + 90_000, speed: 10, paused: false };
    host.statuses.set(
      'c1',
      statusOf(capture, {
        replay: playing,
        interval: { fromMs: startMs, toMs: playing.positionMs },
        nowMs: playing.positionMs,
      }),
    );
    await workspaces.refresh('c1');
    expect(scope.interval!.toMs).toBe(playing.positionMs);
    expect(replay.whole).toEqual({ fromMs: startMs, toMs: startMs + 600_000 });

    // Also for a window that is opened while it plays.
    setActivePinia(createPinia());
    useWorkspaces().start();
    await vi.waitFor(() => expect(useReplay().whole).toEqual({ fromMs: startMs, toMs: startMs + 600_000 }));

    await replay.togglePaused();
    expect(replay.status!.paused).toBe(true);
    await replay.setSpeed(60);
    await replay.seek(startMs + 5_000);
    expect(replay.status).toEqual({ positionMs: startMs + 5_000, speed: 60, paused: true });
    await replay.end();
    expect(replay.status).toBeNull();
    expect(scope.range).toEqual({ kind: 'all' });
  });

  it('has nothing to play before anything was heard', async () => {
    const { host, workspaces } = await setUp();
    host.statuses.set('live', statusOf(live, { interval: null }));
    await workspaces.refresh('live');
    expect(useReplay().canPlay).toBe(false);
  });
});

describe('travelling in a live workspace', () => {
  it('moves this window only, plays until now, and is live again', async () => {
    const { host, scope } = await setUp();
    const replay = useReplay();
    const { nowMs } = scope;
    await replay.begin();
    expect(replay.status).toEqual({ positionMs: nowMs, speed: 1, paused: true });
    await replay.seek(startMs + 300_500);
    expect(scope.interval).toEqual({ fromMs: startMs, toMs: startMs + 300_000 });
    await replay.step(-60);
    expect(replay.status!.positionMs).toBe(startMs + 240_000);
    await replay.seek(0);
    expect(replay.status!.positionMs).toBe(startMs);

    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    try {
      await replay.setSpeed(10);
      await replay.togglePaused();
      vi.advanceTimersByTime(3_000);
      expect(replay.status).toEqual({ positionMs: startMs + 30_000, speed: 10, paused: false });
      await replay.seek(startMs + 100_000);
      vi.advanceTimersByTime(1_000);
      expect(replay.status!.positionMs).toBe(startMs + 110_000);
      await replay.setSpeed(0.1);
      vi.advanceTimersByTime(9_000);
      expect(replay.status!.positionMs).toBe(startMs + 110_000);
      vi.advanceTimersByTime(1_500);
      expect(replay.status!.positionMs).toBe(startMs + 111_000);
      await replay.togglePaused();
      vi.advanceTimersByTime(60_000);
      expect(replay.status!.positionMs).toBe(startMs + 111_000);
      await replay.setSpeed(1000);
      await replay.togglePaused();
      vi.advanceTimersByTime(1_000);
      expect(replay.status).toBeNull();
    } finally {
      vi.useRealTimers();
    }
    expect(scope.paused).toBe(false);
    expect(scope.interval!.toMs).toBe(nowMs);
    // The engine was never told.
    expect(host.asked.filter((call) => call.includes('replay'))).toEqual([]);
  });
});
