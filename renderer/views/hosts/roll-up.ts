/**
 * Virtual nodes put together by what they are parts of: the tasks of a service, the pods of a namespace. However many
 * names come and go, a service is one row, with how many run now and what they use together.
 */
import { safeText } from '../../../shared/format/text.ts';
import type { HostNode } from '../../../shared/model/metric.ts';
import { type Figures, figuresOf, type HostRow } from './nodes.ts';

/** What tags are called, best first; others are offered by their own name. */
const TAG_LABELS: Readonly<Record<string, string>> = {
  swarm_name: 'Swarm service',
  k8s_namespace: 'Kubernetes namespace',
  k8s_name: 'Kubernetes pod',
  systemd_service: 'systemd service',
  docker_name: 'container name',
  jvm_name: 'Java machine',
};

export type TagOption = { tag: string; label: string };

/** The tags by which the nodes can be put together: those that any of them has. */
export function tagOptions(nodes: readonly HostNode[]): TagOption[] {
  const tags = new Set(nodes.flatMap(({ tags: own }) => Object.keys(own)));
  const rank = (tag: string) => {
    const at = Object.keys(TAG_LABELS).indexOf(tag);
    return at < 0 ? Number.POSITIVE_INFINITY : at;
  };
  return [...tags]
    .sort((one, other) => rank(one) - rank(other) || one.localeCompare(other))
    .map((tag) => ({ tag, label: TAG_LABELS[tag] ?? safeText(tag) }));
}

const NAMES = ['cpu', 'load', 'memory', 'memoryOctets', 'disk', 'inBits', 'outBits'] as const;
/** Shares of a limit of their own: of several nodes the mean says something, the sum does not. */
const SHARES: ReadonlySet<keyof Figures> = new Set(['memory', 'disk']);

/** Figures of nodes together: sums, and means of shares; NaN where none tells. */
export function together(all: readonly Figures[]): Figures {
  const sum = (name: keyof Figures) => {
    const known = all.map((one) => one[name]).filter(Number.isFinite);
    const total = known.reduce((one, other) => one + other, 0);
    if (known.length === 0) return Number.NaN;
    return SHARES.has(name) ? total / known.length : total;
  };
  return Object.fromEntries(NAMES.map((name) => [name, sum(name)])) as Figures;
}

/** One row per value of a tag, with the nodes that have it below; those without the tag are left out. */
export function rolledUp(nodes: readonly HostNode[], rows: readonly HostRow[], tag: string): HostRow[] {
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  const groups = new Map<string, HostRow[]>();
  for (const node of nodes) {
    const value = node.tags[tag];
    const row = rowOf.get(`${node.agent} ${node.dataSource}`);
    if (value === undefined || !row) continue;
    groups.set(value, [...(groups.get(value) ?? []), row]);
  }
  return [...groups].flatMap(([value, members]) => {
    const running = members.filter(({ gone }) => !gone);
    const id = `${tag}=${value}`;
    const group: HostRow = {
      id,
      node: null,
      parent: null,
      depth: 0,
      name: safeText(value),
      kind: TAG_LABELS[tag] ?? safeText(tag),
      about: '',
      gone: running.length === 0,
      below: running.length,
      figures: together(running.map(({ node }) => figuresOf(node!))),
      lastSeenMs: Math.max(...members.map(({ lastSeenMs }) => lastSeenMs)),
    };
    return [group, ...members.map((row) => ({ ...row, parent: id, depth: 1, below: 0 }))];
  });
}
