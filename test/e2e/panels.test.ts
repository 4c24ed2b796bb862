/** The screens of metrics, hosts and health, in a browser, on two minutes of the sample network. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canOpenWindows, openPage, type Served, sampleCapture, serveWeir, startBrowser } from './frame.ts';

describe.skipIf(!canOpenWindows)('metrics, hosts and health', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-panels-'));
  let browser: Browser;
  let served: Served;

  beforeAll(async () => {
    browser = await startBrowser();
    served = await serveWeir(['--no-live', await sampleCapture(folder, 150)]);
  });
  afterAll(async () => {
    await browser?.close();
    await served?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const row = (page: Page, text: string | RegExp) => page.locator('tbody tr').filter({ hasText: text });
  async function savedCsv(page: Page, item: string): Promise<string> {
    await page.getByRole('button', { name: 'Export' }).click();
    const downloading = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: item, exact: true }).first().click();
    return readFileSync(await (await downloading).path(), 'utf8');
  }

  it('hosts: what runs where, rolled up by service, with the charts of the one that is opened', async () => {
    const { page, complaints } = await openPage(browser, `${served.address}#/hosts`);
    await row(page, 'app1').waitFor();
    expect(await row(page, /orders-db/).count()).toBe(1);
    // Folded, what runs on a host is out of sight; its own row stays.
    await page.getByRole('button', { name: 'What runs on db1' }).click();
    expect(await row(page, /orders-db/).count()).toBe(0);
    await page.getByRole('button', { name: 'What runs on db1' }).click();

    // Services are scaled each minute: what ended is there when asked for, and not before.
    const containers = row(page, /shop_web\./);
    const running = await containers.count();
    await page.getByRole('button', { name: /^Show \d+ gone$/ }).click();
    expect(await row(page, /\bgone/).count()).toBeGreaterThan(0);
    expect(await containers.count()).toBeGreaterThanOrEqual(running);
    await page.getByRole('button', { name: /^Hide \d+ gone$/ }).click();

    await page.getByRole('combobox', { name: 'Put together by' }).click();
    await page.getByRole('option', { name: /Swarm service/ }).click();
    await row(page, /shop_web\s*\d+\s*Swarm service/).waitFor();
    expect(await row(page, /search_web\s*\d+\s*Swarm service/).count()).toBe(1);
    expect(await row(page, /orders-db/).count()).toBe(0);
    await page.getByRole('combobox', { name: 'Put together by' }).click();
    await page.getByRole('option', { name: /Host and node/ }).click();

    await row(page, 'app2').click();
    const detail = page.getByRole('region', { name: 'Detail of app2' });
    for (const title of ['CPU', 'Memory', 'Network', 'Disk', 'GPU'])
      await detail
        .getByText(new RegExp(`^${title}(,|$)`))
        .first()
        .waitFor();
    const table = await savedCsv(page, 'Save as CSV');
    expect(table).toContain('CPU (%)');
    expect(table).toContain('app2');
    await page.keyboard.press('Escape');
    await detail.waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('metrics: every value, found by typing, in the chart by a click, one axis per unit', async () => {
    const { page, complaints } = await openPage(browser, `${served.address}#/metrics`);
    await page.getByText('Utilisation in, max of all agents').waitFor();
    await page.getByRole('searchbox', { name: 'Search the table' }).fill('app1 load');
    await row(page, 'load_one').filter({ hasText: 'Load, 1 min' }).click();
    await page.getByText('Load, 1 min, app1 › app1').waitFor();
    // Percent and load do not share an axis.
    expect(await page.locator('.metric-charts .chart-frame').count()).toBe(2);
    await page.getByRole('combobox', { name: 'Statistic' }).click();
    await page.getByRole('option', { name: /^Mean/ }).click();
    await page.getByText('Utilisation in, avg of all agents').waitFor();

    const table = await savedCsv(page, 'Save as CSV');
    const lines = table.trim().split('\r\n');
    expect(lines[0]).toContain('Value');
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines.slice(1)) expect(line).toMatch(/app1/);
    const steps = await savedCsv(page, 'Save its steps as CSV');
    expect(steps).toContain('Load, 1 min, app1 › app1');

    await page.getByRole('button', { name: 'Take Load, 1 min, app1 › app1 out' }).click();
    await page.waitForFunction("document.querySelectorAll('.metric-charts .chart-frame').length === 1");
    await page.getByRole('searchbox', { name: 'Search the table' }).fill('nothing is called so');
    await page.getByText('Nothing is called like this').waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('agents: checks in words with a score; interfaces: frames by whom they are for', async () => {
    const { page, complaints } = await openPage(browser, `${served.address}#/agents`);
    await row(page, /^Streams of leaf1/)
      .or(row(page, /leaf1/))
      .first()
      .click();
    const detail = page.getByRole('complementary', { name: 'Detail of leaf1' });
    await detail.getByText('Datagrams in sequence').waitFor();
    await detail.getByText('Octets against counters').waitFor();
    expect(await detail.getByText(/^\d+$/).first().textContent()).toMatch(/^\d+$/);
    await page.goto(`${served.address}#/interfaces`);
    await page.getByText('Frames', { exact: true }).click();
    await page.getByRole('columnheader', { name: 'Multicasts in' }).waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('every chart says how its figures were counted', async () => {
    const { page } = await openPage(browser, `${served.address}#/top-n`);
    await page.locator('.chart-frame').getByText('counted once').waitFor();
    await page.goto(`${served.address}#/interfaces`);
    await page.locator('tbody tr.row').first().click();
    await page.locator('.chart-frame').getByText('at this port').waitFor();
    expect(await page.locator('.chart-frame .counting').count()).toBe(2);
    await page.context().close();
  });
});
