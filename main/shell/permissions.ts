/**
 * What the page may not do. Electron grants what is not refused, so everything is refused here, by name of none:
 * permissions but writing the clipboard, devices, new windows, and leaving the interface for any other address.
 */
import type { Session, WebContents } from 'electron';

const allowed: ReadonlySet<string> = new Set(['clipboard-sanitized-write']);

/** Refuses every permission and device of a session, but writing text and pictures to the clipboard. */
export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => answer(allowed.has(permission)));
  session.setPermissionCheckHandler((_contents, permission) => allowed.has(permission));
  session.setDevicePermissionHandler(() => false);
}

/** Keeps a page on `origin` ("app://weir"): no other address, no new window, no embedded view. */
export function guardNavigation(contents: WebContents, origin: string): void {
  const refuse = (details: { url: string; preventDefault(): void }) => {
    if (!isWithin(details.url, origin)) details.preventDefault();
  };
  contents.on('will-navigate', refuse);
  contents.on('will-redirect', refuse);
  contents.on('will-frame-navigate', refuse);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** Whether `url` is a page of `origin`; compared by parts, so "app://weir.example/" is not. */
export function isWithin(url: string, origin: string): boolean {
  const address = URL.parse(url);
  const home = URL.parse(origin);
  return (
    address !== null && home !== null && address.protocol === home.protocol && address.host === home.host
  );
}
