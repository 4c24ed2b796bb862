/**
 * The Explain screen in a browser: a range is chosen on a real capture, explained with W in a sentence that names the
 * elephants, compared with another range, exported, and one press leads to the chart of a contributor.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capturePath, capturesFolder } from '../captures.ts';
import { canOpenWindows, openPage, type Served, serveWeir, startBrowser } from './frame.ts';

const soon = <T>(read: () => T) => expect.poll(read, { timeout: 20_000, interval: 100 });

describe.skipIf(!canOpenWindows || capturesFolder === null)('explaining a range', () => {
  let browser: Browser;
  let served: Served;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    browser = await startBrowser();
    served = await serveWeir(['--no-live', capturePath('sflowrt-fabricview-ecmp.pcap')]);
    ({ page, complaints } = await openPage(browser, served.address, { width: 1600 }));
    await page.locator('.top-n-table tbody tr.row').first().waitFor();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await served?.stop();
  });

  const sentence = () => page.locator('.sentence').textContent();

  it('tells the largest rises while all of the capture is shown, and explains the one that is pressed', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('w');
    await page.getByText('Choose a part of the time').waitFor();
    expect(await page.locator('.rises tbody tr').count()).toBe(5);
    await page
      .getByRole('button', { name: /^Explain 18:/ })
      .first()
      .click();
    await soon(sentence).toMatch(/Traffic rose by .*bit\/s ± /);
    await page.keyboard.press('Control+z');
    await page.locator('.rises').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('t');
  });

  it('names the elephants of a burst that was dragged on the chart', async () => {
    const plot = page.locator('.u-over').first();
    const box = (await plot.boundingBox())!;
    const x = (part: number) => box.x + box.width * part;
    await page.mouse.move(x(0.13), box.y + 60);
    await page.mouse.down();
    await page.mouse.move(x(0.18), box.y + 60, { steps: 8 });
    await page.mouse.up();
    await page.getByRole('button', { name: 'Explain this' }).waitFor();
    await page.keyboard.press('w');
    await soon(sentence).toMatch(
      /Traffic (rose|fell) by .*bit\/s ± .* 10\.4\.\d\.2 → 10\.4\.\d\.2 iperf, entering at leaf/,
    );
    expect(await page.locator('.patterns tbody tr').count()).toBeGreaterThan(0);
    expect(await page.locator('.dimension').count()).toBeGreaterThan(5);
    expect(await page.locator('.comparison').textContent()).toMatch(/^\s*Peak .* at /);
  });

  it('leads from a contributor to its chart', async () => {
    const value = page.locator('.dimension .link').first();
    const host = (await value.textContent())!.trim();
    await value.click();
    await page.locator('.top-n-table tbody tr.row').first().waitFor();
    await soon(() => page.locator('body').textContent()).toMatch(new RegExp(`ipsource\\s*=?\\s*${host}`));
    expect(complaints).toEqual([]);
  });
});
