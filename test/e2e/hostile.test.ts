/** Names from the network are text, on every screen and in every file: markup, a formula, control characters. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeDatagram } from '../../main/sflow/write.ts';
import { PcapWriter } from '../../main/sources/pcap-write.ts';
import { frameOf, type Made } from '../samples/traffic.ts';
import { canOpenWindows, openPage, type Served, serveWeir, startBrowser } from './frame.ts';

const HOST = '<img src=x onerror="window.pwned=1">';
const PORT = '=HYPERLINK("http://evil.example","swp1")';
const CONTAINER = '=1+1\u202e<script>window.pwned=1</script>.1.aaaaaaaaaaaaaaaaaaaaaaaaa';
const REVERSED = 'swp\u202e2\u0007\u001b[31m';
const URL_PATH = '/<img src=x onerror="window.pwned=1">"\r\nX-Evil: 1\u202e\\';
/** What no answer may hold, but as an escape. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
const DANGEROUS = /[\u202a-\u202e\u0000-\u0009\u000b-\u001f\u007f]/;

function hostileCapture(path: string): void {
  const writer = new PcapWriter();
  const start = Date.UTC(2026, 0, 5, 12);
  const made: Made = {
    timeMs: 0,
    agent: '10.0.0.1',
    dataSource: 1,
    input: 1,
    output: 2,
    rate: 1000,
    octets: 1000,
    source: '10.1.0.1',
    destination: '10.2.0.1',
    protocol: 6,
    sourcePort: 40_000,
    destinationPort: 443,
  };
  for (let i = 0; i < 60; i++) {
    const name = i % 2 === 0 ? PORT : REVERSED;
    const ifIndex = 1 + (i % 2);
    const datagram = writeDatagram({
      agent: '10.0.0.1',
      sequenceNumber: i + 1,
      uptimeMs: 1000 * (i + 1),
      samples: [
        {
          kind: 'flow_sample',
          sequenceNumber: i + 1,
          dataSourceIndex: 1,
          samplingRate: 1000,
          samplePool: 1000 * (i + 1),
          input: 1,
          output: 2,
          records: [
            {
              name: 'sampled_header',
              fields: { protocol: 1, frame_length: 1000, stripped: 4, header: frameOf(made) },
            },
          ],
        },
        {
          kind: 'flow_sample',
          sequenceNumber: i + 1,
          dataSourceClass: 3,
          dataSourceIndex: 80,
          samplingRate: 10,
          samplePool: 10 * (i + 1),
          input: 0,
          output: 0x3fff_ffff,
          records: [
            {
              name: 'http_request',
              tag: 2206,
              fields: {
                method: 2,
                protocol: 1001,
                uri: URL_PATH,
                host: HOST,
                resp_bytes: 5000,
                uS: 1000,
                status: 200,
              },
            },
          ],
        },
        {
          kind: 'counters_sample',
          sequenceNumber: i + 1,
          dataSourceIndex: ifIndex,
          records: [
            {
              name: 'if_counters',
              fields: {
                ifIndex,
                ifType: 6,
                ifSpeed: 1e9,
                ifDirection: 1,
                ifStatus: 3,
                ifInOctets: 1000 * i,
                ifOutOctets: 1000 * i,
              },
            },
            { name: 'port_name', fields: { name } },
          ],
        },
        {
          kind: 'counters_sample',
          sequenceNumber: i + 1,
          dataSourceClass: 2,
          dataSourceIndex: 1,
          records: [
            { name: 'host_descr', fields: { hostname: HOST } },
            { name: 'host_memory', fields: { mem_total: 100, mem_free: 50 } },
          ],
        },
        {
          kind: 'counters_sample',
          sequenceNumber: i + 1,
          dataSourceClass: 3,
          dataSourceIndex: 77,
          records: [
            { name: 'host_descr', fields: { hostname: CONTAINER } },
            { name: 'host_parent', fields: { container_type: 2, container_index: 1 } },
            { name: 'virt_memory', fields: { memory: 50, maxMemory: 100 } },
          ],
        },
      ],
    });
    writer.append(
      datagram,
      start + 1000 * i,
      { address: '10.0.0.1', port: 5000 },
      { address: '10.0.0.9', port: 6343 },
    );
  }
  writeFileSync(path, writer.take());
}

/** Goes to a screen of the page that is open, and waits until it is there. */
async function show(page: Page, screen: string): Promise<void> {
  await page.evaluate(`location.hash = '#/${screen}'`);
  const title =
    screen === 'sql' ? 'SQL' : `${screen[0]!.toUpperCase()}${screen.slice(1)}`.replace('-n', ' N');
  await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
}

describe.skipIf(!canOpenWindows)('hostile names', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-hostile-'));
  let browser: Browser;
  let served: Served;

  beforeAll(async () => {
    const path = join(folder, "<b onclick='x'>=1+1.pcap");
    hostileCapture(path);
    browser = await startBrowser();
    served = await serveWeir(['--no-live', path]);
  });
  afterAll(async () => {
    await browser?.close();
    await served?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('stay text on every screen', async () => {
    const { page, complaints } = await openPage(browser, served.address);
    for (const screen of ['top-n', 'interfaces', 'metrics', 'hosts', 'agents', 'inspector', 'settings']) {
      await show(page, screen);
      if (['agents', 'interfaces', 'metrics', 'hosts'].includes(screen))
        await page.getByText('<img src=x').first().waitFor();
      if (screen === 'agents' || screen === 'hosts') await page.getByText('<img src=x').first().click();
      expect([screen, await page.evaluate('window.pwned')]).toEqual([screen, undefined]);
      expect(await page.locator('img').count()).toBe(0);
      expect(await page.locator('b[onclick]').count()).toBe(0);
      const shown = await page.locator('body').textContent();
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
      expect(shown).not.toMatch(/[\u202a-\u202e\u0007\u001b]/);
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it.each(['interfaces', 'metrics', 'hosts'])('are no formula in the saved table of %s', async (screen) => {
    const { page } = await openPage(browser, `${served.address}#/${screen}`);
    await page.getByText('<img src=x').first().waitFor();
    await page.getByRole('button', { name: 'Export' }).click();
    const downloading = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'Save as CSV', exact: true }).click();
    const csv = readFileSync(await (await downloading).path(), 'utf8');
    expect(csv).toContain(screen === 'interfaces' ? 'HYPERLINK' : '=1+1');
    for (const line of csv.split('\r\n'))
      for (const cell of line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)) expect(cell).not.toMatch(/^"?[=+@]/);
    await page.context().close();
  });

  describe('in REST', () => {
    const put = (path: string, body: unknown) =>
      fetch(new URL(path, served.address), { method: 'PUT', body: JSON.stringify(body) });
    const paths = [
      ...['/agents/json', '/metrics/json', '/dump/ALL/ALL/json', '/metric/ALL/any:host_name,any:ifname/json'],
      ...['/table/ALL/host_name,null:load_one/json', '/flow/json', '/group/json', '/map/json'],
      ...['/threshold/json', '/topology/json', '/events/json', '/flowkeys/json', '/analyzer/json'],
      ...['/workspaces/json', '/activeflows/ALL/urls/json', '/activeflows/ALL/ports/json'],
      ...['/metric/ALL/max:urls/json', '/flows/json?name=urls&flowID=-1&timeout=0'],
    ];

    beforeAll(async () => {
      const answers = [
        await put('/group/nets/json', { [HOST]: ['10.1.0.0/16'], [PORT]: ['10.2.0.0/16'] }),
        await put('/map/words/json', { [HOST]: ['6'] }),
        await put('/flow/urls/json', {
          keys: 'httpurl,httphost',
          value: 'requests',
          t: 600,
          fs: '<b>',
          log: true,
        }),
        await put('/flow/ports/json', {
          ...{ keys: 'inputifname,outputifname,group:ipsource:nets,map:ipprotocol:words' },
          ...{ value: 'bytes', t: 600 },
        }),
        await put('/threshold/hot/json', { metric: 'urls', value: 0.001, byFlow: true, timeout: 1 }),
      ];
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      // Once more from the beginning, so that the definitions see it all.
      for (;;) {
        const flows = await fetch(new URL('/activeflows/ALL/urls/json', served.address));
        if (((await flows.json()) as unknown[]).length > 0) break;
      }
    });

    it('they are JSON, without what a terminal or a browser would obey', async () => {
      let heard = '';
      for (const path of paths) {
        const response = await fetch(new URL(path, served.address));
        expect([path, response.status]).toEqual([path, 200]);
        expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
        expect(response.headers.get('x-content-type-options')).toBe('nosniff');
        const text = await response.text();
        expect(JSON.parse(text), path).toBeDefined();
        expect(text, path).not.toMatch(DANGEROUS);
        heard += text;
      }
      // It was there to be obeyed.
      expect(heard).toContain('onerror');
      expect(heard).toContain('HYPERLINK');
      expect(heard).toContain('X-Evil');
    });

    it('they are labels of Prometheus, one line each', async () => {
      const exported =
        '/app/prometheus/scripts/export.js/flows/ALL/txt?metric=m&key=httpurl&label=url&value=requests';
      for (const path of ['/prometheus/metrics/ALL/ALL/txt', '/prometheus/analyzer/txt', exported]) {
        const response = await fetch(new URL(path, served.address));
        const text = await response.text();
        expect(text).not.toMatch(DANGEROUS);
        for (const line of text.trim().split('\n').filter(Boolean))
          expect(line).toMatch(
            /^(# (HELP|TYPE) [a-z]\w* .+|[a-z]\w*(\{(\w+="([^"\\]|\\["\\n])*",?)*\})? [-+.\dNaInfe]+)$/,
          );
      }
    });

    it('they are text in the explorer', async () => {
      const { page, complaints } = await openPage(browser, `${served.address}api/index.html`);
      for (const [path, shown] of [
        ['/dump/{agent}/{metric}/json', 'onerror'],
        ['/group/json', 'onerror'],
        ['/prometheus/metrics/{agent}/{metric}/txt', 'onerror'],
      ] as const) {
        await page.getByText(path, { exact: true }).first().click();
        await page.getByRole('button', { name: 'Send' }).click();
        await page.getByText(shown).first().waitFor();
        expect(await page.evaluate('window.pwned')).toBeUndefined();
        expect(await page.locator('img').count()).toBe(0);
      }
      expect(complaints).toEqual([]);
      await page.context().close();
    });

    it('they are text on the screens of what the user made of them', async () => {
      const { page, complaints } = await openPage(browser, served.address);
      for (const screen of [
        'flows',
        'metrics',
        'hosts',
        'thresholds',
        'events',
        'actions',
        'sql',
        'settings',
      ]) {
        await show(page, screen);
        if (screen === 'hosts') await page.getByText('<img src=x').first().click();
        if (screen === 'thresholds') await page.getByText('hot', { exact: true }).first().click();
        if (screen === 'events') await page.locator('.event-table tbody tr.row').first().click();
        if (screen === 'flows') await page.getByText('urls', { exact: true }).first().click();
        if (screen === 'metrics') await page.getByText('<img src=x').first().waitFor();
        expect([screen, await page.evaluate('window.pwned')]).toEqual([screen, undefined]);
        expect(await page.locator('img').count()).toBe(0);
        const shown = await page.locator('body').textContent();
        expect(shown).not.toMatch(DANGEROUS);
      }
      expect(complaints).toEqual([]);
      await page.context().close();
    });
  });
});
