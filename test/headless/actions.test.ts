/** From a flow on the wire to an access list on a switch, through the whole program, and back when it is over. */
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generateTo } from '../../main/sample-network/generate.ts';
import { readCapture } from '../../main/sources/capture.ts';
import { anAction } from '../actions/made.ts';
import { aclServer } from '../actions/sinks.ts';
import { runHost, statusWhen, temporaryFolder } from './running.ts';

describe('a threshold', () => {
  it('puts an access list in place by a webhook when it is raised, and takes it away when it is cleared', async () => {
    const server = await aclServer();
    const dataDirectory = temporaryFolder();
    const running = await runHost({ dataDirectory });
    const { call } = running.client;
    const path = join(temporaryFolder(), 'made.pcap');
    await generateTo({ out: path, seconds: 3, rate: 200, seed: 5 });
    const { listeners } = await statusWhen(running, 'live', ({ listeners: [one] }) => one?.state === 'open');
    await call('live', 'definitions.put', [
      'tcp',
      { keys: 'ipsource,ipdestination', value: 'bytes', filter: 'ipprotocol=6', t: 1 },
      'weir',
    ]);
    await call('live', 'thresholds.put', [
      'flood',
      { metric: 'tcp', value: 2_000_000, byFlow: true, timeout: 1 },
    ]);
    await call('live', 'actions.put', [
      anAction(
        'webhook',
        {
          ...{ method: 'PUT', url: `${server.url}/acl/weir{{id}}`, private: true, pair: true },
          body: '["[iptables]", "-A FORWARD -s {{key:ipsource}} -d {{key:ipdestination}} -j DROP"]',
          ...{ clearMethod: 'DELETE', clearUrl: `${server.url}/acl/weir{{id}}` },
          authorization: 'Bearer canary-51f0',
        },
        {
          events: { kinds: ['threshold'], severities: [], names: ['flood'], agents: [] },
          rateLimit: { most: 1000, perSeconds: 60 },
        },
      ),
    ]);
    // A notification that nobody sees does not hold up anything, and says so.
    const told = await call('live', 'actions.test', [anAction('notify', {})]);
    expect(told).toMatchObject({ result: 'done', detail: 'Shown in one window.' });

    const socket = createSocket('udp4');
    const datagrams: Uint8Array[] = [];
    await readCapture(path, {
      datagram: (bytes, _view, start, end) => void datagrams.push(bytes.slice(start, end)),
    });
    for (const octets of datagrams) socket.send(octets, listeners[0]!.port, '127.0.0.1');
    const put = (await server.until(1))[0]!;
    expect(put.method).toBe('PUT');
    expect(JSON.parse(put.body)).toEqual([
      '[iptables]',
      expect.stringMatching(/^-A FORWARD -s [\d.]+ -d [\d.]+ -j DROP$/),
    ]);
    for (;;) {
      const deleted = server.heard.filter(({ method }) => method === 'DELETE').length;
      if (deleted > 0 && server.acls.size === 0) break;
      await server.until(server.heard.length + 1);
    }
    socket.close();
    expect(server.refused).toEqual([]);
    const [status] = await call('live', 'actions.list', []);
    expect(status!.failed).toBe(0);
    // The secret is in its file and nowhere else that is kept or told.
    const attempts = await call('live', 'actions.attempts', ['', 100]);
    expect(JSON.stringify([status, attempts])).not.toContain('canary');
    await running.stop();
    expect(readFileSync(join(dataDirectory, 'engine-secrets.json'), 'utf8')).toContain('canary-51f0');
  });
});
