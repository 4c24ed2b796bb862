/** The interface in a browser, served by `weir serve`: it loads under its policy, shows a capture, and is guarded. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canOpenWindows, openPage, type Served, sampleCapture, serveWeir, startBrowser } from './frame.ts';

describe.skipIf(!canOpenWindows)('the served interface', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-e2e-'));
  let browser: Browser;
  let served: Served;

  beforeAll(async () => {
    browser = await startBrowser();
    served = await serveWeir(['--no-live', await sampleCapture(folder)]);
  });
  afterAll(async () => {
    await browser?.close();
    await served?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('shows a capture in every size and theme, without a complaint', async () => {
    for (const colorScheme of ['dark', 'light'] as const) {
      const { page, complaints } = await openPage(browser, served.address, { colorScheme });
      await page.locator('tbody tr.row').first().waitFor();
      // As wide as it can be: by itself it would be collapsed in the smaller windows.
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.getByRole('button', { name: 'Widen the navigation' }).click();
      for (const [width, height] of [
        [1920, 1080],
        [1280, 800],
        [960, 600],
      ] as const) {
        await page.setViewportSize({ width, height });
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(overflow, `${width}×${height} scrolls sideways`).toBeLessThanOrEqual(0);
      }
      expect(complaints).toEqual([]);
      await page.context().close();
    }
  });

  it('answers with a policy that allows no code but its own', async () => {
    const response = await fetch(served.address);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe-(inline|eval)/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('ends cleanly when it is asked to', async () => {
    const other = await serveWeir(['--no-live']);
    expect(await other.stop()).toBe(0);
  });
});
