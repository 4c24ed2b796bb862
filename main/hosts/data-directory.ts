/** Where a program keeps its data on this system. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The data directory of a Weir without a window, where it is not told another one. */
export function defaultDataDirectory(): string {
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Weir');
  if (process.platform === 'win32')
    return join(process.env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Weir');
  return join(process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'weir');
}
