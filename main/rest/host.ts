/** What the REST interface is given by its host: workspaces, and calls to one of them. It knows no engine. */
import type { WorkspaceApi } from '../../shared/api.ts';
import type { FlowsApi } from '../../shared/model/definition.ts';
import type { ForwardingApi } from '../../shared/model/forwarding.ts';
import type { KnowledgeApi } from '../../shared/model/knowledge.ts';
import type { LocationsApi } from '../../shared/model/location.ts';
import type { MetricsApi } from '../../shared/model/metric.ts';
import type { ThresholdsApi } from '../../shared/model/threshold.ts';
import type { WorkspaceId, WorkspaceSummary } from '../../shared/model/workspace.ts';

/** The calls that REST is made of. */
export type RestCalls = Pick<WorkspaceApi, 'status' | 'agents'> &
  FlowsApi &
  MetricsApi &
  ThresholdsApi &
  KnowledgeApi &
  LocationsApi &
  ForwardingApi;

/** One call to the workspace that a request is about. */
export type Call = <K extends keyof RestCalls>(
  method: K,
  ...args: Parameters<RestCalls[K]>
) => Promise<ReturnType<RestCalls[K]>>;

export type RestHost = {
  version: string;
  workspaces(): WorkspaceSummary[];
  call<K extends keyof RestCalls>(
    workspace: WorkspaceId,
    method: K,
    args: Parameters<RestCalls[K]>,
  ): Promise<ReturnType<RestCalls[K]>>;
};
