/** A workspace is one engine with its store: the live one, or a capture. */

import type { Diagnosis, Tally } from './network.ts';
import type { Interval } from './question.ts';

export type WorkspaceId = string;

export type WorkspaceSummary = {
  id: WorkspaceId;
  kind: 'live' | 'capture';
  /** 'Live :6343' or the file name. */
  title: string;
};

/** One UDP socket. `receiveBufferOctets` is what the system gave, as one would ask for it. */
export type ListenerStatus = {
  address: string;
  port: number;
  state: 'open' | 'failed' | 'closed';
  /** One plain sentence where the state is failed, else ''. */
  problem: string;
  receiveBufferAskedOctets: number;
  receiveBufferOctets: number;
};

export type ListenerSettings = { address: string; port: number };

export type ReplayStatus = { positionMs: number; speed: number; paused: boolean };

export type WorkspaceStatus = WorkspaceSummary & {
  state: 'opening' | 'ready' | 'cancelled' | 'failed';
  /** 0 to 1 while a capture is read. */
  progress: number;
  /** One plain sentence where something went wrong, else ''. */
  problem: string;
  /** What there is to ask about; null before the first datagram. */
  interval: Interval | null;
  /** All of a capture, also while `interval` is the part that was played so far; null for a live workspace. */
  whole: Interval | null;
  /** The workspace's own time: the wall's for a live one, the end of the file for a capture. */
  nowMs: number;
  startedMs: number;
  agents: number;
  interfaces: number;
  datagrams: number;
  lost: number;
  flowSamples: number;
  counterSamples: number;
  /** Datagrams and file records that could not be read, by reason. */
  malformed: Tally[];
  listeners: ListenerStatus[];
  diagnosis: Diagnosis;
  /** true while the made-up sample network is sending into this workspace. */
  sampleNetwork: boolean;
  /** Set where the workspace is a capture that is being played; null where all of it is shown at once. */
  replay: ReplayStatus | null;
  /** Where minutes are stored; '' for a capture. */
  databasePath: string;
  databaseOctets: number;
};
