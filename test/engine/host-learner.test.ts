/** Which addresses are said to be a host's: those that it begins to send by, not those that it sends on for others. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { captureEngine } from '../../main/engine/capture.ts';
import { totalsOf } from '../../main/engine/totals.ts';
import { generateTo } from '../../main/sample-network/generate.ts';
import { capturePath, capturesFolder } from '../captures.ts';
import { temporaryFolder } from '../headless/running.ts';

/** The hosts that a capture names its largest senders by. */
async function namedHosts(path: string): Promise<Record<string, string>> {
  const engine = captureEngine({ id: 'test', path, title: 'test', changed() {} });
  await engine.start();
  const { keyTexts } = await engine.flows({
    ...{ keys: ['ipsource', 'host:ipsource:host_name'], value: 'bytes', filter: '', merge: 'sum' },
    ...{
      scope: { agent: null, ifIndex: null, direction: 'both' },
      interval: null,
      stepMs: null,
      limit: 1000,
    },
  });
  await engine.stop();
  const named: Record<string, string> = {};
  for (let row = 0; row < keyTexts.length; row += 2)
    if (keyTexts[row + 1] !== '') named[keyTexts[row]!] = keyTexts[row + 1]!;
  return named;
}

describe('addresses of hosts', () => {
  it('are those that the servers of the sample network send by', async () => {
    const path = join(temporaryFolder(), 'made.pcap');
    await generateTo({ out: path, seconds: 60, rate: 300, seed: 3 });
    const named = await namedHosts(path);
    expect(named['10.20.10.13']).toBe('app1');
    expect(Object.values(named).filter((name) => /^(leaf|spine)/.test(name))).toEqual([]);
  });

  it.skipIf(capturesFolder === null)('are not those behind a switch that routes', async () => {
    const named = await namedHosts(capturePath('sflowrt-fabricview-ecmp.pcap'));
    for (const address of ['10.4.1.2', '10.4.2.2', '10.4.3.2', '10.4.4.2'])
      expect(named[address]).toBeUndefined();
  });
});

describe('totals of a capture', () => {
  const ask = (keys: string[]) => ({
    ...{ keys, value: 'bytes', filter: '' },
    merge: 'sum' as const,
    limit: 9,
  });

  it('know the groups they are given, the makers, and the hosts that the capture tells of', async () => {
    const path = join(temporaryFolder(), 'made.pcap');
    await generateTo({ out: path, seconds: 60, rate: 300, seed: 3 });
    const kept = { kind: 'group', name: 'default' };
    const all = await totalsOf(path, ask([]));
    const grouped = await totalsOf(path, ask(['group:ipsource:default']), [
      { ...kept, body: '{"servers":["10.20.0.0/16"],"others":["0.0.0.0/0"]}' },
    ]);
    expect(grouped.keyTexts).toContain('servers');
    expect(grouped.total.value[0]).toBe(all.total.value[0]);
    const named = await totalsOf(path, ask(['host:ipsource:host_name']));
    expect(named.keyTexts).toContain('app1');
    await expect(
      totalsOf(path, ask(['group:ipsource:default']), [{ ...kept, body: '{"a":["10.0.0.0/99"]}' }]),
    ).rejects.toThrow('10.0.0.0/99');
  });
});
