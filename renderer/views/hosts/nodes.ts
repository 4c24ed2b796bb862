/**
 * From the nodes that the engine knows to the rows of a tree: hosts, and on each what runs there. Figures have one
 * name here whichever record told them: a container's processor is its `cpu` as a host's is.
 */
import { UNKNOWN } from '../../../shared/format/rates.ts';
import { safeText } from '../../../shared/format/text.ts';
import type { HostNode } from '../../../shared/model/metric.ts';

/** Shares in percent, memory in octets, network in bit/s; NaN where a node does not tell. */
export type Figures = {
  cpu: number;
  /** Load of one minute. */
  load: number;
  memory: number;
  memoryOctets: number;
  disk: number;
  inBits: number;
  outBits: number;
};

export type HostRow = {
  id: string;
  /** null for a roll-up, which is no node itself. */
  node: HostNode | null;
  /** Id of the row above it in the tree; null at the top. */
  parent: string | null;
  depth: number;
  name: string;
  /** 'host', 'container', 'service', 'Java machine', 'virtual node' … */
  kind: string;
  /** What it runs on, or what it is. */
  about: string;
  gone: boolean;
  /** Nodes below it, those that are gone left out. */
  below: number;
  figures: Figures;
  lastSeenMs: number;
};

export const nodeId = (agent: string, dataSource: string) => `${agent} ${dataSource}`;

/** The first of the metrics that the node tells, times a factor. */
function first(metrics: HostNode['metrics'], names: readonly string[], factor = 1): number {
  for (const name of names) {
    const value = metrics[name];
    if (value !== undefined && Number.isFinite(value)) return value * factor;
  }
  return Number.NaN;
}

export function figuresOf({ metrics }: HostNode): Figures {
  const used = first(metrics, ['vir_mem_used', 'jvm_heap_used', 'app_mem_used', 'memcache_bytes']);
  const [total, free] = [first(metrics, ['mem_total']), first(metrics, ['mem_free'])];
  return {
    cpu: first(metrics, ['cpu_utilization', 'vir_cpu_utilization', 'app_cpu', 'cpu_1min', 'cpu_5sec']),
    load: first(metrics, ['load_one']),
    memory: first(metrics, [
      'mem_utilization',
      'vir_mem_utilization',
      'jvm_heap_utilization',
      'app_mem_utilization',
      'switch_mem_utilization',
    ]),
    memoryOctets: Number.isNaN(used) ? total - free : used,
    disk: first(metrics, ['disk_utilization', 'vir_disk_utilization', 'part_max_used']),
    inBits: first(metrics, ['bytes_in', 'vir_bytes_in'], 8),
    outBits: first(metrics, ['bytes_out', 'vir_bytes_out'], 8),
  };
}

const has = (object: Record<string, unknown>, prefix: string) =>
  Object.keys(object).some((name) => name.startsWith(prefix));

/** What a node is, in a word. */
export function kindOf(node: HostNode): string {
  const { tags, metrics } = node;
  if (tags.jvm_name !== undefined || has(metrics, 'jvm_')) return 'Java machine';
  if (tags.systemd_service !== undefined) return 'service';
  if (tags.docker_name !== undefined || tags.swarm_name !== undefined || tags.k8s_name !== undefined)
    return 'container';
  if (tags.app_name !== undefined || has(metrics, 'app_')) return 'application';
  if (has(metrics, 'http_')) return 'web server';
  if (node.parent !== null || has(metrics, 'vir_')) return 'virtual node';
  return has(metrics, 'load_one') || has(metrics, 'mem_') ? 'host' : 'switch';
}

const aboutOf = (node: HostNode): string =>
  [node.os, node.osRelease, node.machineType]
    .filter((word) => word !== '' && word !== 'unknown')
    .map((word) => safeText(word))
    .join(' ');

/**
 * The tree, parents before their children. A switch that tells its name and nothing else is no host. A node whose parent is not known stands at the top, under its own name; of
 * parents that run in a circle the first one does. Nodes that are gone are left out unless asked for, with all that
 * runs on them.
 */
export function treeRows(nodes: readonly HostNode[], withGone: boolean): HostRow[] {
  const parents = new Set(
    nodes.flatMap(({ agent, parent }) => (parent === null ? [] : [nodeId(agent, parent)])),
  );
  const tells = (node: HostNode) =>
    node.parent !== null ||
    Object.keys(node.metrics).length > 0 ||
    parents.has(nodeId(node.agent, node.dataSource));
  const shown = nodes.filter((node) => (withGone || !node.gone) && tells(node));
  const byId = new Map(shown.map((node) => [nodeId(node.agent, node.dataSource), node]));
  const children = new Map<string, string[]>();
  const tops: string[] = [];
  for (const [id, node] of byId) {
    const parent = node.parent === null ? null : nodeId(node.agent, node.parent);
    if (parent === null || parent === id || !byId.has(parent)) tops.push(id);
    else children.set(parent, [...(children.get(parent) ?? []), id]);
  }
  const rows: HostRow[] = [];
  const placed = new Set<string>();
  const place = (id: string, parent: string | null, depth: number): number => {
    placed.add(id);
    const node = byId.get(id)!;
    const row: HostRow = {
      id,
      node,
      parent,
      depth,
      name: safeText(node.name) || `${node.agent} ${node.dataSource}`,
      kind: kindOf(node),
      about: aboutOf(node),
      gone: node.gone,
      below: 0,
      figures: figuresOf(node),
      lastSeenMs: node.lastSeenMs,
    };
    rows.push(row);
    for (const child of children.get(id) ?? []) {
      if (placed.has(child)) continue;
      const below = place(child, id, depth + 1);
      row.below += below + (byId.get(child)!.gone ? 0 : 1);
    }
    return row.below;
  };
  for (const id of tops) place(id, null, 0);
  for (const id of byId.keys()) if (!placed.has(id)) place(id, null, 0);
  return rows;
}

/** The sorted rows in the order of a tree: each below its parent, those of one parent as they were sorted. */
export function inTree(sorted: readonly HostRow[]): HostRow[] {
  const ids = new Set(sorted.map(({ id }) => id));
  const below = new Map<string | null, HostRow[]>();
  for (const row of sorted) {
    const parent = row.parent !== null && ids.has(row.parent) ? row.parent : null;
    const siblings = below.get(parent);
    if (siblings) siblings.push(row);
    else below.set(parent, [row]);
  }
  const ordered: HostRow[] = [];
  const walk = (parent: string | null) => {
    for (const row of below.get(parent) ?? []) {
      ordered.push(row);
      walk(row.id);
    }
  };
  walk(null);
  return ordered;
}

/** The rows that are not below a closed one. Parents stand before their children. */
export function openRows(rows: readonly HostRow[], closed: ReadonlySet<string>): HostRow[] {
  const hidden = new Set<string>();
  return rows.filter((row) => {
    if (row.parent !== null && (hidden.has(row.parent) || closed.has(row.parent))) hidden.add(row.id);
    return !hidden.has(row.id);
  });
}

/** An address of a node: a MAC as '02:57:03:00:00:02'. */
export function addressText(address: string): string {
  const isMac = /^[0-9a-f]{12}$/i.test(address);
  return isMac ? address.toLowerCase().match(/../g)!.join(':') : safeText(address);
}

/** A node's own text tags in words, for its detail: 'swarm_name shop_web'. */
export const tagLines = ({ tags }: HostNode): [string, string][] =>
  Object.entries(tags)
    .map(([name, value]): [string, string] => [safeText(name), safeText(value) || UNKNOWN])
    .sort(([one], [other]) => one.localeCompare(other));
