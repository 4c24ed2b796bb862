/** The double itself: it does what Electron does, and throws where a program is careless. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { decodeValue, encodeValue } from './double/codec.ts';
import { browserPath, Desktop, removeTemporaryFolders, temporaryFolder } from './driver.ts';

const application = join(import.meta.dirname, 'sample');
const running: Desktop[] = [];

async function start(options: { words?: string[]; dataDirectory?: string } = {}): Promise<Desktop> {
  const desktop = await Desktop.start({ application, ...options });
  running.push(desktop);
  return desktop;
}

afterEach(async () => {
  for (const desktop of running.splice(0)) await desktop.dispose();
});
afterAll(removeTemporaryFolders);

describe('codec', () => {
  it('brings back what a structured clone would', () => {
    const values = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
    });
    fc.assert(
      fc.property(values, (value) => {
        const plain = structuredClone(value);
        expect(decodeValue(encodeValue(plain))).toEqual(plain);
      }),
      { examples: [[new Map([[new Date(Number.NaN), {}]])]] },
    );
  });
});

describe.skipIf(browserPath === null)('the double, on a sample application', () => {
  it('loads a page from the scheme, gives it the port, and quits in order when its window closes', async () => {
    const desktop = await start();
    await desktop.reported('loaded');
    await desktop.page('waitFor', 'text=Float64Array');
    expect(await desktop.page('text', 'p')).toBe('Float64Array 1.5,0,NaN 7');
    await desktop.outputHas('page Float64Array');
    expect(desktop.output).toContain('["sample",true]');
    expect(await desktop.page('evaluate', 'document.title')).toBe('Sample');
    await desktop.do('closeWindow');
    expect(await desktop.ended()).toBe(0);
    const events = [...desktop.output.matchAll(/^event (.*)$/gm)].map((match) => match[1]);
    expect(events).toEqual(['window-all-closed', 'before-quit', 'will-quit', 'quit']);
    expect(desktop.output).toContain('port closed');
    expect(desktop.told('problem')).toEqual([]);
  });

  it('holds the page in place and its policy up', async () => {
    const desktop = await start();
    await desktop.page('waitFor', 'text=Float64Array').catch(() => desktop.reported('loaded'));
    await desktop.page('evaluate', 'location.href = "https://example.net/leave"; null');
    expect(await desktop.reported('navigation')).toEqual({
      url: 'https://example.net/leave',
      prevented: true,
    });
    await desktop.page('evaluate', 'window.open("https://example.net/"); null');
    expect(await desktop.reported('window-open')).toEqual({ url: 'https://example.net/', action: 'deny' });
    await desktop.page(
      'evaluate',
      '{ const s = document.createElement("script"); s.textContent = "document.title = 1"; document.body.append(s); }',
    );
    await desktop.page('waitFor', 'body');
    expect(await desktop.page('evaluate', 'document.title')).toBe('violation');
    desktop.kill('SIGTERM');
    expect(await desktop.ended()).toBe(0);
    expect(desktop.output).not.toContain('window-all-closed');
  });

  it('answers menus, dialogs and downloads as the test says', async () => {
    const desktop = await start();
    await desktop.reported('loaded');
    await desktop.do('answerDialog', { filePaths: ['/captures/a.pcap'] });
    await desktop.do('menu', 'File', 'Open');
    await desktop.outputHas('chosen /captures/a.pcap');
    const target = join(temporaryFolder(), 'saved.csv');
    await desktop.do('answerDialog', { filePath: target });
    await desktop.page(
      'evaluate',
      '{ const a = document.createElement("a"); a.download = "x.csv"; a.href = URL.createObjectURL(new Blob(["1"])); a.click(); }',
    );
    expect(await desktop.reported('download')).toEqual({ path: target });
    await expect(desktop.do('menu', 'File', 'Missing')).rejects.toThrow('no entry');
  });

  it('hands a second start over to the first', async () => {
    const dataDirectory = temporaryFolder();
    const first = await start({ dataDirectory });
    await first.reported('loaded');
    const second = await start({ dataDirectory, words: ['b.pcap'] });
    expect(await second.ended()).toBe(7);
    await first.outputHas('second {"words"');
    expect(first.output).toContain('b.pcap');
  });

  const misuses: Record<string, string> = {
    'scheme after ready': 'before the app is ready',
    'screen before ready': 'before the app is ready',
    'two handlers': 'has a handler already',
    'no permissions': 'before all permissions',
    'menu without label': 'neither label nor role',
    'no sandbox': 'sandbox must be true',
    'no isolation': 'contextIsolation must be true',
    'port twice': 'only once',
    'function in message': 'could not be cloned',
  };
  for (const [misuse, sentence] of Object.entries(misuses)) {
    it(`throws at: ${misuse}`, async () => {
      process.env.MISUSE = misuse;
      const desktop = await start();
      delete process.env.MISUSE;
      expect(await desktop.ended()).not.toBe(0);
      expect(desktop.output).toContain(sentence);
    });
  }

  it('gives a preload electron and nothing else', async () => {
    process.env.MISUSE = 'preload requires fs';
    const desktop = await start();
    delete process.env.MISUSE;
    expect(await desktop.reported('problem')).toContain('cannot require node:fs');
  });

  it('says what an application without a package file is', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'notes.txt'), '');
    const desktop = await Desktop.start({ application: folder });
    running.push(desktop);
    expect(await desktop.ended()).toBe(1);
    expect(desktop.output).toContain('no application');
  });
});
