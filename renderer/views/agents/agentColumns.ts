/** The columns of the agent table: what stands in a row of an agent or of one stream, and what it sorts by. Pure. */
import {
  formatCount,
  formatPercent,
  formatRate,
  formatSamplingRate,
  UNKNOWN,
} from '../../../shared/format/rates.ts';
import { formatClock, formatDuration, type Zone } from '../../../shared/format/time.ts';
import type { AgentStatus } from '../../../shared/model/network.ts';
import { type Counts, lossShare } from './agentHealth.ts';

/** A row: an agent with the sums of its streams, or one stream of it (`agent` is null then). */
export type AgentRow = { counts: Counts; agent: AgentStatus | null };

/** `nowMs` is null in a capture, where times are told by the clock instead of how long ago. */
export type Telling = { nowMs: number | null; zone: Zone };

export type AgentColumn = {
  id: string;
  label: string;
  /** Left out where the window is narrow; the detail has it. */
  spare?: boolean;
  figure: (row: AgentRow, telling: Telling) => string;
  /** Small, before the figure. */
  share?: (row: AgentRow) => string;
  unit?: (row: AgentRow) => string;
  isBad?: (row: AgentRow) => boolean;
  sortBy: (row: AgentRow) => number;
};

const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;

const wholeSeconds = (ms: number) => formatDuration(Math.max(0, Math.floor(ms / 1_000)) * 1_000);

/** The two largest parts of an uptime: '37 d 23 h', '20 min'. */
function uptime(ms: number): string {
  if (Number.isNaN(ms)) return UNKNOWN;
  if (ms < minuteMs) return wholeSeconds(ms);
  const stepMs = ms < dayMs ? minuteMs : 60 * minuteMs;
  return formatDuration(Math.floor(ms / stepMs) * stepMs);
}

function lastHeard({ counts }: AgentRow, { nowMs, zone }: Telling): string {
  if (nowMs === null) return formatClock(counts.lastSeenMs, zone);
  const agoMs = nowMs - counts.lastSeenMs;
  return agoMs < 2_000 ? 'now' : `${wholeSeconds(agoMs)} ago`;
}

function sampling({ agent }: AgentRow): string {
  if (!agent) return '';
  const { least, most } = agent.samplingRate;
  if (least === most) return formatSamplingRate(most);
  return `${formatSamplingRate(least)} – ${formatCount(most)}`;
}

const count = (id: keyof Counts, label: string, spare = false): AgentColumn => ({
  id,
  label,
  spare,
  figure: ({ counts }) => formatCount(counts[id]),
  sortBy: ({ counts }) => counts[id],
});

const ofAgent = (
  id: string,
  label: string,
  figure: (row: AgentRow) => string,
  sortBy: (agent: AgentStatus) => number,
): AgentColumn => ({ id, label, figure, sortBy: ({ agent }) => (agent ? sortBy(agent) : 0) });

export const agentColumns: readonly AgentColumn[] = [
  count('datagrams', 'Datagrams'),
  {
    ...ofAgent(
      'rate',
      'Rate',
      ({ agent }) => (agent ? formatRate(agent.datagramsPerSecond, '/s').figure : ''),
      (agent) => agent.datagramsPerSecond,
    ),
    unit: ({ agent }) => (agent ? formatRate(agent.datagramsPerSecond, '/s').unit : ''),
  },
  {
    ...count('lost', 'Lost'),
    share: ({ counts }) => (counts.lost === 0 ? '' : formatPercent(lossShare(counts))),
    isBad: ({ counts }) => counts.lost > 0,
    sortBy: ({ counts }) => lossShare(counts),
  },
  count('reordered', 'Reordered', true),
  count('duplicates', 'Duplicates', true),
  count('restarts', 'Restarts', true),
  count('flowSamples', 'Flow samples'),
  count('counterSamples', 'Counters'),
  ofAgent('sampling', 'Sampling', sampling, (agent) => agent.samplingRate.most),
  ofAgent(
    'interfaces',
    'Interfaces',
    ({ agent }) => (agent ? formatCount(agent.interfaces) : ''),
    (agent) => agent.interfaces,
  ),
  {
    id: 'uptime',
    label: 'Uptime',
    figure: ({ counts }) => uptime(counts.uptimeMs),
    sortBy: ({ counts }) => counts.uptimeMs,
  },
  { id: 'last', label: 'Last heard', figure: lastHeard, sortBy: ({ counts }) => counts.lastSeenMs },
];
