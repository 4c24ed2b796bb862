/** Where an action may connect to: the table of hazards, by address, by name, and by a name that changes its mind. */
import { describe, expect, it } from 'vitest';
import { sendHttp } from '../../main/actions/http.ts';
import { reach } from '../../main/actions/target.ts';
import { surroundings } from './made.ts';
import { httpSink } from './sinks.ts';

const request = (url: string, allowPrivate = false) => ({
  ...{ method: 'GET', url, headers: {}, body: '', allowPrivate, anyCertificate: false },
});
const never = new AbortController().signal;

describe('a name', () => {
  it('is refused where any of its addresses is', async () => {
    const resolve = () => Promise.resolve(['8.8.8.8', '127.0.0.1']);
    await expect(reach('two.example', { resolve }, false)).rejects.toThrow(/two.example \(127.0.0.1\)/);
    expect(await reach('two.example', { resolve }, true)).toBe('8.8.8.8');
    await expect(
      reach('meta.example', { resolve: () => Promise.resolve(['169.254.169.254']) }, true),
    ).rejects.toThrow(/no address that an action may connect to/);
    await expect(reach('none.example', { resolve: () => Promise.resolve([]) }, true)).rejects.toThrow(
      /no address/,
    );
  });

  it('is asked once: what it says a moment later is not gone to', async () => {
    const sink = await httpSink();
    let asked = 0;
    const resolve = () => Promise.resolve([asked++ === 0 ? '127.0.0.1' : '127.0.0.9']);
    const around = surroundings({ resolve });
    await sendHttp(request(`http://rebind.example:${sink.port}/`, true), around, never);
    expect(asked).toBe(1);
    // Allowed to go there, it goes to the address that was said, under its name.
    const local = surroundings({ resolve: () => Promise.resolve(['127.0.0.1']) });
    await sendHttp(request(`http://name.example:${sink.port}/x`, true), local, never);
    expect(sink.heard[1]!.headers.host).toBe(`name.example:${sink.port}`);
  });
});

describe('a request', () => {
  it.each(['127.0.0.1', '2130706433', '0x7f.1', '[::1]', '[::ffff:7f00:1]', '[64:ff9b::7f00:1]'])(
    'does not go to %s without its tick',
    async (host) => {
      const sink = await httpSink();
      const sent = sendHttp(request(`http://${host}:${sink.port}/`), surroundings(), never);
      await expect(sent).rejects.toThrow(/Private addresses/);
      expect(sink.heard).toEqual([]);
    },
  );

  it('follows no redirect', async () => {
    const inner = await httpSink();
    const outer = await httpSink((_request, response) =>
      response.writeHead(302, { Location: `${inner.url}/secret` }).end(),
    );
    await expect(sendHttp(request(outer.url, true), surroundings(), never)).rejects.toThrow(
      'HTTP 302 Found: redirects are not followed.',
    );
    expect(inner.heard).toEqual([]);
  });

  it('reads no more of an endless answer than it may', async () => {
    let written = 0;
    const endless = await httpSink((_request, response) => {
      const more = (): void => {
        while (written < 512 * 1024 * 1024 && !response.destroyed) {
          written += 16_384;
          if (!response.write('x'.repeat(16_384))) return void response.once('drain', more);
        }
      };
      more();
    });
    expect(await sendHttp(request(endless.url, true), surroundings(), never)).toMatch(/^HTTP 200 OK: x{200}/);
    expect(written).toBeLessThan(64 * 1024 * 1024);
  });

  it('knows what may go better later', async () => {
    let status = 503;
    const sink = await httpSink((_request, response) => response.writeHead(status).end('busy\u0007'));
    const failure = () =>
      sendHttp(request(sink.url, true), surroundings(), never).catch((error: unknown) => error);
    expect(await failure()).toMatchObject({ again: true, message: 'HTTP 503 Service Unavailable: busy␇' });
    status = 400;
    expect(await failure()).toMatchObject({ again: false });
    const gone = await httpSink();
    await expect(sendHttp(request('ftp://x/', true), surroundings(), never)).rejects.toThrow(/http/);
    await expect(
      sendHttp(request(`http://u:p@127.0.0.1:${gone.port}/`, true), surroundings(), never),
    ).rejects.toThrow(/password/);
  });
});
