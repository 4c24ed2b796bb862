/**
 * The RPC contract, declared once. `HostApi` is answered by whoever runs the engines (the Electron main
 * process, or `serve`), `WorkspaceApi` by the engine of the workspace that a call names. Handlers and client
 * are both typed from here: a line added here is demanded of the handler by the compiler.
 */

import type { ActionNotification, ActionsApi } from './model/action.ts';

import type { Catalog } from './model/catalog.ts';
import type { ClickHouseApi } from './model/clickhouse.ts';
import type { FlowsApi } from './model/definition.ts';
import type { EventsApi } from './model/event.ts';
import type { ExplainApi } from './model/explanation.ts';
import type { ForwardingApi } from './model/forwarding.ts';
import type { HealthApi } from './model/health.ts';
import type {
  DatagramDetail,
  DatagramExport,
  DatagramExportQuestion,
  DatagramFilter,
  DatagramList,
  DatagramListQuestion,
} from './model/inspect.ts';
import type { KnowledgeApi } from './model/knowledge.ts';
import type { LocationsApi } from './model/location.ts';
import type { MetricsApi } from './model/metric.ts';
import type { MomentApi, TimelineApi } from './model/moment.ts';
import type { AgentStatus, InterfaceStatus } from './model/network.ts';
import type {
  CounterAnswer,
  CounterQuestion,
  FilterProblem,
  FlowAnswer,
  FlowQuestion,
  Interval,
} from './model/question.ts';
import type { RecordingApi } from './model/recording.ts';
import type { RestSettings, RestStatus } from './model/rest.ts';
import type { SqlApi } from './model/sql.ts';
import type { StorageApi } from './model/storage.ts';
import type { ThresholdsApi } from './model/threshold.ts';
import type {
  ListenerSettings,
  ListenerStatus,
  WorkspaceId,
  WorkspaceStatus,
  WorkspaceSummary,
} from './model/workspace.ts';

export type HostDescription = {
  version: string;
  /** 'electron': paths may be handed over; 'serve': files are uploaded. */
  host: 'electron' | 'serve';
  platform: string;
  /** Addresses of this computer that a switch may send to, best first. */
  addresses: string[];
  /** The workspace to show first: a capture that Weir was started with; null where there is none. */
  select: WorkspaceId | null;
  /** Largest upload in octets; 0 where files are opened by path. */
  uploadLimitOctets: number;
};

export type HostApi = StorageApi &
  ClickHouseApi &
  SqlApi & {
    'host.describe': () => HostDescription;
    'workspaces.list': () => WorkspaceSummary[];
    /** Electron only: opens a file by the path that a dialog or a drop gave. */
    'workspaces.open': (path: string) => WorkspaceSummary;
    'workspaces.close': (id: WorkspaceId) => null;
    /** Live workspace only: the made-up leaf-spine network, sent over loopback. */
    'sampleNetwork.start': () => null;
    'sampleNetwork.stop': () => null;
    'rest.get': () => RestStatus;
    /** Desktop only: switches REST on or off, or to another port. */
    'rest.set': (settings: RestSettings) => RestStatus;
  };

export type WorkspaceApi = FlowsApi & {
  status: () => WorkspaceStatus;
  catalog: () => Catalog;
  agents: () => AgentStatus[];
  interfaces: (interval: Interval | null) => InterfaceStatus[];
  flows: (question: FlowQuestion) => FlowAnswer;
  /** What is wrong with a filter, and where; null where it can be asked. */
  'filter.check': (text: string) => FilterProblem | null;
  counters: (question: CounterQuestion) => CounterAnswer;
  /** The inspector: datagrams that match, one of them whole, and a pcap file of them. */
  'datagrams.check': (filter: string) => FilterProblem | null;
  'datagrams.list': (question: DatagramListQuestion) => DatagramList;
  'datagrams.get': (id: number, filter: DatagramFilter | null) => DatagramDetail;
  'datagrams.export': (question: DatagramExportQuestion) => DatagramExport;
  /** Stops the reading of a capture that is still being opened; what was read stays. */
  cancelOpening: () => null;
  'listeners.set': (listeners: ListenerSettings[]) => ListenerStatus[];
  /** Capture only: play from a moment at a speed (1 = as captured); null shows all at once again. */
  'replay.set': (replay: { positionMs: number; speed: number; paused: boolean } | null) => null;
} & KnowledgeApi &
  ActionsApi &
  EventsApi &
  ExplainApi &
  ForwardingApi &
  HealthApi &
  LocationsApi &
  MetricsApi &
  MomentApi &
  RecordingApi &
  ThresholdsApi &
  TimelineApi;

/** Pushed by the host without being asked. */
export type ApiEvents = {
  /** A workspace has something new: each second while live, and as a capture is read. */
  changed: { workspace: WorkspaceId };
  /** The user told something else of the network, such as names: it holds for all workspaces. */
  known: null;
  /** The list of workspaces changed; `select` is the one to show, where there is one. */
  workspaces: { list: WorkspaceSummary[]; select: WorkspaceId | null };
  /** An action tells whoever looks at a window; the desktop program shows it by the system instead. */
  notification: ActionNotification;
  /** The shell's menu asks the window to do something. */
  menu: { command: MenuCommand };
};

export type MenuCommand =
  | 'open-capture'
  | 'export-csv'
  | 'export-png'
  | 'export-pcap'
  | 'backup'
  | 'toggle-theme'
  | 'toggle-navigation'
  | 'settings'
  | 'keyboard-help';
