/** The health checks of an agent in the order in which they matter, and its status in a few words. Pure. */
import { safeText } from '../../../shared/format/text.ts';
import type { AgentHealth, HealthCheck, HealthState } from '../../../shared/model/health.ts';
import type { Health } from './agentHealth.ts';

const ORDER: readonly HealthState[] = ['crit', 'warn', 'waiting', 'ok', 'absent'];

export const toneOf = (state: HealthState): 'ok' | 'warn' | 'crit' | 'plain' =>
  state === 'ok' || state === 'warn' || state === 'crit' ? state : 'plain';

/** What a state is called beside its check. */
export const STATE_WORDS: Readonly<Record<HealthState, string>> = {
  ok: 'fine',
  warn: 'look at it',
  crit: 'wrong',
  waiting: 'waiting',
  absent: 'not sent',
};

const byState = (one: HealthCheck, other: HealthCheck) =>
  ORDER.indexOf(one.state) - ORDER.indexOf(other.state);

/** The checks of the agent as a whole, the worst first. */
export function agentChecks({ checks }: AgentHealth): HealthCheck[] {
  return checks.filter(({ dataSource }) => dataSource === null).sort(byState);
}

export type PortFindings = { dataSource: string; title: string; checks: HealthCheck[] };

/** What is wrong at its data sources, the worst first; `titleOf` puts a data source into words. */
export function portFindings(
  { checks }: AgentHealth,
  titleOf: (dataSource: string) => string,
): PortFindings[] {
  const byPort = new Map<string, HealthCheck[]>();
  for (const check of checks) {
    if (check.dataSource === null || (check.state !== 'warn' && check.state !== 'crit')) continue;
    byPort.set(check.dataSource, [...(byPort.get(check.dataSource) ?? []), check]);
  }
  const worst = (found: PortFindings) => Math.min(...found.checks.map(({ state }) => ORDER.indexOf(state)));
  return [...byPort]
    .map(([dataSource, found]) => ({
      dataSource,
      title: safeText(titleOf(dataSource)),
      checks: found.sort(byState),
    }))
    .sort((one, other) => worst(one) - worst(other) || other.checks.length - one.checks.length);
}

/** How many data sources were checked, and at how many nothing is wrong. */
export function portCounts({ checks }: AgentHealth): { checked: number; fine: number } {
  const checked = new Set<string>();
  const wrong = new Set<string>();
  for (const { dataSource, state } of checks) {
    if (dataSource === null) continue;
    checked.add(dataSource);
    if (state === 'warn' || state === 'crit') wrong.add(dataSource);
  }
  return { checked: checked.size, fine: checked.size - wrong.size };
}

/**
 * The status of an agent in few words: what its stream says where that is bad, else its worst check. A check counts
 * ports where several have the same.
 */
export function statusOf(stream: Health, health: AgentHealth | undefined): Health {
  if (stream.tone !== 'ok' || !health) return stream;
  const [worst] = health.checks.filter(({ state }) => state === 'crit' || state === 'warn').sort(byState);
  if (!worst) return stream;
  const alike = health.checks.filter(({ id, state }) => id === worst.id && state === worst.state);
  const ports =
    worst.dataSource === null ? '' : ` on ${alike.length} ${alike.length === 1 ? 'port' : 'ports'}`;
  return {
    tone: worst.state === 'crit' ? 'crit' : 'warn',
    words: safeText(`${worst.label}${ports}`),
    about: safeText([worst.finding, worst.remedy].filter(Boolean).join(' ')),
  };
}
