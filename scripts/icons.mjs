// Draws the icons of the installers from resources/icon.svg: PNGs in the sizes that Linux wants, and from the same
// PNGs the containers of Windows (.ico) and macOS (.icns). Run it after a change of the drawing; the results are
// kept, because a build must not need a browser.
import './right-node.mjs';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { findBrowser } from './browsers.mjs';
import { projectRoot } from './right-node.mjs';

const sizes = [16, 24, 32, 48, 64, 128, 256, 512, 1024];

/**
 * Windows icon: a directory of PNGs. Layout after the ICO format as Windows reads it since Vista.
 * @param {Map<number, Buffer>} pictures
 */
function icoOf(pictures) {
  const chosen = [...pictures].filter(([size]) => size <= 256);
  const head = Buffer.alloc(6 + 16 * chosen.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(chosen.length, 4);
  let offset = head.length;
  chosen.forEach(([size, picture], index) => {
    const at = 6 + 16 * index;
    head.writeUInt8(size % 256, at); // 0 stands for 256.
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(picture.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += picture.length;
  });
  return Buffer.concat([head, ...chosen.map(([, picture]) => picture)]);
}

/**
 * macOS icon: tagged PNGs; the second name of a size is its double-density form.
 * @param {Map<number, Buffer>} pictures
 */
function icnsOf(pictures) {
  /** @type {[string, number][]} */
  const entries = [
    ['ic11', 32],
    ['ic12', 64],
    ['ic07', 128],
    ['ic13', 256],
    ['ic08', 256],
    ['ic14', 512],
    ['ic09', 512],
    ['ic10', 1024],
  ];
  const parts = entries.map(([name, size]) => {
    const picture = pictures.get(size) ?? Buffer.alloc(0);
    const head = Buffer.alloc(8);
    head.write(name, 'latin1');
    head.writeUInt32BE(8 + picture.length, 4);
    return Buffer.concat([head, picture]);
  });
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.write('icns', 'latin1');
  head.writeUInt32BE(8 + body.length, 4);
  return Buffer.concat([head, body]);
}

const executablePath = findBrowser();
if (executablePath === null) {
  console.error('Drawing the icons needs Chromium, Chrome or Edge; none is installed.');
  process.exit(1);
}
const drawing = readFileSync(join(projectRoot, 'resources/icon.svg'), 'utf8');
const folder = join(projectRoot, 'resources/icons');
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 });
const page = await browser.newPage();
/** @type {Map<number, Buffer>} */
const pictures = new Map();
for (const size of sizes) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(
    `<style>body { margin: 0 } svg { display: block; width: ${size}px }</style>${drawing}`,
  );
  const picture = await page.screenshot({ omitBackground: true });
  pictures.set(size, picture);
  writeFileSync(join(folder, `${size}x${size}.png`), picture);
}
await browser.close();
writeFileSync(join(projectRoot, 'resources/icon.ico'), icoOf(pictures));
writeFileSync(join(projectRoot, 'resources/icon.icns'), icnsOf(pictures));
console.log(`Drew ${sizes.length} sizes, icon.ico and icon.icns.`);
