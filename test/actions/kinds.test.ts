/** Every kind against a real sink on loopback, with plain names and with hostile ones. */
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { kinds } from '../../main/actions/kinds.ts';
import type { Action, ActionSetting } from '../../shared/model/action.ts';
import type { WeirEvent } from '../../shared/model/event.ts';
import { temporaryFolder } from '../headless/running.ts';
import { actionsOf, anAction, anEvent, settle, surroundings } from './made.ts';
import { aclServer, httpSink, smtpSink, tcpSink, udpSink } from './sinks.ts';

const HOSTILE = [
  '<img src=x onerror=alert(1)>',
  '=HYPERLINK("http://evil.example")',
  'x\r\nBcc: victim@example.net\r\n\r\nbody',
  '$(touch /tmp/weir-pwned); `id` | sh & \'"',
  '\u202egnp.exe\u2066',
  '"]} injected="1',
  '\u0000\u001b[31m\ud800',
  '-rf',
  '../../etc/passwd',
];

let made: ReturnType<typeof actionsOf>;
let directory: string;

beforeEach(() => {
  directory = temporaryFolder();
  made = actionsOf({ surroundings: surroundings({ directory }) });
});

async function put(kind: string, settings: Record<string, ActionSetting>, changes: Partial<Action> = {}) {
  await made.call['actions.put'](anAction(kind, settings, changes));
}

/** Raises an event and clears it, and waits for what came of both. */
async function raiseAndClear(changes: Partial<WeirEvent> = {}): Promise<void> {
  const event = anEvent(changes);
  made.actions.told({ what: 'raised', event });
  made.actions.told({ what: 'cleared', event: { ...event, clearedMs: event.raisedMs + 60_000 } });
  await until(() => made.call['actions.attempts']('', 10) as unknown[], 2);
  for (const { result, detail } of attempts()) expect([result, detail]).toEqual(['done', expect.any(String)]);
}

const attempts = () =>
  made.call['actions.attempts']('', 100) as import('../../shared/model/action.ts').Attempt[];

async function until(list: () => unknown[], count: number): Promise<void> {
  while (list().length < count) await settle();
}

const everywhere = (text: string): Partial<WeirEvent> => ({
  ...{
    name: text,
    title: text,
    agentName: text,
    interfaceName: text,
    flowKey: text,
    dataSource: text,
    metric: text,
  },
});

describe('syslog', () => {
  it('is golden over UDP, and framed by its length over TCP', async () => {
    const udp = await udpSink();
    await put('syslog', { host: '127.0.0.1', port: udp.port });
    await raiseAndClear();
    const [first, second] = (await udp.until(2)).map(String);
    expect(first).toBe(
      '<132>1 2026-11-25T12:00:00.000Z weir.example weir - raised [weir@32473 id="7" what="raised" name="elephants" agent="192.0.2.1" dataSource="3" flowKey="192.0.2.10,198.51.100.20,6,443" metric="tcp" value="118000000" level="100000000" unit="bit/s"] \ufeffraised: A test of Weir: the flow 192.0.2.10,198.51.100.20,6,443 is 118 Mbit/s, above 100 Mbit/s.',
    );
    expect(second).toContain(' - cleared [');
    const tcp = await tcpSink();
    await put('syslog', { host: '127.0.0.1', port: tcp.port, transport: 'tcp' });
    made.actions.told({ what: 'raised', event: anEvent({ id: 8, title: 'grün' }) });
    const [framed] = await tcp.until(1);
    const length = Number(framed!.split(' ')[0]);
    expect(Buffer.byteLength(framed!.slice(framed!.indexOf(' ') + 1))).toBe(length);
    expect(framed).toMatch(/raised: grün$/);
  });

  it('holds hostile names in their places, within 1,024 octets', async () => {
    const udp = await udpSink();
    await put('syslog', { host: '127.0.0.1', port: udp.port, message: '{{title}} {{agentName}}' });
    for (const [id, text] of [...HOSTILE, 'é'.repeat(2000)].entries())
      made.actions.told({ what: 'raised', event: anEvent({ id: id + 1, ...everywhere(text) }) });
    for (const octets of await udp.until(HOSTILE.length + 1)) {
      expect(octets.length).toBeLessThanOrEqual(1024);
      const text = octets.toString('utf8');
      expect(text).not.toContain('\ufffd\ufffd');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be in it
      expect(text).not.toMatch(/[\u0000-\u001f\u202e\u2066]/);
      expect(text).not.toContain(' injected="1"');
    }
  });
});

describe('e-mail', () => {
  const to = { from: 'weir@example.net', to: ['one@example.net', 'two@example.net'], security: 'none' };

  it('goes to those who were named, with the password that nobody is told', async () => {
    const smtp = await smtpSink();
    await put('mail', { host: '127.0.0.1', port: smtp.port, ...to, user: 'weir', password: 'correct horse' });
    await raiseAndClear();
    const [letter] = await smtp.until(2);
    expect(letter).toMatchObject({ from: '<weir@example.net>', user: '\0weir\0correct horse' });
    expect(letter!.to).toEqual(['<one@example.net>', '<two@example.net>']);
    expect(letter!.data).toContain('Subject: [Weir] warning raised: elephants at leaf1');
    const kept = [...(await made.documents.all('action')).values()].join();
    const told = JSON.stringify([made.call['actions.list'](), attempts(), await dryRun('mail')]);
    for (const text of [kept, told]) expect(text).not.toMatch(/correct horse|correct|horse/);
    expect(made.call['actions.list']()).toMatchObject([{ action: { settings: { password: true } } }]);
  });

  it('cannot be made to go to anybody else, nor to say another head', async () => {
    const smtp = await smtpSink();
    await put('mail', {
      host: '127.0.0.1',
      port: smtp.port,
      ...to,
      subject: '{{agentName}}',
      body: '{{agentName}}',
    });
    for (const [id, text] of HOSTILE.entries())
      made.actions.told({ what: 'raised', event: anEvent({ id: id + 1, ...everywhere(text) }) });
    for (const letter of await smtp.until(HOSTILE.length)) {
      expect(letter.to).toHaveLength(2);
      const head = letter.data.split('\r\n\r\n')[0]!;
      expect(head).not.toMatch(/^bcc:/im);
      expect(head.match(/^subject:/gim)).toHaveLength(1);
    }
  });

  it('is refused where an address is none, and says what a server said', async () => {
    await expect(put('mail', { host: 'h', ...to, to: ['a@b.example\nBcc: x'] })).rejects.toThrow(
      /line break/,
    );
    await expect(put('mail', { host: 'h', ...to, to: ['A <a@b.example>'] })).rejects.toThrow(
      /no address of the form/,
    );
    const smtp = await smtpSink(true);
    const action = anAction('mail', { host: '127.0.0.1', port: smtp.port, ...to });
    expect(await made.call['actions.test'](action)).toMatchObject({
      result: 'failed',
      detail: expect.stringContaining('550 not wanted here'),
    });
    // A server that does not offer STARTTLS gets nothing.
    const plain = await smtpSink();
    const secure = anAction('mail', { host: '127.0.0.1', port: plain.port, ...to, security: 'starttls' });
    expect(await made.call['actions.test'](secure)).toMatchObject({ result: 'failed' });
    expect(plain.heard).toEqual([]);
  });
});

describe('a webhook', () => {
  const acl = (url: string): Record<string, ActionSetting> => ({
    ...{ method: 'PUT', url: `${url}/acl/weir{{id}}`, private: true, pair: true },
    body: '["[iptables]", "-A FORWARD --in-interface swp+ -s {{key:ipsource}} -d {{key:ipdestination}} -p tcp --dport {{key:tcpdestinationport}} -j DROP"]',
    ...{ clearMethod: 'DELETE', clearUrl: `${url}/acl/weir{{id}}` },
  });

  it('puts an access list in place, and takes it away on clear', async () => {
    const server = await aclServer();
    await put('webhook', acl(server.url));
    made.actions.told({ what: 'raised', event: anEvent() });
    await server.until(1);
    expect(Object.fromEntries(server.acls)).toEqual({
      weir7: [
        '[iptables]',
        '-A FORWARD --in-interface swp+ -s 192.0.2.10 -d 198.51.100.20 -p tcp --dport 443 -j DROP',
      ],
    });
    made.actions.told({ what: 'cleared', event: anEvent({ clearedMs: 1 }) });
    await server.until(2);
    expect(server.acls.size).toBe(0);
    expect(server.refused).toEqual([]);
  });

  it('leaves nothing behind when it is tested', async () => {
    const server = await aclServer();
    const attempt = await made.call['actions.test'](anAction('webhook', acl(server.url)));
    expect(attempt).toMatchObject({
      result: 'done',
      what: 'test',
      detail: expect.stringContaining('On clear: HTTP 200'),
    });
    expect(server.heard.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'PUT /acl/weir0',
      'DELETE /acl/weir0',
    ]);
    expect(server.acls.size).toBe(0);
  });

  it('holds hostile names within the path, the header and the body', async () => {
    const sink = await httpSink();
    await put('webhook', {
      ...{
        url: `${sink.url}/a/{{agentName}}/b?q={{agentName}}`,
        private: true,
        body: '{"n": "{{agentName}}"}',
      },
      headers: ['X-Agent: {{agentName}}'],
    });
    for (const [id, text] of HOSTILE.entries())
      made.actions.told({ what: 'raised', event: anEvent({ id: id + 1, ...everywhere(text) }) });
    for (const { url, headers, body } of await sink.until(HOSTILE.length)) {
      expect(url).toMatch(/^\/a\/[^/?#]*\/b\?q=[^&#]*$/);
      expect(Object.keys(JSON.parse(body) as object)).toEqual(['n']);
      expect(headers.bcc).toBeUndefined();
      expect(Object.keys(headers).sort()).toEqual(
        ['connection', 'content-length', 'content-type', 'host', 'user-agent', 'x-agent'].sort(),
      );
    }
  });

  it('never shows its secret, not even where the server says it back', async () => {
    const sink = await httpSink((request, response) =>
      response.writeHead(401).end(`no ${request.headers.authorization}`),
    );
    await put('webhook', { url: `${sink.url}/`, private: true, authorization: 'Bearer canary-7f3a' });
    made.actions.told({ what: 'raised', event: anEvent() });
    await until(attempts, 1);
    expect(sink.heard[0]!.headers.authorization).toBe('Bearer canary-7f3a');
    expect(attempts()[0]).toMatchObject({ result: 'failed', detail: 'HTTP 401 Unauthorized: no ••••••' });
    expect(JSON.stringify(await dryRun('webhook'))).toContain('Authorization: ••••••');
    // Who points it elsewhere does not get to know it.
    const [{ action }] = made.call['actions.list']() as unknown as [{ action: Action }];
    const moved = { ...action, settings: { ...action.settings, url: 'http://evil.example/' } };
    await expect(made.call['actions.put'](moved)).rejects.toThrow(
      /entered again, because “Address” was changed/,
    );
    await expect(made.call['actions.test'](moved)).rejects.toThrow(/entered again/);
    await made.call['actions.put']({ ...action, enabled: false });
    await made.call['actions.delete'](action.name);
    expect(made.around.kept.size).toBe(0);
  });

  it.each([
    [{ url: 'http://{{agent}}/x' }, /fields may stand in the path and the query/],
    [{ url: 'http://host{{agent}}' }, /fields may stand in the path/],
    [{ url: 'file:///etc/passwd' }, /no address of the form http/],
    [{ url: 'http://user:word@host/' }, /does not belong into the address/],
    [{ body: '{"a": {{name}}' }, /“Body” does not become JSON/],
    [{ body: '{"a":\n {{nam}}}' }, /“Body”: line 2, character 2: there is no field “nam”/],
    [{ headers: ['X: 1', 'Host: evil'] }, /Host is made by the connection/],
    [{ headers: ['no colon'] }, /not of the form Name: value/],
    [{ headers: ['A: 1', 'B: {{foo}}'] }, /“Headers”: line 2, character 4/],
    [{ pair: true }, /“Address on clear” is needed/],
    [{ nonsense: 1 }, /has no field “nonsense”/],
    [{ method: 'TRACE' }, /it is one of GET, POST, PUT, DELETE/],
  ])('is refused before it is saved: %j', async (settings, problem) => {
    await expect(put('webhook', { url: 'https://host.example/', ...settings })).rejects.toThrow(problem);
  });
});

describe('a log file', () => {
  it('holds one JSON object a line, turns over by size, and spares what is no log', async () => {
    await put('log', { file: 'weir.jsonl', size: 1, keep: 2 });
    await raiseAndClear({ agentName: HOSTILE[2]! });
    const path = join(directory, 'logs', 'weir.jsonl');
    const lines = readFileSync(path, 'utf8').trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { what: string }).what)).toEqual(['raised', 'cleared']);
    for (let turn = 0; turn < 4; turn++) {
      writeFileSync(path, `{"x":"${'x'.repeat(1024 * 1024)}"}\n`);
      made.actions.told({ what: 'raised', event: anEvent({ id: 100 + turn }) });
      await until(attempts, 3 + turn);
    }
    expect(readdirSync(join(directory, 'logs')).sort()).toEqual([
      'weir.jsonl',
      'weir.jsonl.1',
      'weir.jsonl.2',
    ]);
    writeFileSync(path, 'ssh-ed25519 AAAA\n');
    const action = anAction('log', { file: path, size: 1, keep: 0 });
    expect(await made.call['actions.test'](action)).toMatchObject({
      result: 'failed',
      detail: /something else/,
    });
    expect(readFileSync(path, 'utf8')).toBe('ssh-ed25519 AAAA\n');
  });

  it('stays in its folder where there is no desktop', async () => {
    made = actionsOf({ surroundings: surroundings({ directory, desktop: false }) });
    await expect(put('log', { file: '/etc/cron.d/weir' })).rejects.toThrow(/outside of the desktop/);
    await expect(put('log', { file: '../weir' })).rejects.toThrow(/“File”/);
  });
});

describe.skipIf(process.platform === 'win32')('a command', () => {
  function script(text: string): string {
    const path = join(directory, 'script');
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o700);
    return path;
  }

  it('gets each argument whole, whatever is in it', async () => {
    const out = join(directory, 'out');
    const program = script(
      `for one in "$@"; do printf '%s\\n' "$one" >> ${out}; done; printf '%s\\n' "$WEIR_NAME" >> ${out}`,
    );
    for (const text of HOSTILE) {
      writeFileSync(out, '');
      const action = anAction('command', { program, arguments: ['--', '{{name}}', 'n={{name}}'] });
      await made.call['actions.put'](action);
      made.actions.told({ what: 'raised', event: anEvent({ id: Math.random(), ...everywhere(text) }) });
      const before = attempts().length;
      await until(attempts, before + 1);
      const [dashes, alone, named, environment, rest] = readFileSync(out, 'utf8').split('\n');
      expect([dashes, `n=${environment}`, rest]).toEqual(['--', named, '']);
      expect(alone).not.toMatch(/^-/);
    }
    expect(existsSync('/tmp/weir-pwned')).toBe(false);
  });

  it('is killed with all that it started, and read no further than it may be', async () => {
    const program = script('sleep 60 & sleep 60');
    const slow = anAction('command', { program, seconds: 1 });
    expect(await made.call['actions.test'](slow)).toMatchObject({
      result: 'failed',
      detail: /killed after 1 seconds/,
    });
    const loud = anAction('command', { program: script('head -c 5000000 /dev/zero | tr "\\0" x; exit 3') });
    const attempt = (await made.call['actions.test'](loud)) as { detail: string };
    expect(attempt.detail).toMatch(/^It ended with 3: x+…$/);
    expect(attempt.detail.length).toBeLessThan(1100);
  });

  it('is set up in the desktop program or in the configuration file, nowhere else', async () => {
    const around = surroundings({ directory, desktop: false });
    const program = script('exit 0');
    made = actionsOf({ surroundings: around });
    await expect(put('command', { program })).rejects.toThrow(/actions.json/);
    const file = join(directory, 'actions.json');
    writeFileSync(file, JSON.stringify([anAction('command', { program })]), { mode: 0o600 });
    await made.actions.start();
    expect(made.call['actions.list']()).toMatchObject([
      { fixed: expect.stringContaining('actions.json'), problem: '' },
    ]);
    const other = anAction('command', { program: '/bin/other' });
    await expect(made.call['actions.put'](other)).rejects.toThrow(/change it there/);
    await expect(made.call['actions.delete']('my command')).rejects.toThrow(/change it there/);
    // A test of it tries what the file says, not what a window says.
    expect(await made.call['actions.test'](other)).toMatchObject({ result: 'done' });
    chmodSync(file, 0o666);
    made = actionsOf({ surroundings: around });
    await made.actions.start();
    expect(made.call['actions.list']()).toMatchObject([{ problem: expect.stringContaining('mode 0600') }]);
  });
});

describe('time series', () => {
  it('go to InfluxDB of either version', async () => {
    const sink = await httpSink((_request, response) => response.writeHead(204).end());
    const settings = { url: sink.url, private: true, org: 'net', token: 'tok-en' };
    await put('influx', settings, { onClear: false });
    await put('influx', { ...settings, version: '1' }, { name: 'first', onClear: false });
    made.actions.told({ what: 'raised', event: anEvent({ agentName: 'a b,c=d\\', title: 'say "x\\"' }) });
    const heard = await sink.until(2);
    expect(heard.map(({ url }) => url).sort()).toEqual([
      '/api/v2/write?bucket=weir&org=net&precision=ms',
      '/write?db=weir&precision=ms',
    ]);
    expect(heard[0]!.headers.authorization).toBe('Token tok-en');
    expect(heard[0]!.body).toBe(
      'weir_event,name=elephants,kind=threshold,severity=warning,agent=192.0.2.1,agentName=a\\ b\\,c\\=d_,dataSource=3,interfaceName=swp3,metric=tcp standing=1i,id=7i,value=118000000,level=100000000,peak=121500000,what="raised",title="say \\"x\\\\\\"",flowKey="192.0.2.10,198.51.100.20,6,443" 1795608000000',
    );
  });

  it('go to Graphite, with no more than letters and digits in a path', async () => {
    const tcp = await tcpSink();
    await put('graphite', { host: '127.0.0.1', port: tcp.port });
    await raiseAndClear({ name: HOSTILE[2]! });
    const [raised, cleared] = await tcp.until(2);
    const path = 'weir.events.x_Bcc_victim_example_net_body.192_0_2_1.3';
    expect(raised).toBe(`${path}.standing 1 1795608000\n${path}.value 118000000 1795608000\n`);
    expect(cleared).toContain('.standing 0 ');
    for (const line of `${raised}${cleared}`.trim().split('\n')) expect(line).toMatch(/^[\w.-]+ \d+ \d+$/);
  });
});

describe('a notification', () => {
  it('is shown as text of one line', async () => {
    const around = surroundings();
    made = actionsOf({ surroundings: around });
    await put('notify', {});
    await raiseAndClear({ title: HOSTILE[2]! });
    expect(around.shown[0]).toEqual({
      title: 'Weir: elephants raised',
      body: 'x␍␊Bcc: victim@example.net␍␊␍␊body',
      severity: 'warning',
    });
  });
});

async function dryRun(kind: string) {
  const list = made.call['actions.list']() as { action: Action }[];
  const { action } = list.find(({ action }) => action.kind === kind)!;
  return made.call['actions.dryRun'](action, 7);
}

describe('every kind', () => {
  it('declares its fields so that a form can be drawn from them', () => {
    for (const { kind, fields, goesTo } of kinds) {
      const names = fields.map(({ name }) => name);
      expect(new Set(names).size, kind).toBe(names.length);
      for (const name of goesTo) expect(names, kind).toContain(name);
      for (const field of fields) {
        expect(field.about, `${kind} ${field.name}`).toMatch(/\S/);
        if (field.type === 'select')
          expect(field.options!.map(({ value }) => value)).toContain(field.initial);
        if (field.only) expect(names).toContain(field.only.field);
      }
    }
  });
});
