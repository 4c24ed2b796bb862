/**
 * The Flows screen in a browser: a definition is made step by step and by its text, corrected, saved, opened as a
 * chart, changed by two windows at once, deleted and brought back; all of it by keyboard where a keyboard is enough.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canOpenWindows, openPage, type Served, sampleCapture, serveWeir, startBrowser } from './frame.ts';

/** As soon as a busy computer can. */
const soon = <T>(read: () => T) => expect.poll(read, { timeout: 20_000, interval: 100 });

describe.skipIf(!canOpenWindows)('flow definitions', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-flows-'));
  let browser: Browser;
  let served: Served;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    browser = await startBrowser();
    served = await serveWeir(['--no-live', await sampleCapture(folder)]);
    ({ page, complaints } = await openPage(browser, served.address, { width: 1600 }));
    await page.locator('.top-n-table tbody tr.row').first().waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await served?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const show = (address: string, on = page) =>
    on.evaluate((hash) => {
      window.location.hash = hash;
    }, address);
  const keyField = (on = page) => on.getByRole('combobox', { name: 'Add a key' });
  const nameField = (on = page) => on.getByRole('textbox', { name: 'Name of the definition' });
  const text = (on = page) => on.getByRole('textbox', { name: 'Definition as text' });
  const chips = async (on = page) =>
    (await on.locator('.key-chip .name').allTextContents()).map((one) => one.trim());
  const names = async () =>
    (await page.locator('.data-table td.name').allTextContents()).map((one) =>
      one.replace(/\s+/g, ' ').trim(),
    );
  const list = async () => {
    await show('#/flows');
    await page.getByRole('searchbox', { name: 'Search definitions' }).waitFor();
  };

  it('lists what comes with Weir, and finds it by key', async () => {
    await list();
    await page.locator('.data-table td.name').nth(20).waitFor();
    await page.getByRole('searchbox', { name: 'Search definitions' }).fill('dnsqname');
    await soon(names).toContain('DNS names');
    await soon(names).not.toContain('Priorities');
    await page.getByRole('searchbox', { name: 'Search definitions' }).fill('');
  });

  it('makes one by keyboard alone, one step at a time', async () => {
    await page.locator('h1').first().click();
    await page.keyboard.press('n');
    await nameField().waitFor();
    await soon(() => nameField().evaluate((field) => field === document.activeElement)).toBe(true);
    await page.keyboard.type('who-to-whom');
    await page.getByRole('button', { name: 'Next' }).focus();
    await page.keyboard.press('Enter');
    await keyField().waitFor();
    await keyField().focus();
    await page.keyboard.type('ipsour');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await soon(() => chips()).toEqual(['ipsource']);
    await page.keyboard.type('ipsource');
    await soon(() =>
      page.getByRole('option').filter({ hasText: 'already a key' }).first().getAttribute('aria-disabled'),
    ).toBe('true');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.keyboard.type('mask:ipdest');
    await page.keyboard.press('Tab');
    await soon(() => keyField().inputValue()).toBe('mask:ipdestination');
    await page.keyboard.type(':24');
    await page.keyboard.press('Enter');
    await soon(() => chips()).toEqual(['ipsource', 'mask:ipdestination:24']);
    await soon(() => text().inputValue()).toContain("'ipsource,mask:ipdestination:24'");
    const preview = page.getByRole('table', { name: 'Preview' });
    await soon(() => preview.getByRole('row').count()).toBeGreaterThan(3);
    await page.keyboard.press('ControlOrMeta+s');
    await page.getByText('“who-to-whom” is saved').waitFor();
    expect(page.url()).toContain('edit=who-to-whom');
  });

  it('shows a mistake where it stands, in the form and in the text, and saves nothing of it', async () => {
    await text().fill("{ keys: 'ipsource,nosuchkey', value: 'bytes', filter: 'colour=red' }");
    await soon(() => page.locator('.key-chip.wrong').textContent()).toContain('nosuchkey');
    await soon(async () => (await page.locator('.definition-text .problem').allTextContents()).join('')).toBe(
      'nosuchkeycolour',
    );
    expect(await page.getByRole('button', { name: /^Save/ }).isDisabled()).toBe(true);
    await text().fill("{ keys: 'ipsource' value: 'bytes' }");
    await soon(() => page.locator('.definition-text ~ .sentence').textContent()).toContain('column 20');
    expect(await chips()).toEqual(['ipsource', 'nosuchkey']);
    await text().fill("{ keys: 'ipsource,ipdestination', value: 'frames', aggMode: 'once' }");
    await soon(() => chips()).toEqual(['ipsource', 'ipdestination']);
    await page.keyboard.press('ControlOrMeta+s');
    await soon(() => page.getByText('unsaved').count()).toBe(0);
  });

  it('opens as a chart in the unit of its value, and its rows drill down', async () => {
    await show('#/top-n?definition=who-to-whom');
    await page.locator('.top-n-table tbody tr.row').first().waitFor();
    await soon(() => page.locator('.chart b').first().textContent()).toContain('frame/s');
    const value = page
      .locator('.top-n-table tbody tr.row .link')
      .filter({ hasText: /^\s*\d+\.\d/ })
      .first();
    const address = (await value.textContent())!.trim();
    await value.click();
    await soon(async () => (await page.locator('.filter-chip .words').allTextContents()).join()).toContain(
      address,
    );
    await page.getByRole('button', { name: 'Open this filter in the flow editor' }).click();
    await soon(() => text().inputValue()).toContain(`filter:  'ipsource=${address}'`);
    expect(await chips()).toEqual(['ipsource', 'ipdestination']);
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('button', { name: 'Remove the filter' }).click();
  });

  it('says in one window what another one saved meanwhile', async () => {
    const { page: other } = await openPage(browser, served.address, { width: 1600 });
    await show('#/flows?edit=who-to-whom', other);
    await show('#/flows?edit=who-to-whom');
    await other.locator('.key-chip').nth(1).waitFor();
    await soon(() => chips(other)).toEqual(['ipsource', 'ipdestination']);
    await page.locator('.key-chip').nth(1).waitFor();
    expect(await chips()).toEqual(['ipsource', 'ipdestination']);
    await text().fill("{ keys: 'ipsource', value: 'bytes' }");
    await text(other).fill("{ keys: 'vlan', value: 'bytes' }");
    await other.keyboard.press('ControlOrMeta+s');
    await other.getByText('“who-to-whom” is saved').waitFor();
    await show('#/top-n');
    await show('#/flows?edit=who-to-whom');
    const said = page.getByText('was changed elsewhere while it was edited here');
    await said.waitFor({ timeout: 30_000 });
    expect(await chips()).toEqual(['ipsource']);
    await page.getByRole('button', { name: 'Take that one' }).click();
    await soon(() => chips()).toEqual(['vlan']);
    await other.context().close();
  });

  it('is deleted, and brought back', async () => {
    await list();
    await page.getByRole('searchbox', { name: 'Search definitions' }).fill('who-to-whom');
    await soon(names).toEqual(['who-to-whom']);
    await page.getByRole('button', { name: 'More about who-to-whom' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await soon(names).toEqual([]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await soon(names).toEqual(['who-to-whom']);
  });

  it('takes names and texts of any kind without harm', async () => {
    await page.getByRole('button', { name: 'Import' }).click();
    await page
      .getByRole('textbox', { name: 'Definitions as text' })
      .fill(
        `{"<img src=x onerror=alert(1)>": {"keys":"vlan"}, "fine": {"keys":"vlan"}, "bad": {"colour": 1}}`,
      );
    await page.getByText('“bad” was left out').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Import' }).click();
    await page.getByRole('dialog').getByText('“<img src=x onerror=alert(1)>”').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('searchbox', { name: 'Search definitions' }).fill('fine');
    await soon(names).toContain('fine');
    await show(`#/top-n?definition=${encodeURIComponent('<b>none</b>')}`);
    await page.getByText('There is no definition “<b>none</b>”').waitFor();
    await page.getByRole('button', { name: 'Show connections' }).click();
    await page.locator('.top-n-table tbody tr.row').first().waitFor();
  });

  it('did all this without a complaint', () => {
    expect(complaints).toEqual([]);
  });
});
