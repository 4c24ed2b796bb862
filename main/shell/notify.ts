/** Notifications of the desktop. */
import { Notification } from 'electron';
import type { ActionNotification } from '../../shared/model/action.ts';

/** How long the system is waited for: some never say that they have shown it. */
const SHOWN_WITHIN_MS = 2000;
/** Those that can still be clicked: without a reference they would be collected, and with them what a click does. */
const shown = new Set<Notification>();
const MOST_SHOWN = 50;

/** Shows it, and calls `clicked` when it is clicked. Rejects with a sentence where the system does not. */
export function showNotification(
  { title, body, severity }: ActionNotification,
  clicked: () => void,
): Promise<string> {
  if (!Notification.isSupported()) return Promise.reject(new Error('This desktop shows no notifications.'));
  const notification = new Notification({
    title,
    body,
    urgency: severity === 'critical' ? 'critical' : 'normal',
  });
  shown.add(notification);
  if (shown.size > MOST_SHOWN)
    for (const oldest of shown) {
      shown.delete(oldest);
      break;
    }
  notification.on('click', clicked);
  notification.on('close', () => shown.delete(notification));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve('Handed to the desktop.'), SHOWN_WITHIN_MS);
    notification.once('show', () => {
      clearTimeout(timer);
      resolve('Shown by the desktop.');
    });
    notification.once('failed', () => {
      clearTimeout(timer);
      reject(new Error('The desktop did not show it.'));
    });
    notification.show();
  });
}
