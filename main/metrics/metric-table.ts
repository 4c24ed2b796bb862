/**
 * Every metric that counter samples tell: the tables of the families put together, found by the tag of a record or by
 * the name of a metric. A new metric is one line in the table of its family.
 */
import type { MetricDescription } from '../../shared/model/metric.ts';
import type { Plan } from './line.ts';
import { applicationPlans } from './table/application.ts';
import { hostPlans } from './table/host.ts';
import { interfacePlans } from './table/interface.ts';
import { protocolStackPlans } from './table/protocol-stack.ts';

export const plans: readonly Plan[] = [
  ...interfacePlans,
  ...hostPlans,
  ...protocolStackPlans,
  ...applicationPlans,
];

/** One line of one plan. */
export type PlanLine = { plan: Plan; line: number };

const byTag = new Map<number, Plan[]>();
const byName = new Map<string, PlanLine[]>();
for (const plan of plans) {
  byTag.set(plan.tag, [...(byTag.get(plan.tag) ?? []), plan]);
  for (const [line, { name }] of plan.lines.entries())
    byName.set(name, [...(byName.get(name) ?? []), { plan, line }]);
}

/** How a record is read at a data source that is a virtual node, or is not; null where it tells no metric. */
export function planOf(tag: number, virtual: boolean): Plan | null {
  const known = byTag.get(tag);
  if (!known) return null;
  // What is told of hosts alone is told of a virtual node in the same words.
  for (const plan of known) if (plan.virtual === null || plan.virtual === virtual) return plan;
  return known[0]!;
}

/** The lines that make a metric; [] where no record tells it. Several where several records do. */
export function linesOf(name: string): readonly PlanLine[] {
  return byName.get(name) ?? [];
}

/** One description per name. */
export function metricCatalog(): MetricDescription[] {
  return [...byName.values()].map(([first]) => first!.plan.describe(first!.line));
}
