/** What of a topology is heard, as rows and in words. */
import { formatCount } from '../../../../shared/format/rates.ts';
import { safeText } from '../../../../shared/format/text.ts';
import type { TopologyEnd, TopologyMatch } from '../../../../shared/model/knowledge.ts';

export type MatchRow = { id: string; name: string; what: string; heard: string; isHeard: boolean };
export type Shown = 'nodes' | 'links' | 'outside';

const parts = (count: number, of: number, noun: string): string =>
  `${formatCount(count)} of ${formatCount(of)} ${noun}`;

/** '3 of 4 nodes are heard, 5 of 8 links at both ends. 1 agent is no node.' */
export function matchWords({ nodes, links, outside }: TopologyMatch): string {
  const heard = nodes.filter(({ agent }) => agent !== null).length;
  const whole = links.filter(({ ends }) => ends.every(({ ifIndex }) => ifIndex !== null)).length;
  const first = `${parts(heard, nodes.length, 'nodes')} are heard`;
  const second = links.length > 0 ? `, ${parts(whole, links.length, 'links')} at both ends` : '';
  const rest =
    outside.length === 1 ? '1 agent is no node' : `${formatCount(outside.length)} agents are no nodes`;
  return `${first}${second}.${outside.length > 0 ? ` ${rest}.` : ''}`;
}

/** Rows of one kind; what is not heard comes first, as it is what there is to mend. */
export function matchRows({ nodes, links, outside }: TopologyMatch, shown: Shown): MatchRow[] {
  const agentOf = new Map(nodes.map(({ name, agent }) => [name, agent]));
  const rows: MatchRow[] =
    shown === 'nodes'
      ? nodes.map(({ name, given, agent, agentName }) => ({
          id: name,
          name: safeText(name),
          what: safeText(given) || 'by its name',
          heard: agent === null ? 'not heard' : safeText([agentName, agent].filter(Boolean).join(' ')),
          isHeard: agent !== null,
        }))
      : shown === 'links'
        ? links.map(({ name, ends }) => ({
            id: name,
            name: safeText(name),
            what: ends.map(({ node, port }) => safeText(`${node} › ${port}`)).join(' – '),
            heard: ends.map((end) => endWords(end, agentOf.get(end.node) ?? null)).join(' – '),
            isHeard: ends.every(({ ifIndex }) => ifIndex !== null),
          }))
        : outside.map(({ agent, name }) => ({
            id: agent,
            name: safeText(name) || agent,
            what: agent,
            heard: 'no node has this agent or name',
            isHeard: false,
          }));
  return rows.sort((one, other) => Number(one.isHeard) - Number(other.isHeard));
}

function endWords({ node, ifIndex, heard }: TopologyEnd, agent: string | null): string {
  if (agent === null) return 'node not heard';
  return ifIndex === null ? 'port not heard' : safeText(`${node} › ${heard}`);
}
