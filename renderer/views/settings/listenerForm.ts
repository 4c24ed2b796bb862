/** Reads what a user types for a new listener. Pure. */
import { parseAddress } from '../../../shared/format/address.ts';
import type { ListenerSettings } from '../../../shared/model/workspace.ts';

/** The listener, or one plain sentence that says what is wrong. */
export function readListener(
  addressText: string,
  portText: string,
  present: readonly ListenerSettings[],
): { listener: ListenerSettings } | { problem: string } {
  const address = addressText.trim().replace(/^\[(.*)\]$/, '$1');
  const port = Number(portText.trim());
  if (parseAddress(address) === null) {
    return { problem: 'The address is none of this computer: write 0.0.0.0 for all IPv4, :: for all IPv6.' };
  }
  if (!/^\d{1,5}$/.test(portText.trim()) || port < 1 || port > 65_535) {
    return { problem: 'A port is a whole number from 1 to 65535.' };
  }
  if (present.some((one) => one.address === address && one.port === port)) {
    return { problem: 'This address and port are listened on already.' };
  }
  return { listener: { address, port } };
}
