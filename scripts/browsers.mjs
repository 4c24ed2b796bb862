// Finds an installed browser of the Chromium family: for the app window that stands in for Electron where its
// runtime cannot be had, and for the browser tests. Looks only where such browsers are put; starts nothing.
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const linuxNames = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
];
const macPaths = [
  'Google Chrome.app/Contents/MacOS/Google Chrome',
  'Chromium.app/Contents/MacOS/Chromium',
  'Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
];
const windowsPaths = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
  'Chromium\\Application\\chrome.exe',
];

/**
 * Every place where a browser may be, best first.
 * @param {NodeJS.Platform} platform
 * @param {NodeJS.ProcessEnv} environment
 */
export function browserPlaces(platform, environment) {
  const chosen = environment.WEIR_BROWSER ? [environment.WEIR_BROWSER] : [];
  if (platform === 'darwin') {
    const roots = ['/Applications', join(environment.HOME ?? '', 'Applications')];
    return [...chosen, ...roots.flatMap((root) => macPaths.map((path) => join(root, path)))];
  }
  if (platform === 'win32') {
    const roots = [environment.PROGRAMFILES, environment['PROGRAMFILES(X86)'], environment.LOCALAPPDATA];
    return [
      ...chosen,
      ...windowsPaths.flatMap((path) => roots.flatMap((root) => (root ? `${root}\\${path}` : []))),
    ];
  }
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...chosen, ...linuxNames.flatMap((name) => folders.map((folder) => join(folder, name)))];
}

/**
 * Path of an installed browser of the Chromium family, or null. WEIR_BROWSER names one by hand; "none" finds none.
 * @param {NodeJS.Platform} platform
 * @param {NodeJS.ProcessEnv} environment
 */
export function findBrowser(platform = process.platform, environment = process.env) {
  if (environment.WEIR_BROWSER === 'none') return null;
  for (const path of browserPlaces(platform, environment)) {
    if (!existsSync(path)) continue;
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // There, but not to be run by us: look on.
    }
  }
  return null;
}
