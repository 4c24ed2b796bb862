/** Hosts, and the virtual nodes on them by the parent that each names (host_parent, sflow_host.txt). */
import type { HostNode } from '../../shared/model/metric.ts';
import type { AgentCounters, Counters } from './counters.ts';
import { type DataSource, PHYSICAL_ENTITY, sourceName } from './data-source.ts';
import { linesOf } from './metric-table.ts';
import { serviceSource } from './service-readings.ts';

const FAMILIES: ReadonlySet<string> = new Set([
  'Host',
  'Processor',
  'Virtual node',
  'Hypervisor',
  'GPU',
  'Java',
  'HTTP',
  'Workers',
  'Application',
  'Memcache',
  'Switch tables',
]);
const NAME_TAGS: ReadonlySet<string> = new Set([
  'systemd_service',
  'swarm_name',
  'docker_name',
  'k8s_name',
  'k8s_namespace',
  'jvm_name',
  'jvm_version',
  'app_name',
]);

/** How many instances a service has (`service-readings.ts`). */
const INSTANCES = 'vir_instances';

/** Every host and virtual node that is known, gone ones for a while too. */
export function hostTree(counters: Counters, nowMs: number): HostNode[] {
  const nodes: HostNode[] = [];
  for (const known of counters.agents.values()) {
    for (const source of known.sources.values()) {
      if (source.sourceClass === PHYSICAL_ENTITY || source.virtual) nodes.push(nodeOf(known, source, nowMs));
    }
  }
  return nodes;
}

function nodeOf(known: AgentCounters, source: DataSource, nowMs: number): HostNode {
  const metrics: Record<string, number> = {};
  const tags: Record<string, string> = {};
  const told: Record<string, string> = {};
  for (const series of source.series) {
    if (!FAMILIES.has(series.plan.family)) continue;
    for (const [line, { name, kind }] of series.plan.lines.entries()) {
      if (kind !== 'text') {
        const value = series.value(line);
        if (!Number.isNaN(value)) metrics[name] = value;
        continue;
      }
      const text = series.text(line);
      if (text === '') continue;
      if (NAME_TAGS.has(name)) tags[name] = text;
      else told[name.replace(/^vir_/, '')] = text;
    }
  }
  return {
    agent: source.agent.address,
    dataSource: source.name,
    parent: source.parent < 0 ? null : sourceName(source.parent),
    name: told.host_name || tags.app_name || '',
    uuid: told.uuid ?? '',
    machineType: told.machine_type ?? '',
    os: told.os_name ?? '',
    osRelease: told.os_release ?? '',
    addresses: [...source.macs],
    metrics,
    tags,
    lastSeenMs: source.lastSeenMs,
    gone: !source.isThere(nowMs, known.usualMs),
  };
}

/** A stored metric of a bucket that ended at `toMs`. */
export type StoredMean = { agent: string; dataSource: string; metric: string; mean: number; toMs: number };

const SERVICE = serviceSource('');

/**
 * The hosts that trends tell of, and below each the services that its virtual nodes were instances of, as which nodes are
 * stored. What hosts say of themselves in texts is not stored: `nameOf` names their agents.
 */
export function storedHosts(means: readonly StoredMean[], nameOf: (agent: string) => string): HostNode[] {
  const nodes = new Map<string, HostNode>();
  for (const { agent, dataSource, metric, mean, toMs } of means) {
    const isService = dataSource.startsWith(SERVICE);
    if (!isService && !dataSource.startsWith(`${PHYSICAL_ENTITY}.`)) continue;
    const isOfNode = metric === INSTANCES || linesOf(metric).some(({ plan }) => FAMILIES.has(plan.family));
    if (!isOfNode) continue;
    const id = `${agent} ${dataSource}`;
    const node = nodes.get(id) ?? {
      ...{ agent, dataSource, parent: null, uuid: '', machineType: '', os: '', osRelease: '' },
      name: isService ? dataSource.slice(SERVICE.length) : nameOf(agent),
      ...{ addresses: [], metrics: {}, tags: {}, lastSeenMs: toMs, gone: false },
    };
    nodes.set(id, node);
    node.metrics[metric] = mean;
    node.lastSeenMs = Math.max(node.lastSeenMs, toMs);
  }
  const hosts = Map.groupBy(
    [...nodes.values()].filter(({ dataSource }) => !dataSource.startsWith(SERVICE)),
    ({ agent }) => agent,
  );
  for (const node of nodes.values()) {
    const [host, ...others] = hosts.get(node.agent) ?? [];
    if (node !== host && host && others.length === 0) node.parent = host.dataSource;
  }
  return [...nodes.values()];
}
