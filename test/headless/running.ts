/** A host as a test uses it: in this process, with its real threads, sockets and store, and a wire attached. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Host, type HostOptions, startHost } from '../../main/hosts/host.ts';
import type { ApiEvents, HostApi, WorkspaceApi } from '../../shared/api.ts';
import type { WorkspaceStatus } from '../../shared/model/workspace.ts';
import { type Client, connect, type RpcMessage, type Wire } from '../../shared/rpc.ts';

/** A folder that is gone when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'weir-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Two wires back to back, cloning what passes as a port would. */
export function wirePair(): { near: Wire; far: Wire } {
  const receive: [((message: RpcMessage) => void) | null, ((message: RpcMessage) => void) | null] = [
    null,
    null,
  ];
  const end = (own: 0 | 1): Wire => ({
    send: (message) => queueMicrotask(() => receive[own === 0 ? 1 : 0]?.(structuredClone(message))),
    onMessage(listener) {
      receive[own] = listener;
    },
    onClose() {},
  });
  return { near: end(0), far: end(1) };
}

export type Running = {
  host: Host;
  client: Client<HostApi & WorkspaceApi, ApiEvents>;
  stop(): Promise<void>;
};

export async function runHost(options: Partial<HostOptions>): Promise<Running> {
  const host = await startHost({
    kind: 'serve',
    version: 'test',
    dataDirectory: null,
    live: true,
    captures: [],
    listeners: [{ address: '127.0.0.1', port: 0 }],
    ...options,
  });
  const { near, far } = wirePair();
  const client = connect<HostApi & WorkspaceApi, ApiEvents>(near);
  host.attach(far);
  let stopped = false;
  const stop = async (): Promise<void> => {
    if (stopped) return;
    stopped = true;
    await host.stop();
  };
  onTestFinished(stop);
  return { host, client, stop };
}

/** The status of a workspace once it is as wanted; looked at again whenever the workspace says that it changed. */
export function statusWhen(
  running: Running,
  workspace: string,
  wanted: (status: WorkspaceStatus) => boolean,
): Promise<WorkspaceStatus> {
  return new Promise((resolve, reject) => {
    let done = false;
    const look = async (): Promise<void> => {
      const status = await running.client.call(workspace, 'status', []);
      if (done || !wanted(status)) return;
      done = true;
      stopHearing();
      resolve(status);
    };
    const stopHearing = running.client.on('changed', ({ workspace: changed }) => {
      if (changed === workspace) look().catch(reject);
    });
    look().catch(reject);
  });
}
