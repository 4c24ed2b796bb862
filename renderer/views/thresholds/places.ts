/**
 * The places of thresholds as a tree: the network over agents, over their ports and other data sources, over flows. What
 * is above has the nearness of the worst below it, as sFlowTrend has it.
 */
import { safeText } from '../../../shared/format/text.ts';
import type { ThresholdPlace } from '../../../shared/model/threshold.ts';

export type PlaceRow = {
  id: string;
  /** '' for the top. */
  parent: string;
  depth: number;
  label: string;
  /** The key of its flow, where the label or the hint is one. */
  flowKey: string;
  /** In grey behind the label. */
  hint: string;
  nearness: number;
  standing: number;
  /** How many places are below; 0 for a place itself. */
  below: number;
  agent: string;
  dataSource: string;
  /** null for a row that only holds others. */
  place: ThresholdPlace | null;
};

/** Names a data source: the name of its port, else its number. */
export function sourceLabel({
  dataSource,
  interfaceName,
}: Pick<ThresholdPlace, 'dataSource' | 'interfaceName'>) {
  if (interfaceName) return safeText(interfaceName);
  if (dataSource === '') return 'the agent itself';
  return /^\d+$/.test(dataSource) ? `if ${dataSource}` : safeText(dataSource);
}

/** The name of an agent, its address where it has none. */
export const agentLabel = ({ agent, agentName }: Pick<ThresholdPlace, 'agent' | 'agentName'>): string =>
  safeText(agentName || agent);

const idOf = (...parts: string[]) => JSON.stringify(parts);
/** What is above all agents. */
export const NETWORK = idOf();

/**
 * The rows, parents before their children; each row once, whatever the order of the places. With `by` 'threshold' the
 * leaves are thresholds at a port, else ports and flows of one threshold.
 */
export function placeTree(
  places: readonly ThresholdPlace[],
  by: 'place' | 'threshold',
  metricLabel: (metric: string) => string,
): PlaceRow[] {
  const rows = new Map<string, PlaceRow>();
  const holder = (
    id: string,
    parent: string,
    depth: number,
    part: Pick<PlaceRow, 'label' | 'hint' | 'agent' | 'dataSource'>,
  ): PlaceRow => {
    const known = rows.get(id);
    if (known) return known;
    const row = { id, parent, depth, flowKey: '', nearness: 0, standing: 0, below: 0, place: null, ...part };
    rows.set(id, row);
    return row;
  };
  for (const place of places) {
    const { threshold, agent, dataSource, flowKey } = place;
    const above: PlaceRow[] = [];
    above.push(holder(NETWORK, '', 0, { label: 'Network', hint: '', agent: '', dataSource: '' }));
    if (agent !== '') {
      const label = agentLabel(place);
      const hint = label === agent ? '' : agent;
      above.push(holder(idOf(agent), NETWORK, 1, { label, hint, agent, dataSource: '' }));
    }
    if (agent !== '' && dataSource !== '' && (by === 'threshold' || flowKey !== '')) {
      const id = idOf(agent, dataSource);
      const hint = safeText(place.interfaceAlias);
      above.push(holder(id, idOf(agent), 2, { label: sourceLabel(place), hint, agent, dataSource }));
    }
    const leaf = leafOf(place, by, metricLabel);
    const own: PlaceRow = {
      id: idOf(threshold, agent, dataSource, place.metric, flowKey),
      parent: above.at(-1)?.id ?? '',
      depth: above.length,
      ...leaf,
      flowKey,
      nearness: place.nearness,
      standing: place.standing ? 1 : 0,
      below: 0,
      agent,
      dataSource,
      place,
    };
    rows.set(own.id, own);
    for (const row of above) {
      row.nearness = Math.max(row.nearness, place.nearness);
      row.standing += own.standing;
      row.below++;
    }
  }
  return [...rows.values()];
}

function leafOf(
  place: ThresholdPlace,
  by: 'place' | 'threshold',
  metricLabel: (metric: string) => string,
): Pick<PlaceRow, 'label' | 'hint'> {
  const { threshold, flowKey, metric } = place;
  if (by === 'threshold')
    return { label: safeText(threshold), hint: safeText(flowKey) || metricLabel(metric) };
  if (flowKey !== '') return { label: safeText(flowKey), hint: '' };
  const hint = [metricLabel(metric), safeText(place.interfaceAlias)].filter(Boolean).join(' · ');
  return { label: sourceLabel(place), hint };
}

/** The rows as a tree shows them: children behind their parents, those of closed parents left out. */
export function arrangePlaces(sorted: readonly PlaceRow[], isOpen: (row: PlaceRow) => boolean): PlaceRow[] {
  const children = new Map<string, PlaceRow[]>();
  for (const row of sorted) children.set(row.parent, [...(children.get(row.parent) ?? []), row]);
  const shown: PlaceRow[] = [];
  const add = (parent: string): void => {
    for (const row of children.get(parent) ?? []) {
      shown.push(row);
      if (row.below > 0 && isOpen(row)) add(row.id);
    }
  };
  add('');
  return shown;
}
