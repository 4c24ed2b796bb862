/** The secrets of an access by SNMP: kept apart from its other fields, and told by nothing but that they are there. */
import type { SnmpAccess } from '../../shared/model/interface-name.ts';
import type { Secret } from '../../shared/model/secret.ts';
import { RpcError } from '../../shared/rpc.ts';

const SECRET_FIELDS = ['community', 'authenticationKey', 'encryptionKey'] as const;
type Secrets = Partial<Record<(typeof SECRET_FIELDS)[number], string>>;
/** By agent; '' for all others. */
export type SecretsByAgent = Record<string, Secrets>;

/** As an answer tells it: `true` for a secret that is kept. */
export function withKept(access: SnmpAccess, kept: Secrets = {}): SnmpAccess {
  const told = { ...access };
  for (const field of SECRET_FIELDS) told[field] = (kept[field] ?? '') !== '';
  return told;
}

/** The secrets that are to be kept: those that were given, and of those that stay (`true`) what was kept. */
export function mergedSecrets(access: SnmpAccess, kept: Secrets = {}): Secrets {
  const merged: Secrets = {};
  for (const field of SECRET_FIELDS) {
    const given: Secret = access[field];
    const secret = given === true ? kept[field] : given === false ? undefined : given;
    if (secret) merged[field] = secret;
  }
  return merged;
}

/** As a document holds it: without a word of what is secret. */
export const withoutSecrets = (access: SnmpAccess): SnmpAccess => ({
  ...access,
  community: false,
  authenticationKey: false,
  encryptionKey: false,
});

/** Refuses an access that nobody would answer; `agent` is '' for the one that holds for all others. */
export function refuseIncomplete(
  agent: string,
  { version, user, level }: SnmpAccess,
  secrets: Secrets,
): void {
  const refuse = (what: string): never => {
    const whose = agent === '' ? 'SNMP cannot be switched on' : `${agent} cannot be asked by SNMP`;
    throw new RpcError('refused', `${whose}: ${what}.`);
  };
  if (version === '2c') {
    if (!secrets.community) refuse('enter the community');
    return;
  }
  if (user === '') refuse('enter the user');
  // RFC 3414 section 11.2: passwords have eight characters at least.
  if (level !== 'noAuthNoPriv' && (secrets.authenticationKey?.length ?? 0) < 8)
    refuse('the password of authentication has fewer than eight characters');
  if (level === 'authPriv' && (secrets.encryptionKey?.length ?? 0) < 8)
    refuse('the password of encryption has fewer than eight characters');
}
