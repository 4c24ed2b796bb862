/** What is typed after the program, by a person, by Electron and by a second start. */
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownWords, readLaunch, readListener } from '../../main/shell/launch.ts';

const here = resolve('/captures');

describe('readLaunch', () => {
  it('takes plain words as captures, relative to the folder of the start', () => {
    const launch = readLaunch(['monday.pcap', resolve('/other/tuesday.pcapng')], here);
    expect(launch.captures).toEqual([join(here, 'monday.pcap'), resolve('/other/tuesday.pcapng')]);
  });

  it('passes over the switches of Chromium', () => {
    const words = ['--no-sandbox', '--allow-file-access-from-files', '-psn_0_1234', 'a.pcap', ''];
    const launch = readLaunch(words, here);
    expect(launch).toEqual({
      captures: [join(here, 'a.pcap')],
      dataDirectory: null,
      listeners: null,
      problems: [],
    });
  });

  it('takes the addresses that Linux desktops hand over', () => {
    const launch = readLaunch(['file:///captures/monday%20morning.pcap', 'file://elsewhere/%2f'], here);
    expect(launch.captures[0]).toBe(resolve('/captures/monday morning.pcap'));
    expect(launch.captures[1]).toBe('file://elsewhere/%2f');
  });

  it('reads its own options', () => {
    const launch = readLaunch(['--data-directory=other', '--listen=127.0.0.1:0', '--listen=[::]:6343'], here);
    expect(launch.dataDirectory).toBe(join(here, 'other'));
    expect(launch.listeners).toEqual([
      { address: '127.0.0.1', port: 0 },
      { address: '::', port: 6343 },
    ]);
    expect(readLaunch(['--no-listen'], here).listeners).toEqual([]);
  });

  it('says what it did not understand and goes on', () => {
    const launch = readLaunch(['--listen=elsewhere', '--data-directory=', 'a.pcap'], here);
    expect(launch.problems).toHaveLength(2);
    expect(launch.problems[0]).toContain('--listen=elsewhere');
    expect(launch.captures).toEqual([join(here, 'a.pcap')]);
  });

  it('takes any words without failing', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        const launch = readLaunch(words, here);
        expect(launch.captures.length).toBeLessThanOrEqual(words.length);
      }),
    );
  });
});

describe('readListener', () => {
  it('refuses ports that do not exist and addresses without one', () => {
    expect(readListener('0.0.0.0:65535')).toEqual({ address: '0.0.0.0', port: 65535 });
    for (const text of ['0.0.0.0:65536', '0.0.0.0', ':6343', '::1:6343', 'example.net:6343'])
      expect(readListener(text)).toBeNull();
  });
});

describe('ownWords', () => {
  it('knows the two ways Electron is started', () => {
    expect(ownWords(['/opt/Weir/weir', 'a.pcap'], true)).toEqual(['a.pcap']);
    expect(ownWords(['electron', '--no-sandbox', '.', 'a.pcap'], false)).toEqual(['--no-sandbox', 'a.pcap']);
    expect(ownWords(['electron', '--no-sandbox'], false)).toEqual(['--no-sandbox']);
  });
});
