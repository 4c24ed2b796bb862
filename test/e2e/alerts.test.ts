/**
 * Thresholds, events and actions in a browser, over the sample network: a threshold is made from an address, rehearsed and
 * saved, raises events within seconds, an action is told, and what is done with one of them is kept; its mark on a chart leads back to it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canOpenWindows, openPage, type Served, serveWeir, startBrowser } from './frame.ts';

const soon = <T>(read: () => T) => expect.poll(read, { timeout: 30_000, interval: 200 });

describe.skipIf(!canOpenWindows)('thresholds and events', () => {
  let browser: Browser;
  let served: Served;
  let page: Page;
  let complaints: string[];
  /** What the action asked for. */
  const heard: string[] = [];
  const sink = createServer((incoming, answer) => {
    incoming.on('end', () => heard.push(incoming.url!)).resume();
    answer.end('taken');
  });

  beforeAll(async () => {
    await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
    browser = await startBrowser();
    served = await serveWeir(['--sample']);
    ({ page, complaints } = await openPage(browser, `${served.address}#/thresholds`, { width: 1600 }));
    await page.getByText('Interface utilisation', { exact: true }).first().waitFor({ timeout: 30_000 });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    sink.closeAllConnections();
    sink.close();
    await served?.stop();
  });

  const go = (hash: string) => page.evaluate(`location.hash = ${JSON.stringify(hash)}`);

  it('lists presets with how near they are, and switches them', async () => {
    const large = page.getByRole('switch', { name: 'Watch Large flows' });
    expect(await large.getAttribute('aria-checked')).toBe('false');
    await large.click();
    await soon(() => large.getAttribute('aria-checked')).toBe('true');
    await page.getByText('Large flows', { exact: true }).first().click();
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Set back as shipped' }).click();
    await soon(() => large.getAttribute('aria-checked')).toBe('false');
  });

  it('makes an action that is told of what is not raised yet, and tests it', async () => {
    const { port } = sink.address() as AddressInfo;
    await go('#/actions?new=webhook&event=Anything%20big');
    const address = page.getByRole('textbox', { name: 'Address', exact: true });
    await address.fill(`http://127.0.0.1:${port}/`);
    await page.getByRole('button', { name: 'what', exact: true }).click();
    expect(await address.inputValue()).toBe(`http://127.0.0.1:${port}/{{what}}`);
    await page.getByRole('button', { name: 'Send a test' }).click();
    await page
      .getByText(/tick “Private addresses” where that is meant/)
      .first()
      .waitFor();
    await page.getByRole('switch', { name: 'Private addresses' }).click();
    await page.getByText(`POST http://127.0.0.1:${port}/test`).waitFor();
    await page.getByRole('button', { name: 'Send a test' }).click();
    await page.getByText('HTTP 200 OK: taken').first().waitFor();
    await page.getByRole('button', { name: /^Save/ }).click();
    await page.getByRole('complementary', { name: 'Action Webhook' }).waitFor();
  });

  it('makes one, and says at the field what it cannot read', async () => {
    await go('#/thresholds?new=1&metric=elephants&value=1250&flow=1&name=Anything%20big');
    const level = page.getByRole('textbox', { name: 'Level', exact: true });
    await soon(() => level.inputValue()).toBe('10 kbit/s');
    await level.fill('10 apples');
    await page.getByText('“apples” is no unit of this; write it as in 10 Mbit/s.').waitFor();
    const save = page.getByRole('button', { name: /^Save/ });
    expect(await save.isDisabled()).toBe(true);
    await level.fill('20 kbit/s');
    await page.getByRole('radio', { name: 'Critical' }).click();
    await save.click();
    await page.getByText('Anything big', { exact: true }).first().waitFor();
  });

  it('tells of a critical event, and lists it with its causes', async () => {
    await page.getByRole('button', { name: /^Show (the event|events)$/ }).click({ timeout: 30_000 });
    const rows = page.locator('.event-table tbody tr.row');
    await rows.first().waitFor();
    await page.getByRole('searchbox', { name: 'Search events' }).fill('above');
    await rows.first().click();
    await page.getByRole('heading', { name: /is .*bit\/s, above 20\.0 kbit\/s/ }).waitFor();
    expect(await page.locator('.causes li').count()).toBeGreaterThan(0);
  });

  it('told the action of it', async () => {
    await soon(() => heard).toContain('/raised');
    await go('#/actions');
    await page.getByRole('switch', { name: 'Run Webhook' }).click();
    await page.getByText('raised', { exact: true }).first().waitFor();
    await go('#/events');
    await page.locator('.event-table tbody tr.row').first().waitFor();
  });

  it('acknowledges with a note, and mutes', async () => {
    await page.getByRole('button', { name: 'Acknowledge…' }).click();
    await page.getByRole('textbox', { name: 'Note' }).fill('=known to us');
    await page.getByRole('button', { name: 'Acknowledge', exact: true }).click();
    await page.getByText('=known to us').waitFor();
    await page.getByRole('button', { name: 'Mute…' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Anything big · ', { exact: false }).or(page.getByText('always')).first().waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
  });

  it('saves the list without formulas', async () => {
    await page.getByRole('button', { name: 'Export' }).click();
    const downloading = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'Save as CSV', exact: true }).click();
    const csv = readFileSync(await (await downloading).path(), 'utf8');
    expect(csv).toContain('Anything big');
    expect(csv).not.toMatch(/(^|,)"?=/m);
  });

  it('leads from an event to its moment, and from a mark back', async () => {
    await page.getByRole('button', { name: 'Go to that moment' }).click();
    // A filter that nobody asked with before is answered from the recording.
    await page.locator('.top-n-table tbody tr.row').first().waitFor({ timeout: 60_000 });
    const mark = page.locator('.time-chart button.mark').first();
    await mark.waitFor();
    await mark.click();
    await page.getByRole('heading', { level: 1, name: 'Events' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('travels back: the screens are as they were, the collector goes on, and live is live again', async () => {
    await go('#/agents');
    await page.getByRole('heading', { level: 1, name: 'Agents' }).waitFor();
    await page.getByText('leaf1', { exact: true }).first().waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('l');
    await page.keyboard.press('t');
    const line = page.getByRole('slider', { name: 'Moment that is shown' });
    await line.waitFor();
    const end = async () => Number(await line.getAttribute('max'));
    const beginMs = Number(await line.getAttribute('min'));
    await soon(async () => (await end()) - beginMs).toBeGreaterThan(20_000);
    const nowMs = await end();
    const hear = async () =>
      Number(
        (await page
          .getByText(/ datagrams$/)
          .first()
          .textContent())!.replaceAll(/\D/g, ''),
      );
    const heardBefore = await hear();
    const counted = async (column: number) =>
      (
        await page
          .locator('tbody tr.row')
          .evaluateAll(
            (rows, at) =>
              rows.map((row) => Number(row.children[at]?.textContent?.replaceAll(/\D/g, '') ?? 0)),
            column,
          )
      ).reduce((sum, one) => sum + one, 0);
    const datagramsColumn = await page
      .locator('thead th, [role=columnheader]')
      .evaluateAll((heads) => heads.findIndex((head) => head.textContent?.trim() === 'Datagrams'));
    expect(datagramsColumn).toBeGreaterThan(0);
    // Ten seconds ago fewer had come.
    await line.evaluate((input, at) => {
      (input as HTMLInputElement).value = String(at);
      input.dispatchEvent(new Event('change'));
    }, nowMs - 10_000);
    await page.getByText(/to \d\d:\d\d:\d\d/).waitFor();
    await soon(() => counted(datagramsColumn)).toBeLessThan(heardBefore - 100);
    const moment = () => line.evaluate((input) => Number((input as HTMLInputElement).value));
    const before = await moment();
    await page.keyboard.press('>');
    await soon(moment).toBe(before + 1000);
    await page.keyboard.press('Space');
    await soon(moment).toBeGreaterThan(before + 2000);
    await soon(hear).toBeGreaterThan(heardBefore);
    await page.getByRole('button', { name: 'Back to live' }).click();
    await line.waitFor({ state: 'detached' });
    await page.keyboard.press('Control+z');
    await line.waitFor();
    await page.keyboard.press('l');
    await line.waitFor({ state: 'detached' });
    await soon(() => counted(datagramsColumn)).toBeGreaterThan(heardBefore);
  });

  it('exports the shown range as pcap and backs up, from the palette', async () => {
    const choose = async (words: string) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type(words);
      await page.keyboard.press('Enter');
    };
    const downloading = page.waitForEvent('download');
    await choose('Export this range as pcap');
    const file = readFileSync(await (await downloading).path());
    expect(file.readUInt32LE(0)).toBe(0xa1b2c3d4);
    expect(file.length).toBeGreaterThan(10_000);
    await page.getByText(/datagrams exported/).waitFor();
    await choose('Back up what is stored');
    const told = await page.getByText(/A backup of .* was written to/).textContent();
    expect(existsSync(/written to (.*)\.$/.exec(told!)![1]!)).toBe(true);
  });

  it('asks in SQL what it is helped to type, and draws the answer', async () => {
    await go('#/sql');
    const statement = page.getByRole('combobox', { name: 'Statement' });
    await statement.fill('SELECT agent, sum(received) AS datagrams FROM arrivals_min');
    await statement.press('Control+Space');
    await page.getByRole('option', { name: /arrivals_minute/ }).waitFor();
    await statement.press('Tab');
    expect(await statement.inputValue()).toMatch(/FROM arrivals_minute$/);
    await statement.pressSequentially(' GROUP BY agent');
    await statement.press('Escape');
    await statement.press('Control+Enter');
    await page.getByText(/^9 rows in/).waitFor();
    expect(await page.locator('tr.row').count()).toBe(9);
    await page.getByRole('radio', { name: 'Chart' }).click();
    await soon(() => page.locator('.bars li').count()).toBe(9);
    expect(complaints).toEqual([]);
  });
});
