/**
 * From a flow on the wire to everybody who is told of it, through the whole program: the access list of “RESTful control of
 * Cumulus Linux ACLs”, a letter, a line to syslog, to InfluxDB, to Graphite and to a log; and the first contact with an
 * address of a blocklist, as in “Triggered remote packet capture using filtered ERSPAN”.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Action } from '../../shared/model/action.ts';
import { anAction } from '../actions/made.ts';
import { aclServer, httpSink, smtpSink, tcpSink, udpSink } from '../actions/sinks.ts';
import { LARGE_FLOWS, largeFlow, startLeaf } from './leaf-sender.ts';
import { runHost, statusWhen, temporaryFolder } from './running.ts';

it('a large flow and a forbidden contact are told to everybody, and what was put in place is taken away', async () => {
  const [acl, letters, log, carbon] = [
    await aclServer(),
    await smtpSink(),
    await udpSink(),
    await tcpSink(),
  ] as const;
  const influx = await httpSink((_request, response) => response.writeHead(204).end());
  const dataDirectory = temporaryFolder();
  const running = await runHost({ dataDirectory });
  const { call } = running.client;
  const { listeners } = await statusWhen(running, 'live', ({ listeners: [one] }) => one?.state === 'open');
  const leaf = startLeaf(listeners[0]!.port);

  await call('live', 'definitions.put', ['tcp', LARGE_FLOWS, 'weir']);
  await call('live', 'thresholds.put', ['large', largeFlow(1)]);
  await call('live', 'groups.put', ['blocklist', { scanners: ['203.0.113.0/24'] }]);
  const contact = (await call('live', 'thresholds.list', [])).find(
    ({ threshold }) => threshold.name === 'Blocklist contact',
  )!.threshold;
  const { name: _name, preset: _preset, ...input } = contact;
  await call('live', 'thresholds.put', ['Blocklist contact', { ...input, enabled: true, timeout: 1 }]);

  const events: Action['events'] = { kinds: ['threshold'], severities: [], names: [], agents: [] };
  const large = { events: { ...events, names: ['large'] } };
  const both = { events: { ...events, names: ['large', 'Blocklist contact'] } };
  for (const action of [
    anAction(
      'webhook',
      {
        ...{ method: 'PUT', url: `${acl.url}/acl/weir{{id}}`, private: true, pair: true },
        body: '["[iptables]", "-A FORWARD -s {{key:ipsource}} -d {{key:ipdestination}} -j DROP"]',
        ...{ clearMethod: 'DELETE', clearUrl: `${acl.url}/acl/weir{{id}}` },
        authorization: 'Bearer canary-51f0',
      },
      large,
    ),
    anAction(
      'mail',
      {
        ...{ host: '127.0.0.1', port: letters.port, security: 'none' },
        ...{ from: 'weir@example.net', to: ['noc@example.net'] },
      },
      both,
    ),
    anAction('syslog', { host: '127.0.0.1', port: log.port, transport: 'udp' }, both),
    anAction(
      'influx',
      { url: influx.url, private: true, version: '1', bucket: 'weir', token: 'me:canary-77aa' },
      large,
    ),
    anAction('graphite', { host: '127.0.0.1', port: carbon.port }, large),
    anAction('log', { file: 'told.jsonl' }, both),
    anAction('notify', {}, both),
  ])
    await call('live', 'actions.put', [action]);
  const shown: string[] = [];
  running.client.on('notification', ({ title }) => shown.push(title));

  const beginMs = Date.now();
  leaf.burst = { octetsPerSecond: 0.9e9 / 8, sourcePort: 40_000 };
  const put = (await acl.until(1))[0]!;
  expect(put.method).toBe('PUT');
  expect(JSON.parse(put.body)).toEqual(['[iptables]', '-A FORWARD -s 10.1.0.1 -d 10.2.0.1 -j DROP']);
  leaf.burst = { octetsPerSecond: 0, sourcePort: 0 };
  leaf.contact = '203.0.113.9';
  const deleted = (await acl.until(2))[1]!;
  expect([deleted.method, deleted.url]).toEqual(['DELETE', put.url]);
  expect([acl.refused, acl.acls.size]).toEqual([[], 0]);

  // Raised and cleared of the flow, raised of the contact.
  const subjects = (await letters.until(3)).map(({ data }) => /Subject: (.*)/.exec(data)?.[1]?.trim());
  expect(subjects).toContain('[Weir] warning raised: large at 10.0.0.1');
  expect(subjects).toContain('[Weir] warning cleared: large at 10.0.0.1');
  expect(subjects).toContain('[Weir] critical raised: Blocklist contact at 10.0.0.1');
  const lines = (await log.until(3)).map((octets) => octets.toString('utf8'));
  const told = lines.find((line) => line.includes('Blocklist contact'));
  expect(told).toMatch(/10\.1\.0\.7.*203\.0\.113\.9/);
  expect(told).toMatch(/^<\d+>1 \d{4}-/);
  expect((await influx.until(2)).map(({ body }) => body)[0]).toMatch(/^weir_event,/);
  expect((await carbon.until(2))[0]).toMatch(/^weir\.events\.\S+ \S+ \d+\n/);

  const stored = await call('live', 'events.list', [
    {
      ...{ fromMs: beginMs, toMs: beginMs + 3_600_000, standing: null, acknowledged: null, bins: 1 },
      ...{ severities: [], kinds: ['threshold'], names: [], agents: [], text: '', limit: 10, offset: 0 },
    },
  ]);
  // One of each: mice are no events, and neither is told twice.
  expect(stored.events.map(({ name }) => name).sort()).toEqual(['Blocklist contact', 'large']);
  const flow = stored.events.find(({ name }) => name === 'large')!;
  expect(flow).toMatchObject({ dataSource: '1', flowKey: '10.1.0.1,10.2.0.1,40000,5001' });
  const statuses = await call('live', 'actions.list', []);
  expect(statuses.map(({ action, failed }) => [action.kind, failed])).toEqual(
    statuses.map(({ action }) => [action.kind, 0]),
  );
  expect(shown.length).toBeGreaterThanOrEqual(3);
  // Secrets are in their file, and nowhere else that is kept or told.
  const attempts = await call('live', 'actions.attempts', ['', 100]);
  expect(JSON.stringify([statuses, attempts])).not.toContain('canary');
  await running.stop();
  const kept = readFileSync(join(dataDirectory, 'logs/told.jsonl'), 'utf8').trim().split('\n');
  expect(kept.map((line) => (JSON.parse(line) as { event: { name: string } }).event.name)).toContain('large');
  expect(kept.join()).not.toContain('canary');
  expect(readFileSync(join(dataDirectory, 'engine-secrets.json'), 'utf8')).toContain('canary-51f0');
});
