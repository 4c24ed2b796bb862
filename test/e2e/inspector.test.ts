/** The inspector in a browser: a list, the tree and the octets of one datagram, filters, and files that are saved. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canOpenWindows, openPage, type Served, sampleCapture, serveWeir, startBrowser } from './frame.ts';

describe.skipIf(!canOpenWindows)('the inspector', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-inspector-'));
  let browser: Browser;
  let served: Served;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    browser = await startBrowser();
    served = await serveWeir(['--no-live', await sampleCapture(folder)]);
    ({ page, complaints } = await openPage(browser, `${served.address}#/inspector`));
    await rows().first().waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await served?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const rows = () => page.getByRole('grid', { name: 'Datagrams' }).locator('tbody tr');
  const selectedRow = () => page.locator('.datagrams tr.selected td').first();
  const line = (words: string) => page.getByRole('treeitem').filter({ hasText: words });
  const own = () => page.locator('.values .own').allTextContents();
  const filterField = () => page.getByRole('combobox', { name: 'Filter datagrams' });
  const listed = async () => Number(await page.locator('.datagrams table').getAttribute('aria-rowcount')) - 1;

  /** The packets of a saved pcap file: how many, and how long each was on the wire. */
  async function saved(choice: string): Promise<number[]> {
    await page.getByRole('button', { name: 'Save as pcap' }).click();
    const downloading = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: choice }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toMatch(/\.pcap$/);
    const file = readFileSync(await download.path());
    const lengths = [];
    for (let at = 24; at < file.length; at += 16 + file.readUInt32LE(at + 8))
      lengths.push(file.readUInt32LE(at + 12));
    return lengths;
  }

  it('walks the list by keys, far beyond what is drawn', async () => {
    await rows().first().click();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => selectedRow().textContent()).toBe('3');
    await page.keyboard.press('End');
    const last = String(await listed());
    await expect.poll(() => selectedRow().textContent()).toBe(last);
    await page.keyboard.press('Home');
    await expect.poll(() => selectedRow().textContent()).toBe('1');
  });

  it('shows the octets of a field, and the field of an octet', async () => {
    await line('agent address').click();
    const address = await line('agent address').locator('.value').textContent();
    const octets = (address ?? '')
      .trim()
      .split('.')
      .map((part) => Number(part).toString(16).padStart(2, '0'));
    // Its type word stands before it.
    await expect.poll(own).toEqual(['00', '00', '00', '01', ...octets]);
    await page.locator('.values [data-offset="3"]').click();
    await expect.poll(own).toEqual(['00', '00', '00', '05']);
    await expect.poll(() => line('version').first().getAttribute('aria-selected')).toBe('true');
  });

  it('opens a closed sample where one of its octets is pressed', async () => {
    await page.getByRole('tree').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => page.getByRole('treeitem').count()).toBe(1);
    await page.locator('.values [data-offset="40"]').click();
    await expect.poll(() => page.getByRole('treeitem').count()).toBeGreaterThan(8);
    await expect.poll(() => page.locator('[role="treeitem"][aria-selected="true"]').count()).toBe(1);
  });

  it('filters by the value that is pressed, by what is typed, and says what it cannot read', async () => {
    const all = await listed();
    // Those of hosts carry counters only.
    await rows().filter({ hasText: 'eth.ip.' }).first().click();
    await line('Sampled header').first().waitFor();
    await page.locator('.tree').evaluate((tree) => {
      tree.scrollTop = 480;
    });
    const source = line('source').locator('.link').last();
    const address = ((await source.textContent()) ?? '').trim();
    await source.click();
    await page.locator('.inspector-filter .filter-chip').filter({ hasText: address }).waitFor();
    await expect.poll(listed).toBeLessThan(all);
    await page.getByRole('tree').focus();
    await page.keyboard.press('Home');
    await expect.poll(() => line('matches').count()).toBeGreaterThan(0);
    await filterField().fill('ipsource=203.0.113.250');
    await filterField().press('Enter');
    await page.getByText('No datagram matches').waitFor();
    await page.locator('.empty').getByRole('button', { name: 'Clear the filter' }).click();
    await expect.poll(listed).toBe(all);
    await filterField().fill('nonsense=1');
    await filterField().press('Enter');
    await page.getByText('There is no flow key “nonsense”').waitFor();
    await filterField().press('Escape');
    await expect.poll(() => page.getByText('There is no flow key “nonsense”').count()).toBe(0);
  });

  it('filters by a record that was met', async () => {
    const all = await listed();
    await page.getByRole('button', { name: 'Record: Any record' }).click();
    await page.getByRole('option', { name: /if_counters/ }).click();
    await expect.poll(listed).toBeLessThan(all);
    await page.getByRole('button', { name: 'Record: if_counters' }).click();
    await page.getByRole('option', { name: 'Any record' }).click();
    await expect.poll(listed).toBe(all);
  });

  it('saves what is selected and what matches, in both forms', async () => {
    const all = await listed();
    expect(await saved('As it was received')).toHaveLength(1);
    expect(await saved('As they were received')).toHaveLength(all);
    expect((await saved('Its sampled packets')).length).toBeGreaterThan(0);
    expect((await saved('Their sampled packets')).length).toBeGreaterThan(all);
  });

  it('did all this without a complaint', () => {
    expect(complaints).toEqual([]);
  });
});
