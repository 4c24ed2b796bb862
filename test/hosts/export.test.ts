/** `weir export`: what comes out is what was recorded and stored, and nothing that is there is written over. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseTime } from '../../main/hosts/commands/export.ts';
import { readCapture } from '../../main/sources/capture.ts';
import { AGENT, datagramOf } from '../headless/killed.ts';
import { temporaryFolder } from '../headless/running.ts';
import { liveWorkspace } from '../history/workspace.ts';

const NOON = Date.UTC(2026, 4, 5, 12);
const command = join(import.meta.dirname, '../../main/hosts/cli.ts');
const run = (...words: string[]) =>
  spawnSync(process.execPath, [command, 'export', ...words], { encoding: 'buffer' });

it('gives the recording as pcap and the stored minutes as CSV, by time and agent', {
  timeout: 180_000,
}, async () => {
  const data = temporaryFolder();
  const live = await liveWorkspace(data, NOON);
  for (let second = 0; second < 70; second++) {
    await live.send([datagramOf(second + 1)]);
    await live.second();
  }
  await live.stop();
  const out = join(temporaryFolder(), 'a.pcap');
  const range = ['--data', data, '--from', '2026-05-05T12:00:10Z', '--to', '2026-05-05T12:00:40Z'];
  const made = run(...range, '--out', out);
  expect(made.stderr.toString()).toBe('30 datagrams were exported.\n');
  const numbers: number[] = [];
  await readCapture(out, {
    datagram: (_bytes, view, start) => void numbers.push(view.getUint32(start + 16)),
  });
  expect(numbers).toEqual(Array.from({ length: 30 }, (_, i) => i + 11));
  // Standard output is the same file, and what is there already is left as it is.
  expect(run(...range).stdout.equals(readFileSync(out))).toBe(true);
  writeFileSync(out, 'mine');
  const refused = run(...range, '--out', out);
  expect([refused.status, refused.stderr.toString()]).toEqual([
    1,
    `${out} is there already; it was left as it is.\n`,
  ]);
  expect(readFileSync(out, 'utf8')).toBe('mine');
  expect(run(...range, '--agent', '192.0.2.9').stdout).toHaveLength(24);
  expect(run(...range, '--agent', AGENT).stderr.toString()).toMatch(/^30 datagrams/);

  const csv = execFileSync(
    process.execPath,
    [command, 'export', '--data', data, '--format', 'csv', '--keys', 'sources'],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const [head, ...lines] = csv.trim().split('\r\n');
  expect(head).toMatch(
    /^time,agent,data source,input ifIndex,output ifIndex,placed,.*,octets,frames,samples$/,
  );
  const samples = lines.reduce((sum, line) => sum + Number(line.split(',').at(-1)), 0);
  expect(samples).toBe(70 * 4);
  expect(lines[0]).toMatch(/^2026-05-05T12:00:00Z,10\.9\.8\.7,7,7,3,/);
  const arrivals = run('--data', data, '--format', 'csv', '--table', 'arrivals').stdout.toString();
  expect(arrivals.trim().split('\r\n')).toEqual([
    'time,agent,datagrams received,datagrams lost',
    '2026-05-05T12:00:00Z,10.9.8.7,60,0',
    '2026-05-05T12:01:00Z,10.9.8.7,10,0',
  ]);
  expect(run('--data', temporaryFolder()).stderr.toString()).toMatch(/There is no recording/);
});

it('reads times as people write them', () => {
  expect(parseTime('90m', '--from', NOON)).toBe(NOON - 5_400_000);
  expect(parseTime('2d', '--from', NOON)).toBe(NOON - 2 * 86_400_000);
  expect(parseTime('2026-05-05T12:00Z', '--to', 0)).toBe(NOON);
  expect(() => parseTime('yesterday', '--to', 0)).toThrow(/neither/);
});
