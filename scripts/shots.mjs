// `npm run shots [-- --capture FILE]`: photographs every screen, dark and light, at 1280×800 and 1920×1080, into
// shots/ (which git leaves out). The screens show FILE, or else ten minutes of the made-up sample network. Meant for
// looking at a change with one's own eyes; `--only NAME` narrows it to screens whose name contains NAME.
import './right-node.mjs';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildAll, isBuilt } from './build.mjs';
import { projectRoot } from './right-node.mjs';

const { values } = parseArgs({
  options: { capture: { type: 'string' }, only: { type: 'string', default: '' } },
});
if (!isBuilt()) await buildAll();
const { browserPath, openPage, sampleCapture, serveWeir, startBrowser } = await import(
  '../test/e2e/frame.ts'
);
if (browserPath === null) {
  console.error('Photographs need Chromium, Chrome or Edge; none is installed.');
  process.exit(1);
}

const sizes = /** @type {const} */ ([
  [1280, 800],
  [1920, 1080],
]);
const themes = /** @type {const} */ (['dark', 'light']);
const folder = join(projectRoot, 'shots');
const scratch = mkdtempSync(join(tmpdir(), 'weir-shots-'));
mkdirSync(folder, { recursive: true });

const capture = values.capture
  ? resolve(process.env.INIT_CWD ?? process.cwd(), values.capture)
  : await sampleCapture(scratch, 600);
const recorded = await serveWeir(['--no-live', capture]);
const waiting = await serveWeir();
const browser = await startBrowser();
let complaints = 0;

/**
 * Photographs one screen as it stands.
 * @param {import('playwright-core').Page} page
 * @param {string} name
 * @param {string} theme
 */
async function photograph(page, name, theme) {
  if (!name.includes(values.only)) return;
  for (const [width, height] of sizes) {
    await page.setViewportSize({ width, height });
    // Two frames: one to lay out, one to draw what the layout asked for.
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    await page.waitForTimeout(400);
    await page.screenshot({ path: join(folder, `${name}-${theme}-${width}.png`) });
    console.log(`shots/${name}-${theme}-${width}.png`);
  }
}

try {
  for (const theme of themes) {
    const first = await openPage(browser, waiting.address, { colorScheme: theme });
    await first.page.waitForTimeout(500);
    await photograph(first.page, 'first-run', theme);
    const { page, complaints: heard } = await openPage(browser, recorded.address, { colorScheme: theme });
    await page.locator('tbody tr.row').first().waitFor();
    const screens = await page
      .locator('nav [href^="#/"]')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
    for (const address of screens) {
      await page.goto(new URL(address, recorded.address).href);
      await page.waitForTimeout(500);
      await photograph(page, address.replace('#/', ''), theme);
    }
    for (const text of [...first.complaints, ...heard]) {
      complaints++;
      console.error(`The page complained: ${text}`);
    }
  }
} finally {
  await browser.close();
  await Promise.all([recorded.stop(), waiting.stop()]);
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(complaints === 0 ? 0 : 1);
