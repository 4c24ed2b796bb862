/** Where REST answers, as this window can reach it. */
import type { RestStatus } from '../shared/model/rest.ts';

/**
 * The origin to write into calls. A page that Weir served has its own origin, by whatever name it was opened; else it is
 * the address of the setting, or what that will be once REST is switched on.
 */
export function restOrigin(
  { address, port }: Pick<RestStatus, 'address' | 'port'>,
  page: { protocol: string; origin: string },
): { origin: string; answers: boolean } {
  const answers = address !== '';
  if (answers && /^https?:$/.test(page.protocol)) return { origin: page.origin, answers };
  return { origin: answers ? address.replace(/\/$/, '') : `http://127.0.0.1:${port}`, answers };
}
