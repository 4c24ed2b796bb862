/** SNMP: names from agents that are honest, silent, slow, lying, huge; when they are asked; and Debian's snmpd. */
import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { InterfaceNames } from '../../main/names/interface-names.ts';
import { MOST_INTERFACES } from '../../main/names/snmp/answer.ts';
import { type AskAgent, askBySnmp, type SnmpCredentials } from '../../main/names/snmp/ask.ts';
import { MOST_AT_ONCE, SnmpPoller } from '../../main/names/snmp/poller.ts';
import type { SnmpSettings } from '../../shared/model/interface-name.ts';
import { honest, type Row, type Rows, type StubAgent, stubAgent } from './snmp-agent.ts';
import { hasSnmpd, SNMPD_USER, startSnmpd } from './snmpd.ts';

const SYS_NAME = '1.3.6.1.2.1.1.5.0';
const NAME = '1.3.6.1.2.1.31.1.1.1.1';
const SPEED = '1.3.6.1.2.1.31.1.1.1.15';
const ALIAS = '1.3.6.1.2.1.31.1.1.1.18';
const DESCRIPTION = '1.3.6.1.2.1.2.2.1.2';

const credentials = (port: number, more: Partial<SnmpCredentials> = {}): SnmpCredentials => ({
  ...{ version: '2c', port, community: 'weir-secret', user: '', level: 'authPriv' },
  ...{ authentication: 'sha256', authenticationKey: '', encryption: 'aes', encryptionKey: '' },
  ...more,
});
const quick = askBySnmp(() => 5000, { withinMs: 20_000, pauseMs: 0 });

let agent: StubAgent | null = null;
afterEach(() => {
  agent?.close();
  agent = null;
});
async function askAgent(rows: Rows, reply?: Parameters<typeof stubAgent>[1], ask = quick) {
  agent = await stubAgent(rows, reply);
  return ask({ address: '127.0.0.1', access: credentials(agent.port) });
}
const ports = (count: number): Row[] =>
  Array.from({ length: count }, (_, i) => i + 1).flatMap((port) => [
    { oid: `${NAME}.${port}`, value: `swp${port}` },
    { oid: `${SPEED}.${port}`, value: port === 1 ? 400_000 : 0 },
    { oid: `${ALIAS}.${port}`, value: port === 2 ? 'to the core' : '' },
  ]);

describe('an agent asked by SNMP', () => {
  it('tells its name, and name, alias and speed of every interface', async () => {
    const { answer, problem } = await askAgent(
      honest([{ oid: SYS_NAME, value: 'leaf1.example' }, ...ports(60)]),
    );
    expect(problem).toBe('');
    expect(answer.sysName).toBe('leaf1.example');
    expect(answer.atMs).toBe(5000);
    expect(answer.ports).toHaveLength(60);
    expect(answer.ports.slice(0, 3)).toEqual([
      [1, 'swp1', '', 400e9],
      [2, 'swp2', 'to the core', 0],
      [3, 'swp3', '', 0],
    ]);
  });

  it('is read by ifDescr where it has no ifName', async () => {
    const { answer } = await askAgent(honest([{ oid: `${DESCRIPTION}.7`, value: 'GigabitEthernet0/7' }]));
    expect(answer.ports).toEqual([[7, 'GigabitEthernet0/7', '', 0]]);
  });

  it('cannot send what misleads, and no more of it than is shown', async () => {
    const hostile = `<img src=x onerror=alert(1)>\r\n=cmd|'/C calc'!A0\u202Egnp.exe${'x'.repeat(60_000)}`;
    const { answer } = await askAgent(honest([{ oid: `${NAME}.1`, value: hostile.slice(0, 1000) }]));
    const [, name] = answer.ports[0]!;
    expect([...name].length).toBeLessThanOrEqual(120);
    expect(name).toMatch(/^<img src=x onerror=alert\(1\)>␍␊=cmd/);
    expect(name).not.toMatch(/[\r\n\u202E]/);
  });

  it('has no end of interfaces: the first are taken', async () => {
    const endless: Rows = (oid, next) => {
      if (!next || !oid.startsWith(NAME)) return null;
      const port = Number(oid.slice(NAME.length + 1) || 0) + 1;
      return { oid: `${NAME}.${port}`, value: `p${port}` };
    };
    const { answer, problem } = await askAgent(endless);
    expect(answer.ports).toHaveLength(MOST_INTERFACES);
    expect(problem).toBe('More than 16,384 interfaces; the rest is left out.');
  });

  it('goes round in circles: what it said once is taken', async () => {
    const circle: Rows = (oid, next) =>
      next && oid.startsWith(NAME) ? { oid: `${NAME}.${oid.endsWith('.2') ? 1 : 2}`, value: 'again' } : null;
    const { answer } = await askAgent(circle);
    expect(answer.ports).toEqual([[2, 'again', '', 0]]);
    expect(agent!.requests()).toBeLessThan(10);
  });

  it('is silent: the sentence says so, without the community', async () => {
    const within = askBySnmp(() => 0, { withinMs: 50, pauseMs: 0 });
    const failed = await askAgent(honest([]), () => {}, within).catch((error: Error) => error.message);
    expect(failed).toBe('127.0.0.1 did not tell all within 0 s.');
  });

  it('is asked with another community than it answers with: the sentence has neither', async () => {
    const wrong = (answer: Buffer, send: (octets: Buffer) => void): void => {
      const other = Buffer.from(answer);
      other.write('other-world', answer.indexOf('weir-secret'));
      send(other);
    };
    const failed = await askAgent(honest([]), wrong).catch((error: Error) => error.message);
    expect(failed).toBe('127.0.0.1 answers SNMP with something else than was asked for.');
  });

  it('sends anything else before the answer, cut or turned over: this thread lives, the answer is read', async () => {
    let seed = 7;
    const noise = (answer: Buffer, send: (octets: Buffer) => void): void => {
      for (let i = 0; i < 40; i++) {
        seed = (seed * 1_103_515_245 + 12_345) & 0x7fff_ffff;
        const bad = Buffer.from(answer.subarray(0, i % 2 === 0 ? answer.length : seed % answer.length));
        // Behind the request's id, which would end it, and anywhere in what is no answer at all.
        if (bad.length > 2) bad[seed % 2] = seed >> 8;
        send(bad);
      }
      send(answer);
    };
    const { answer } = await askAgent(honest(ports(3)), noise);
    expect(answer.ports.length).toBeGreaterThan(0);
  });

  it('is not believed where another port speaks for it', async () => {
    const { createSocket } = await import('node:dgram');
    const other = createSocket('udp4');
    const forged = (answer: Buffer, send: (octets: Buffer) => void, from: { port: number }): void => {
      const lie = Buffer.from(answer.toString('latin1').replaceAll('swp', 'bad'), 'latin1');
      other.send(lie, from.port, '127.0.0.1', () => send(answer));
    };
    const { answer } = await askAgent(honest(ports(2)), forged);
    other.close();
    expect(answer.ports.map(([, name]) => name)).toEqual(['swp1', 'swp2']);
  });
});

const settings = (more: Partial<SnmpSettings> = {}): SnmpSettings => ({
  enabled: true,
  everyMinutes: 60,
  within: ['10.0.0.0/8'],
  access: { ...credentials(161), community: true, authenticationKey: false, encryptionKey: false },
  agents: [],
  ...more,
});
const MINUTE = 60_000;

function polled(ask: AskAgent, given: SnmpSettings, agents: string[]) {
  const names = new InterfaceNames();
  let nowMs = 0;
  const poller = new SnmpPoller(given, {
    heard: () => agents.map((address) => ({ address, lastSeenMs: nowMs })),
    secretsOf: (agent) => ({ community: `of ${agent}`, authenticationKey: '', encryptionKey: '' }),
    ask,
    names,
    answered() {},
  });
  poller.set(given);
  const run = async (untilMs: number, stepMs = 1000): Promise<void> => {
    for (; nowMs <= untilMs; nowMs += stepMs) {
      poller.tick(nowMs);
      for (let turn = 0; turn < 5; turn++) await null;
    }
  };
  return { poller, names, run };
}

describe('when agents are asked', () => {
  const answer = {
    sysName: 'leaf1',
    atMs: 1,
    ports: [[3, 'swp3', '', 0] as [number, string, string, number]],
  };

  it('each at once and then every hour, only those within the blocks or listed', async () => {
    const asked: string[] = [];
    const ask: AskAgent = ({ address, access }) => {
      asked.push(`${address} ${access.community}`);
      return Promise.resolve({ answer, problem: '' });
    };
    const given = settings({
      agents: [
        { agent: '192.0.2.9', address: '10.9.9.9', access: settings().access },
        { agent: '10.0.0.2', address: '', access: null },
      ],
    });
    const { run, names, poller } = polled(ask, given, ['10.0.0.1', '10.0.0.2', '192.0.2.1', '192.0.2.9']);
    await run(59 * MINUTE);
    // A sender outside of the blocks that calls itself an agent is sent no community.
    expect(asked).toEqual(['10.0.0.1 of ', '10.9.9.9 of 192.0.2.9']);
    await run(61 * MINUTE);
    expect(asked).toHaveLength(4);
    expect(names.interface('10.0.0.1', 3, '')).toEqual({ name: 'swp3', source: 'snmp', alias: '' });
    expect(poller.status().map(({ agent, state }) => [agent, state])).toEqual(
      [
        ['10.0.0.1', 'answered'],
        ['192.0.2.9', 'answered'],
        ['10.0.0.2', 'waiting'],
      ].filter(([agent]) => agent !== '10.0.0.2'),
    );
  });

  it('two at a time, whatever comes', async () => {
    let underWay = 0;
    let most = 0;
    const ends: (() => void)[] = [];
    const ask: AskAgent = () => {
      most = Math.max(most, ++underWay);
      return new Promise((resolve) => {
        ends.push(() => {
          underWay--;
          resolve({ answer, problem: '' });
        });
      });
    };
    const { run } = polled(
      ask,
      settings(),
      Array.from({ length: 50 }, (_, i) => `10.0.1.${i}`),
    );
    for (let second = 1; second <= 60; second++) {
      await run(second * 1000);
      ends.shift()?.();
    }
    expect(most).toBe(MOST_AT_ONCE);
    expect(ends.length).toBeLessThanOrEqual(MOST_AT_ONCE);
  });

  it('seldom where it fails: nine times in a day at most', async () => {
    let asked = 0;
    const ask: AskAgent = () => {
      asked++;
      return Promise.reject(new Error('10.0.0.1 does not answer.'));
    };
    const { run, poller } = polled(ask, settings(), ['10.0.0.1']);
    await run(24 * 60 * MINUTE, 10_000);
    expect(asked).toBeGreaterThan(4);
    expect(asked).toBeLessThan(12);
    expect(poller.status()[0]).toMatchObject({ state: 'failed', problem: '10.0.0.1 does not answer.' });
  });
});

describe.skipIf(!hasSnmpd)('Debian’s snmpd', () => {
  it('is asked by v2c and by v3 with authentication and encryption', async () => {
    const { port, stop } = await startSnmpd();
    try {
      const byCommunity = await quick({ address: '127.0.0.1', access: credentials(port) });
      const secure = { version: '3' as const, ...SNMPD_USER };
      const byUser = await quick({ address: '127.0.0.1', access: credentials(port, secure) });
      const loopback = execFileSync('ls', ['/sys/class/net'], { encoding: 'utf8' }).includes('lo');
      expect(loopback).toBe(true);
      for (const { answer } of [byCommunity, byUser]) {
        expect(answer.sysName).toBe('leaf1.example');
        expect(answer.ports.find(([number]) => number === 1)).toEqual([1, 'lo', 'to the core', 10e6]);
      }
      const wrong = quick({
        address: '127.0.0.1',
        access: credentials(port, { ...secure, authenticationKey: 'another-password' }),
      });
      await expect(wrong).rejects.toThrow('127.0.0.1 refuses the user of SNMP v3: wrong digest.');
    } finally {
      stop();
    }
  });
});
