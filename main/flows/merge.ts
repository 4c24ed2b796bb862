/**
 * The flows of one definition over the data sources that saw them. `max`, sFlow-RT's rule, takes each flow at the data
 * source that saw most of it; `sum` adds all of them; `once` adds what is counted once (main/samples/placement.ts), and
 * asked of one agent, what enters that switch (`scope.ts`);
 * `AGENT` adds the data sources of one agent and takes the agent that saw most. With a topology, `edge` adds the ports
 * at which no link begins, and `core` takes the largest of those at which one does.
 */
import type { ActiveFlow, FlowMerge } from '../../shared/model/definition.ts';
import { KeyTable } from '../samples/key-table.ts';
import type { Network } from '../samples/network.ts';
import type { ActiveTable } from './active.ts';
import { COUNTED_PART, ENTERED_PART, type Part } from './cells.ts';
import type { KeyNames } from './key.ts';
import { largest } from './largest.ts';

/** What the topology says of a port; null where it does not know its agent. */
export type PortRole = (agent: string, ifIndex: number) => 'edge' | 'core' | null;

export type MergeQuestion = {
  merge: FlowMerge;
  /** Flows taken from each data source. */
  n: number;
  maxFlows: number;
  minValue: number;
  /** What stands between key texts. */
  fs: string;
  nowMs: number;
  /** Whether the data sources of an agent are asked about. */
  takesAgent(agent: number): boolean;
  /** Whether it is about one agent. */
  isOneAgent: boolean;
  portRole: PortRole;
};

/** A data source as sFlow-RT writes it: the ifIndex, or 'class.index' where it is no interface. */
export function dataSourceText(dataSource: number): string {
  const index = dataSource & 0xff_ffff;
  return dataSource >>> 24 === 0 ? String(index) : `${dataSource >>> 24}.${index}`;
}

/** One flow: those of its parts that are put together, and the part that says where it is largest. */
type Merged = { ids: readonly number[]; value: number; at: number };

export function mergeFlows(
  active: ActiveTable,
  network: Network,
  names: KeyNames,
  question: MergeQuestion,
): ActiveFlow[] {
  const { nowMs, maxFlows, minValue } = question;
  const { paths } = network;
  const takes = sourceFilter(network, question);
  const members = membersOf(active, question.n, nowMs, takes);
  const merged = members.map((ids) => mergeOne(active, network, ids, question));
  const values = Float64Array.from(merged, (one) => (one && one.value >= minValue ? one.value : 0));
  return largest(values, values.length, maxFlows).map((index): ActiveFlow => {
    const { ids, value, at } = merged[index]!;
    const source = active.sourceOf(at);
    return {
      key: active.textsOf(at, names).join(question.fs),
      value,
      flowN: members[index]!.length,
      agent: network.at(paths.agentOfSource(source))?.address ?? 'unknown',
      dataSource: dataSourceText(paths.dataSourceOfSource(source)),
      ...(active.definition.values.length > 0 ? { values: active.valuesOf(ids, nowMs) } : {}),
      samples: active.samplesOf(ids),
    };
  });
}

/** Which data sources a question takes in. */
function sourceFilter(
  network: Network,
  { merge, takesAgent, portRole }: MergeQuestion,
): (source: number) => boolean {
  const { paths } = network;
  return (source) => {
    const agent = paths.agentOfSource(source);
    if (!takesAgent(agent)) return false;
    if (merge !== 'edge' && merge !== 'core') return true;
    const dataSource = paths.dataSourceOfSource(source);
    const address = network.at(agent)?.address;
    return address !== undefined && dataSource >>> 24 === 0 && portRole(address, dataSource) === merge;
  };
}

/**
 * For each key that is among the largest of any data source, its flows at all data sources that are taken: also where
 * it is not among the largest.
 */
function membersOf(
  active: ActiveTable,
  n: number,
  nowMs: number,
  takes: (source: number) => boolean,
): number[][] {
  const { table } = active;
  const keyWords = table.width - 1;
  const groups = new KeyTable(keyWords, active.capacity, 64);
  const bySource = active.largestBySource(n, nowMs);
  const taken = new Set([...bySource.keys()].filter(takes));
  for (const source of taken)
    for (const id of bySource.get(source)!) groups.intern(table.words, id * table.width + 1);
  const members: number[][] = Array.from({ length: groups.size }, () => []);
  for (let id = 0; id < table.size; id++) {
    if (active.hasEnded(id, nowMs) || !taken.has(active.sourceOf(id))) continue;
    const group = groups.find(table.words, id * table.width + 1);
    if (group >= 0) members[group]!.push(id);
  }
  return members;
}

function mergeOne(
  active: ActiveTable,
  network: Network,
  ids: readonly number[],
  { merge, nowMs, isOneAgent }: MergeQuestion,
): Merged {
  const single = (id: number): number => active.valueOf([id], nowMs);
  const best = (of: readonly number[]): number =>
    of.reduce((most, id) => (single(id) > single(most) ? id : most));
  const at = best(ids);
  if (merge === 'max' || merge === 'core') return { ids: [at], value: single(at), at };
  if (merge === 'once')
    return onceOf(active, isOneAgent ? ENTERED_PART : COUNTED_PART, ids, nowMs) ?? { ids: [], value: 0, at };
  if (merge !== 'AGENT') return { ids, value: active.valueOf(ids, nowMs), at };
  const { paths } = network;
  const byAgent = Map.groupBy(ids, (id) => paths.agentOfSource(active.sourceOf(id)));
  const agents = [...byAgent.values()].map((of) => ({ ids: of, value: active.valueOf(of, nowMs) }));
  const most = agents.reduce((one, other) => (other.value > one.value ? other : one));
  return { ...most, at: best(most.ids) };
}

/** The part of a flow whose samples count; null where none does. */
function onceOf(active: ActiveTable, part: Part, ids: readonly number[], nowMs: number): Merged | null {
  const counting = ids.filter((id) => active.part(part, id) > 0);
  if (counting.length === 0) return null;
  const at = counting.reduce((most, id) => (active.part(part, id) > active.part(part, most) ? id : most));
  return { ids: counting, value: active.partOf(part, counting, nowMs), at };
}
