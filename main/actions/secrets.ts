/**
 * Secrets of actions: kept apart from them by the surroundings, filled in for the moment of sending, dots wherever
 * somebody looks, and taken out of whatever comes back.
 */
import type { Action, ActionSetting } from '../../shared/model/action.ts';
import { RpcError } from '../../shared/rpc.ts';
import { Failure, type Kind, type Settings, type Surroundings } from './kind.ts';

const DOTS = '••••••';
/** Shorter ones would take apart ordinary words. */
const LEAST_SCRUBBED = 3;

const secretFields = (kind: Kind) => kind.fields.filter(({ type }) => type === 'secret');
const placeOf = (action: string, field: string): string => `action/${action}/${field}`;

/** Settings as they are looked at. */
export function withDots(kind: Kind, settings: Settings): Settings {
  const shown: Record<string, ActionSetting> = { ...settings };
  for (const { name } of secretFields(kind)) shown[name] = hasSecret(settings[name]) ? DOTS : '';
  return shown;
}

/** Settings as they are kept and told: whether there is a secret. */
export function withoutSecrets(kind: Kind, settings: Settings): Record<string, ActionSetting> {
  const told: Record<string, ActionSetting> = { ...settings };
  for (const { name } of secretFields(kind)) told[name] = hasSecret(settings[name]);
  return told;
}

const hasSecret = (setting: ActionSetting | undefined): boolean =>
  setting === true || (typeof setting === 'string' && setting !== '');

/**
 * Refuses a secret that is said to be kept where none is, or where it would go to another place than the one that it
 * was given for: whoever may change an address does not get to know the password.
 */
export function checkKept(kind: Kind, settings: Settings, before: Action | null): void {
  for (const { name, label } of secretFields(kind)) {
    if (settings[name] !== true) continue;
    if (before?.kind !== kind.kind || before.settings[name] !== true)
      throw new RpcError('refused', `“${label}”: none is kept; enter it.`);
    const moved = kind.fields.find(
      (field) => kind.goesTo.includes(field.name) && before.settings[field.name] !== settings[field.name],
    );
    if (moved)
      throw new RpcError(
        'refused',
        `“${label}” has to be entered again, because “${moved.label}” was changed.`,
      );
  }
}

/** Keeps the secrets that were given, and forgets those that are none any more. */
export async function keepSecrets(
  kind: Kind,
  action: string,
  settings: Settings,
  { secrets }: Surroundings,
): Promise<void> {
  for (const { name } of secretFields(kind)) {
    const setting = settings[name];
    if (setting === true) continue;
    await secrets.write(
      placeOf(action, name),
      typeof setting === 'string' && setting !== '' ? setting : null,
    );
  }
}

export async function forgetSecrets(kind: Kind, action: string, { secrets }: Surroundings): Promise<void> {
  for (const { name } of secretFields(kind)) await secrets.write(placeOf(action, name), null);
}

/** Settings as they are sent, and what must not be seen of them. Throws `Failure` where a kept one is gone. */
export async function withSecrets(
  kind: Kind,
  action: string,
  settings: Settings,
  { secrets }: Surroundings,
): Promise<{ settings: Settings; scrub: (text: string) => string }> {
  const filled: Record<string, ActionSetting> = { ...settings };
  const hidden: string[] = [];
  for (const { name, label } of secretFields(kind)) {
    if (filled[name] === true) {
      const kept = await secrets.read(placeOf(action, name));
      if (kept === null) throw new Failure(`“${label}” is not kept any more; enter it again.`);
      filled[name] = kept;
    } else if (filled[name] === false) filled[name] = '';
    const secret = String(filled[name]);
    // “Bearer abc” may be quoted whole or in part, and in the form that it is sent in.
    for (const part of [secret, ...secret.split(/[\s:]+/)])
      if (part.length >= LEAST_SCRUBBED) hidden.push(part, Buffer.from(part, 'utf8').toString('base64'));
  }
  hidden.sort((one, other) => other.length - one.length);
  return {
    settings: filled,
    scrub: (text) => hidden.reduce((left, secret) => left.replaceAll(secret, DOTS), text),
  };
}
