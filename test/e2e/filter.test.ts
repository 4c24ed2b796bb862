/** The filter in a browser: typed, completed, corrected, taken back; and what a press on a value of Top N makes of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { canOpenWindows, openPage, type Served, sampleCapture, serveWeir, startBrowser } from './frame.ts';

describe.skipIf(!canOpenWindows)('the filter', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-filter-'));
  let browser: Browser;
  let served: Served;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    browser = await startBrowser();
    served = await serveWeir(['--no-live', await sampleCapture(folder)]);
    ({ page, complaints } = await openPage(browser, served.address, { width: 1600 }));
    await rows().first().waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await served?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    const clear = page.getByRole('button', { name: 'Remove the filter' });
    if (await clear.isVisible()) await clear.click();
    await field().fill('');
    await field().press('Escape');
    await field().blur();
    await expect.poll(chips).toEqual([]);
  });

  const field = () => page.getByRole('combobox', { name: 'Filter traffic' });
  const rows = () => page.locator('.top-n-table tbody tr.row:not(.footer)');
  const chips = async () =>
    (await page.locator('.filter-chip .words').allTextContents()).map((text) =>
      text.replace(/\s+/g, ' ').trim(),
    );
  const options = () => page.getByRole('option').locator('.name').allTextContents();
  const column = (index: number) =>
    page.locator(`.top-n-table tbody tr.row:not(.footer) td:nth-child(${index})`).allTextContents();
  const samples = async () => {
    const total = await page.locator('.top-n-table tr.footer').last().locator('td.samples').textContent();
    return Number(total!.replace(/\D/g, ''));
  };
  const type = async (text: string) => {
    await page.keyboard.press('/');
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
  };

  it('is typed, becomes chips, and narrows what is shown', async () => {
    await type('protocol=TCP');
    await expect.poll(chips).toEqual(['protocol = TCP']);
    await expect.poll(async () => new Set(await column(6))).toEqual(new Set(['TCP']));
    await page.keyboard.type('443');
    await page.keyboard.press('Enter');
    await expect.poll(chips).toEqual(['protocol = TCP', 'port = 443']);
    await expect
      .poll(async () => {
        const [from, to] = [await column(3), await column(5)];
        return from.every((port, row) => port.trim() === '443' || to[row]!.trim() === '443');
      })
      .toBe(true);
    await page.keyboard.press('Backspace');
    await expect.poll(chips).toEqual(['protocol = TCP']);
    await field().blur();
    await page.keyboard.press('ControlOrMeta+z');
    await expect.poll(chips).toEqual(['protocol = TCP', 'port = 443']);
  });

  it('offers keys, operators and the values on the screen', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('ipso');
    await expect.poll(async () => (await options())[0]).toBe('ipsource');
    await page.keyboard.press('Tab');
    await expect.poll(async () => (await options()).slice(0, 3)).toEqual(['=', '!=', '~']);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(() => field().inputValue()).toBe('ipsource=');
    const [first] = await options();
    expect(first).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    await page.keyboard.press('Tab');
    await page.keyboard.type(first!.slice(0, 2));
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await expect.poll(() => field().inputValue()).toBe('');
  });

  it('says what is wrong and where, and lets it be corrected', async () => {
    await type('vlan=1&colour=red');
    const sentence = page.locator('.filter-field [role=alert]');
    await expect.poll(() => sentence.textContent()).toContain('There is no flow key “colour”');
    expect(await page.locator('.filter-field .wrong').textContent()).toBe('colour');
    expect(await field().getAttribute('aria-invalid')).toBe('true');
    await field().fill('vlan=');
    await page.keyboard.press('Enter');
    await expect.poll(() => sentence.textContent()).toContain('A value is missing at position 6');
    await page.keyboard.type('1');
    expect(await sentence.count()).toBe(0);
    expect(await chips()).toEqual([]);
  });

  it('is changed term by term, and as a whole', async () => {
    await type('protocol=TCP&port!=443');
    await expect.poll(chips).toEqual(['protocol = TCP', 'not port = 443']);
    await page.locator('.filter-chip .words').last().click();
    await expect.poll(() => field().inputValue()).toBe('port!=443');
    await page.keyboard.type(',80');
    await page.keyboard.press('Enter');
    await expect.poll(chips).toEqual(['protocol = TCP', 'not port = 443, 80']);
    await page.getByRole('button', { name: 'Edit the filter as text' }).click();
    await expect.poll(() => field().inputValue()).toBe('protocol=TCP&port!=443,80');
    await field().fill('protocol=UDP|vlan=null');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await chips()).length).toBe(1);
  });

  it('comes from a value that is pressed, and from a row by F and X', async () => {
    const before = await samples();
    expect(before).toBeGreaterThan(0);
    const port = rows().first().locator('td:nth-child(3) .link');
    const value = (await port.textContent())!.trim();
    await port.click();
    await expect.poll(chips).toEqual([`sourceport = ${value}`]);
    await expect
      .poll(async () => new Set((await column(3)).map((text) => text.trim())))
      .toEqual(new Set([value]));
    await page.getByRole('button', { name: 'Remove the filter' }).click();
    await expect.poll(samples).toBe(before);
    await field().blur();
    await rows().first().hover();
    await page.keyboard.press('f');
    await expect.poll(async () => (await chips()).length).toBe(5);
    await expect.poll(() => rows().count()).toBe(1);
    const only = await samples();
    expect(only).toBeGreaterThan(0);
    await page.keyboard.press('ControlOrMeta+z');
    await expect.poll(samples).toBe(before);
    await rows().first().hover();
    await page.keyboard.press('x');
    await expect.poll(samples).toBe(before - only);
  });

  it('says so where nothing passes it, and where a screen does not ask it', async () => {
    await type('address=203.0.113.250');
    await page.getByText('No traffic matches this filter').waitFor();
    await page.locator('main').getByRole('button', { name: 'Remove the filter' }).click();
    await rows().first().waitFor();
    await type('protocol=TCP');
    await expect.poll(chips).toEqual(['protocol = TCP']);
    await page.getByRole('link', { name: 'Interfaces' }).click();
    await expect.poll(() => page.locator('.filter-field .box').getAttribute('class')).toContain('idle');
    await page.getByRole('link', { name: 'Top N' }).click();
    await expect.poll(() => page.locator('.filter-field .box').getAttribute('class')).not.toContain('idle');
  });

  it('did all this without a complaint', () => {
    expect(complaints).toEqual([]);
  });
});
