/** What goes over TLS: told to nobody whose certificate nobody vouches for, unless that was ticked. */
import { expect, it } from 'vitest';
import type { ActionSetting } from '../../shared/model/action.ts';
import { actionsOf, anAction } from './made.ts';
import { httpSink, smtpSink, tcpSink } from './sinks.ts';

const { call } = actionsOf();
const letter = {
  host: '127.0.0.1',
  from: 'weir@example.net',
  to: ['noc@example.net'],
  user: 'me',
  password: 'pw',
};

/** Tests it without and with the tick. */
async function tried(kind: string, settings: Record<string, ActionSetting>) {
  const [strict, lax] = [
    await call['actions.test'](anAction(kind, settings)),
    await call['actions.test'](anAction(kind, { ...settings, anyCertificate: true })),
  ];
  expect(strict.result).toBe('failed');
  expect(strict.detail).toMatch(/certificate|self-signed/i);
  expect(lax).toMatchObject({ result: 'done' });
}

it.each(['tls', 'starttls'] as const)('a letter by %s', async (security) => {
  const sink = await smtpSink(false, security);
  await tried('mail', { ...letter, port: sink.port, security });
  const letters = await sink.until(1);
  expect(letters.map(({ user }) => user)).toEqual(['\u0000me\u0000pw']);
});

it('a request', async () => {
  const sink = await httpSink(undefined, true);
  await tried('webhook', { url: `${sink.url}/told`, private: true, body: '' });
  expect(sink.heard.map(({ url }) => url)).toEqual(['/told']);
});

it('a line of syslog', async () => {
  const sink = await tcpSink(true);
  await tried('syslog', { host: '127.0.0.1', port: sink.port, transport: 'tls' });
  expect((await sink.until(1))[0]).toMatch(/^\d+ <\d+>1 /);
});
