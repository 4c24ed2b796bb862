/**
 * `weir decode --format full`: one JSON object per datagram. What a datagram comes to is held for every capture by
 * datagram.test.ts; here the command itself prints some.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../../main/sources/capture.ts';
import { capturePath, capturesFolder } from '../captures.ts';

const program = join(import.meta.dirname, '../../main/hosts/cli.ts');

describe.skipIf(capturesFolder === null)('decode --format full', () => {
  it.each([
    'overflowd-sflow.pcap',
    'own-hsflowd-json-tcp.pcap',
    'telegraf-decoder_test.pcap',
    'vflow-hammer.pcap',
  ])('prints a line of JSON for each datagram of %s', async (name) => {
    const path = capturePath(name);
    const printed = execFileSync(process.execPath, [program, 'decode', path, '--format', 'full'], {
      encoding: 'utf8',
      maxBuffer: 1 << 29,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const lines = printed.split('\n').filter((line) => line !== '');
    const { datagrams } = await readCapture(path, { datagram() {} });
    expect(lines).toHaveLength(datagrams);
    for (const line of lines) {
      const datagram = JSON.parse(line);
      expect(Number.isNaN(Date.parse(datagram.time))).toBe(false);
      expect(Array.isArray(datagram.samples) && Array.isArray(datagram.problems)).toBe(true);
    }
  });
});
