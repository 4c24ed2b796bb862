/**
 * A REST call to the clipboard, with the address at which Weir answers: that of this page where Weir served it, else
 * what Settings say. Where REST is off the call is copied all the same, and it is said that nothing answers it yet.
 */
import { problemOf, useApi } from './api.ts';
import { copyText } from './clipboard.ts';
import { goTo } from './composables/useRoute.ts';
import { restOrigin } from './rest-origin.ts';
import { useToasts } from './stores/toasts.ts';

/** Copies what `textAt` makes of the origin of the REST interface, without a slash behind it. */
export async function copyRest(what: string, textAt: (origin: string) => string): Promise<void> {
  const toasts = useToasts();
  try {
    const status = await useApi().host('rest.get');
    const { origin, answers } = restOrigin(status, window.location);
    if (!(await copyText(textAt(origin)))) {
      toasts.problem('The browser did not let Weir use the clipboard.');
      return;
    }
    if (answers) toasts.show({ tone: 'ok', title: `${what} copied`, detail: textAt(origin) });
    else
      toasts.show({
        tone: 'warn',
        title: `${what} copied, but REST is ${status.enabled ? 'not answering' : 'off'}`,
        detail: status.problem || `Nothing answers at ${origin} until it is switched on in Settings.`,
        action: { label: 'Settings', run: () => goTo('settings') },
      });
  } catch (error) {
    toasts.problem(problemOf(error));
  }
}
