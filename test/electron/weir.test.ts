/**
 * The desktop program as it was built (main, preload, worker threads, interface) on the double of Electron: what a
 * person does with it, from opening a capture to closing the window.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { generateTo } from '../../main/sample-network/generate.ts';
import {
  browserPath,
  Desktop,
  type DialogReport,
  projectRoot,
  removeTemporaryFolders,
  type StartOptions,
  temporaryFolder,
} from './driver.ts';

const built = existsSync(join(projectRoot, 'dist/built'));
const running: Desktop[] = [];
const firstRow = 'tbody tr.row';
let capture = '';

async function start(options: StartOptions = {}): Promise<Desktop> {
  const desktop = await Desktop.start(options);
  running.push(desktop);
  await desktop.reported('loaded');
  return desktop;
}

/** Nothing went wrong behind the scenes: no error in the page, no broken policy, no request to elsewhere. */
function expectQuiet(desktop: Desktop): void {
  expect(desktop.told('problem')).toEqual([]);
  expect(desktop.told('console')).toEqual([]);
}

/** The share of painted dots of the first canvas: 0 where nothing was drawn. */
const paintedShare = `(() => {
  const canvas = document.querySelector('canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let painted = 0;
  for (let at = 3; at < data.length; at += 4) if (data[at] > 0) painted++;
  return painted / (data.length / 4);
})()`;

beforeAll(async () => {
  capture = join(temporaryFolder(), 'sample network.pcap');
  await generateTo({ out: capture, seconds: 60, seed: 7, startMs: Date.UTC(2026, 0, 5, 12) });
});
afterEach(async () => {
  for (const desktop of running.splice(0)) await desktop.dispose();
});
afterAll(removeTemporaryFolders);

describe.skipIf(browserPath === null || !built)('the desktop program', () => {
  it('opens a capture by its menu, draws it, saves the table as CSV, and ends with its window', async () => {
    const dataDirectory = temporaryFolder();
    const desktop = await start({ dataDirectory });
    expect(await desktop.page('evaluate', 'document.title')).toContain('Weir');
    expect(await desktop.page('evaluate', 'window.weir.host')).toBe('electron');

    await desktop.do('answerDialog', { filePaths: [capture] });
    await desktop.do('menu', 'File', 'Open capture…');
    await desktop.page('waitFor', firstRow);
    expect(await desktop.reported('recent-document')).toBe(capture);
    await desktop.page('waitFor', 'canvas');
    expect(await desktop.page('evaluate', paintedShare)).toBeGreaterThan(0.02);

    const target = join(temporaryFolder(), 'table.csv');
    await desktop.do('answerDialog', { filePath: target });
    await desktop.do('menu', 'File', 'Export CSV…');
    await desktop.reported('download');
    const dialog = desktop.told('dialog').at(-1) as DialogReport;
    expect(dialog.kind).toBe('save');
    expect(dialog.options.defaultPath).toMatch(/\.csv$/);
    expect(dialog.options.properties).toContain('showOverwriteConfirmation');
    const lines = readFileSync(target, 'utf8').trim().split('\n');
    expect(lines.length).toBeGreaterThan(3);
    expect(lines[0]).toContain(',');

    const range = join(temporaryFolder(), 'range.pcap');
    await desktop.do('answerDialog', { filePath: range });
    await desktop.do('menu', 'File', 'Export range as pcap…');
    await desktop.page('waitFor', 'text=/datagrams exported/');
    await expect.poll(() => existsSync(range) && readFileSync(range).readUInt32LE(0)).toBe(0xa1b2c3d4);
    expect((desktop.told('dialog').at(-1) as DialogReport).options.defaultPath).toMatch(/\.pcap$/);

    await desktop.do('menu', 'File', 'Back up');
    await desktop.page('waitFor', 'text=/A backup of .* was written to/');
    const [backup] = readdirSync(join(dataDirectory, 'backups'));
    const copy = new Database(join(dataDirectory, 'backups', backup!), { readonly: true });
    expect(copy.pragma('integrity_check', { simple: true })).toBe('ok');
    copy.close();

    await desktop.do('closeWindow');
    expect(await desktop.ended()).toBe(0);
    expectQuiet(desktop);
  });

  it('opens the files of the command line, and those of a second start in the first', async () => {
    const dataDirectory = temporaryFolder();
    const first = await start({ dataDirectory, words: [capture] });
    await first.page('waitFor', firstRow);
    const again = join(temporaryFolder(), 'second.pcap');
    writeFileSync(again, readFileSync(capture));
    const second = await Desktop.start({ dataDirectory, words: [again] });
    running.push(second);
    expect(await second.ended()).toBe(0);
    await first.page('waitFor', 'text=second.pcap');
    await first.reported('focus');
    await first.do('openFile', capture);
    await first.reported('recent-document', (path) => path === capture);
    expectQuiet(first);
  });

  it('takes a chosen file by its path, says what is wrong with one that is no capture or not there, and goes on', async () => {
    const desktop = await start();
    await desktop.page('waitFor', 'body');
    await desktop.do('chooseFile', 'input[type=file]', capture);
    await desktop.page('waitFor', firstRow);
    expectQuiet(desktop);
    const refusal = (name: string) =>
      desktop.reported('dialog', (data) => {
        const { kind, options } = data as DialogReport;
        return kind === 'message' && String(options.detail).includes(name);
      });
    const junk = join(temporaryFolder(), 'notes.pcap');
    writeFileSync(junk, 'These are only notes.\n');
    await desktop.do('answerDialog', { filePaths: [junk] });
    await desktop.do('menu', 'File', 'Open capture…');
    expect(await refusal('notes.pcap')).toMatchObject({
      options: { message: 'The capture could not be opened.' },
    });
    await desktop.do('openFile', join(temporaryFolder(), 'gone.pcap'));
    await refusal('gone.pcap');
    await desktop.do('openFile', capture);
    await desktop.page('waitFor', firstRow);
  });

  it('hears datagrams on its port', async () => {
    const desktop = await start();
    const port = await livePort(desktop);
    expect(port).toBeGreaterThan(0);
    const stop = new AbortController();
    const sending = generateTo({ to: { host: '127.0.0.1', port }, rate: 500, signal: stop.signal });
    await desktop.page('waitFor', firstRow);
    stop.abort();
    await sending;
    // An action of the desktop is the desktop's own notification, and a click on it brings the window.
    await desktop.page('evaluate', "location.hash = '#/actions?new=notify'");
    await desktop.page('click', 'button:has-text("Send a test")');
    expect(await desktop.reported('notification')).toMatchObject({ title: 'Weir: elephants test' });
    await desktop.page('waitFor', 'text=Shown by the desktop.');
    await desktop.do('clickNotification');
    await desktop.reported('focus');
    // What the forms hold passes the port as well.
    await desktop.page('evaluate', "location.hash = '#/thresholds?edit=Interface%20utilisation'");
    await desktop.page(
      'waitFor',
      'text=/It would (not )?have been raised|There is nothing to rehearse on yet/',
    );
    // A statement runs in a process of Electron's own kind.
    await desktop.page('evaluate', "location.hash = '#/sql'");
    await desktop.page('waitFor', 'summary:has-text("agents")');
    await desktop.page('click', 'button:has-text("Run")');
    await desktop.page('waitFor', 'text=/\\d rows? in/');
    expectQuiet(desktop);
  });

  it('remembers where its window was', async () => {
    const dataDirectory = temporaryFolder();
    const first = await start({ dataDirectory });
    const bounds = { x: 100, y: 50, width: 1200, height: 780 };
    await first.do('resizeWindow', bounds);
    await first.do('maximiseWindow');
    await first.do('closeWindow');
    expect(await first.ended()).toBe(0);
    const second = await start({ dataDirectory });
    expect(await second.do('window')).toMatchObject({ bounds, maximised: true });
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`ends cleanly at ${signal}`, async () => {
      const desktop = await start();
      desktop.kill(signal);
      expect(await desktop.ended()).toBe(0);
      expect(desktop.output).not.toMatch(/did not stop|could not be stopped/);
    });
  }

  it('refuses to leave its page', async () => {
    const desktop = await start();
    await desktop.page('evaluate', 'location.href = "https://example.net/"; null');
    expect(await desktop.reported('navigation')).toEqual({ url: 'https://example.net/', prevented: true });
    await desktop.page('evaluate', 'window.open("https://example.net/"); null');
    expect(await desktop.reported('window-open')).toMatchObject({ action: 'deny' });
  });

  it('says in a dialog why it cannot start', async () => {
    const occupied = join(temporaryFolder(), 'a file');
    writeFileSync(occupied, '');
    const desktop = await Desktop.start({ dataDirectory: join(occupied, 'inside') });
    running.push(desktop);
    expect(await desktop.ended()).toBe(1);
  });
});

/** The port that the system chose, as the page tells it. */
async function livePort(desktop: Desktop): Promise<number> {
  for (;;) {
    const text = String(await desktop.page('evaluate', 'document.body.innerText'));
    const port = /(?:Live :|port |:)(\d{4,5})\b/.exec(text)?.[1];
    if (port !== undefined && port !== '6343') return Number(port);
  }
}
