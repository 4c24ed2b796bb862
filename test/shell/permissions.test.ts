/** The page may be where it is and write the clipboard; nothing else. */

import type { Session, WebContents } from 'electron';
import { describe, expect, it } from 'vitest';
import { guardNavigation, guardSession, isWithin } from '../../main/shell/permissions.ts';

describe('isWithin', () => {
  it('compares scheme and host whole', () => {
    expect(isWithin('app://weir/', 'app://weir')).toBe(true);
    expect(isWithin('app://weir/settings?x=1#y', 'app://weir')).toBe(true);
    for (const url of [
      'app://weir.example/',
      'app://weir:80/',
      'https://weir/',
      'file:///etc/passwd',
      'javascript:1',
      'data:text/html,x',
      'about:blank',
      'not an address',
      '',
    ])
      expect(isWithin(url, 'app://weir')).toBe(false);
  });
});

describe('guardSession', () => {
  it('refuses all but writing the clipboard', () => {
    let request: Parameters<Session['setPermissionRequestHandler']>[0] = null;
    let check: Parameters<Session['setPermissionCheckHandler']>[0] = null;
    let device: Parameters<Session['setDevicePermissionHandler']>[0] = null;
    const session = {
      setPermissionRequestHandler: (handler: typeof request) => {
        request = handler;
      },
      setPermissionCheckHandler: (handler: typeof check) => {
        check = handler;
      },
      setDevicePermissionHandler: (handler: typeof device) => {
        device = handler;
      },
    } satisfies Partial<Session>;
    guardSession(session as unknown as Session);
    const asked = (permission: string) => {
      let answer: boolean | null = null;
      Reflect.apply(request!, undefined, [null, permission, (granted: boolean) => (answer = granted), {}]);
      return answer;
    };
    for (const permission of [
      'media',
      'geolocation',
      'notifications',
      'openExternal',
      'clipboard-read',
      'fullscreen',
    ]) {
      expect(asked(permission)).toBe(false);
      expect(Reflect.apply(check!, undefined, [null, permission, 'app://weir', {}])).toBe(false);
    }
    expect(asked('clipboard-sanitized-write')).toBe(true);
    expect(Reflect.apply(device!, undefined, [{ deviceType: 'usb' }])).toBe(false);
  });
});

describe('guardNavigation', () => {
  it('stops every way out', () => {
    const handlers = new Map<string, (event: { url: string; preventDefault(): void }) => void>();
    let open: Parameters<WebContents['setWindowOpenHandler']>[0] | null = null;
    const contents = {
      on: (name: string, handler: (event: { url: string; preventDefault(): void }) => void) => {
        handlers.set(name, handler);
      },
      setWindowOpenHandler: (handler: typeof open) => {
        open = handler;
      },
    };
    guardNavigation(contents as unknown as WebContents, 'app://weir');
    const stopped = (name: string, url: string) => {
      let prevented = false;
      handlers.get(name)?.({
        url,
        preventDefault: () => {
          prevented = true;
        },
      });
      return prevented;
    };
    for (const name of ['will-navigate', 'will-redirect', 'will-frame-navigate']) {
      expect(stopped(name, 'file:///home/someone/dropped.pcap')).toBe(true);
      expect(stopped(name, 'app://weir/top-n')).toBe(false);
    }
    expect(stopped('will-attach-webview', 'app://weir/')).toBe(true);
    expect(Reflect.apply(open!, undefined, [{ url: 'https://example.net' }])).toEqual({ action: 'deny' });
  });
});
