/** Access by SNMP as a form: a secret that is typed is set, one that is not stays as it is kept. */
import {
  SNMP_AUTHENTICATIONS,
  SNMP_ENCRYPTIONS,
  type SnmpAccess,
  type SnmpAgentAccess,
  type SnmpAgentStatus,
  type SnmpSettings,
} from '../../../../shared/model/interface-name.ts';

export const SECRETS = ['community', 'authenticationKey', 'encryptionKey'] as const;
/** What is typed of the secrets; '' leaves what is kept. */
export type Typed = Record<(typeof SECRETS)[number], string>;
export const nothingTyped = (): Typed => ({ community: '', authenticationKey: '', encryptionKey: '' });

export const VERSIONS = [
  { value: '2c' as const, label: 'v2c' },
  { value: '3' as const, label: 'v3' },
];
export const LEVELS = [
  { value: 'authPriv', label: 'Authentication and encryption' },
  { value: 'authNoPriv', label: 'Authentication' },
  { value: 'noAuthNoPriv', label: 'Neither' },
];
export const AUTHENTICATIONS = SNMP_AUTHENTICATIONS.map((value) => ({ value, label: value.toUpperCase() }));
const encryptionLabels = { aes: 'AES-128', aes256b: 'AES-256 (Blumenthal)', aes256r: 'AES-256 (Reeder)' };
export const ENCRYPTIONS = SNMP_ENCRYPTIONS.map((value) => ({ value, label: encryptionLabels[value] }));

/** The access to be set: `true` for a secret says that the kept one stays. */
export function withTyped(access: SnmpAccess, typed: Typed): SnmpAccess {
  const given = { ...access };
  for (const field of SECRETS) if (typed[field] !== '') given[field] = typed[field];
  return given;
}

/** How an agent is asked: as all others, by an access of its own, or never. */
export const WAYS = [
  { value: 'others' as const, label: 'As the others' },
  { value: 'own' as const, label: 'In its own way' },
  { value: 'never' as const, label: 'Never' },
];
export type Way = (typeof WAYS)[number]['value'];

export function wayOf({ agents }: SnmpSettings, agent: string): Way {
  const listed = agents.find((one) => one.agent === agent);
  return listed === undefined ? 'others' : listed.access === null ? 'never' : 'own';
}

/** The settings with one agent asked otherwise; `null` as the others. */
export function withAgent(
  settings: SnmpSettings,
  agent: string,
  entry: SnmpAgentAccess | null,
): SnmpSettings {
  const rest = settings.agents.filter((one) => one.agent !== agent && one.agent !== entry?.agent);
  return { ...settings, agents: entry === null ? rest : [...rest, entry] };
}

export type AgentRow = { agent: string; way: Way; how: string; status: SnmpAgentStatus | null };

/** Agents that are heard, and those that are listed without being heard. */
export function agentRows(settings: SnmpSettings, heard: readonly SnmpAgentStatus[]): AgentRow[] {
  const byAgent = new Map(heard.map((one) => [one.agent, one]));
  const all = [...new Set([...settings.agents.map(({ agent }) => agent), ...byAgent.keys()])];
  return all.map((agent) => {
    const listed = settings.agents.find((one) => one.agent === agent);
    return {
      agent,
      way: wayOf(settings, agent),
      how: listed ? howWords(listed) : '',
      status: byAgent.get(agent) ?? null,
    };
  });
}

function howWords({ address, access }: SnmpAgentAccess): string {
  if (access === null) return 'never';
  const by = access.version === '2c' ? 'v2c' : `v3 ${access.user}`;
  const at = [address, access.port === 161 ? '' : String(access.port)].filter(Boolean).join(' port ');
  return at === '' ? by : `${by} at ${at}`;
}
