/**
 * The address that an action connects to, by the rules of `reach/`.
 */
import ipaddr from 'ipaddr.js';
import { safeText } from '../../shared/format/text.ts';
import { mayReach, scopeOf } from '../reach/scope.ts';
import { Failure, type Surroundings } from './kind.ts';

/**
 * An address to connect to. Throws `Failure` where the name has none, or where any of its addresses is no target.
 */
export async function reach(
  host: string,
  { resolve }: Pick<Surroundings, 'resolve'>,
  allowPrivate: boolean,
): Promise<string> {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  const shown = safeText(bare, 128);
  let addresses: string[];
  if (ipaddr.isValid(bare.split('%')[0]!)) addresses = [bare];
  else {
    try {
      addresses = await resolve(bare);
    } catch {
      throw new Failure(`The name ${shown} cannot be resolved.`, true);
    }
  }
  if (addresses.length === 0) throw new Failure(`The name ${shown} has no address.`, true);
  for (const address of addresses) {
    const scope = scopeOf(address);
    if (mayReach(scope, allowPrivate)) continue;
    const where = address === bare ? shown : `${shown} (${safeText(address, 64)})`;
    throw new Failure(
      scope === 'private'
        ? `${where} is on this computer or on a private network; tick “Private addresses” where that is meant.`
        : `${where} is no address that an action may connect to.`,
    );
  }
  return addresses[0]!;
}
