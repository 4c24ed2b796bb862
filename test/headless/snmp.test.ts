/** Names by SNMP through the whole program: an agent that is heard by UDP, asked in its own way, at Debian's snmpd. */
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { writeDatagram } from '../../main/sflow/write.ts';
import type { SnmpStatus } from '../../shared/model/interface-name.ts';
import { hasSnmpd, SNMPD_USER, startSnmpd } from '../names/snmpd.ts';
import { tcpHeader } from '../sflow/fixtures.ts';
import { runHost, statusWhen, temporaryFolder } from './running.ts';

const AGENT = '192.0.2.7';
/** One frame that came in by ifIndex 1. */
const octets = writeDatagram({
  ...{ agent: AGENT, subAgentId: 0, sequenceNumber: 1, uptimeMs: 1000 },
  samples: [
    {
      ...{ kind: 'flow_sample', sequenceNumber: 1, dataSourceIndex: 1, samplingRate: 1000, samplePool: 1000 },
      ...{ drops: 0, input: 1, output: { format: 0, value: 3 } },
      records: [
        {
          name: 'sampled_header',
          fields: { protocol: 1, frame_length: 1518, stripped: 4, header: tcpHeader },
        },
      ],
    },
  ],
});

describe.skipIf(!hasSnmpd)('an agent with an access of its own', () => {
  it('gives its ports name, alias and speed, keeps its secret apart, and is so called after a restart', async () => {
    const { port, stop } = await startSnmpd();
    onTestFinished(stop);
    const dataDirectory = temporaryFolder();
    const first = await runHost({ dataDirectory });
    const { listeners } = await statusWhen(first, 'live', (status) =>
      status.listeners.some(({ state }) => state === 'open'),
    );
    const socket = createSocket('udp4');
    socket.send(octets, listeners[0]!.port, '127.0.0.1', () => socket.close());
    await statusWhen(first, 'live', ({ agents }) => agents > 0);
    const call = first.client;
    const { settings } = await call.call('live', 'snmp.get', []);
    const own = { ...settings.access, version: '3' as const, port, ...SNMPD_USER };
    const listed = [{ agent: AGENT, address: '127.0.0.1', access: own }];
    const weak = [{ ...listed[0]!, access: { ...own, encryptionKey: 'short' } }];
    const enabled = { ...settings, enabled: true, within: [] };
    await expect(call.call('live', 'snmp.set', [{ ...enabled, agents: weak }])).rejects.toThrow(
      `${AGENT} cannot be asked by SNMP: the password of encryption has fewer than eight characters.`,
    );
    const set = await call.call('live', 'snmp.set', [{ ...enabled, agents: listed }]);
    // It may be under way already, by itself.
    const asked = await call.call('live', 'snmp.ask', [AGENT]).catch(() => null);
    const answered = async (status: SnmpStatus | null): Promise<SnmpStatus> => {
      if (status?.agents[0]?.state === 'answered') return status;
      await new Promise<void>((resolve) => {
        const end = call.on('changed', () => {
          end();
          resolve();
        });
      });
      return answered(await call.call('live', 'snmp.get', []));
    };
    const told = await answered(asked);
    expect(told.agents[0]).toMatchObject({ agent: AGENT, address: '127.0.0.1', sysName: 'leaf1.example' });
    const [loopback] = await call.call('live', 'interfaces', [null]);
    expect(loopback).toMatchObject({ ifIndex: 1, name: 'lo', nameSource: 'snmp', alias: 'to the core' });
    expect(loopback!.speed).toBe(10e6);
    expect((await call.call('live', 'agents', []))[0]).toMatchObject({ agent: AGENT, name: 'leaf1.example' });
    // What is told of a secret is that there is one.
    expect(set.settings.agents[0]!.access).toMatchObject({ user: 'weir', encryptionKey: true });
    expect(JSON.stringify([set, told])).not.toMatch(/-password/);
    const kept = await call.call('live', 'snmp.set', [told.settings]);
    expect(kept.settings.agents[0]!.access!.authenticationKey).toBe(true);
    await first.stop();
    expect(readFileSync(join(dataDirectory, 'weir.sqlite')).includes('encrypted-password')).toBe(false);
    const second = await runHost({ dataDirectory });
    const again = await second.client.call('live', 'snmp.get', []);
    expect(again.settings.agents[0]!.access).toMatchObject({ version: '3', encryptionKey: true });
  });
});
