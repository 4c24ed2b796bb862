/**
 * Where Electron starts. Only what must be done before Electron is ready stands here, and synchronously: the
 * main file is a module, and Electron waits for no more of it than its first run.
 */
import { app } from 'electron';
import { runApplication } from './application.ts';
import { ownWords, readLaunch } from './launch.ts';
import { registerScheme } from './protocol.ts';

const launch = readLaunch(ownWords(process.argv, app.isPackaged), process.cwd());
for (const problem of launch.problems) console.warn(problem);

if (launch.dataDirectory !== null) app.setPath('userData', launch.dataDirectory);
app.setAppUserModelId('app.weir.desktop');
app.enableSandbox();
registerScheme();

// A second start gives its files to the first and ends: two of them would fight over the port and the database.
if (app.requestSingleInstanceLock({ captures: launch.captures })) runApplication(launch);
else app.exit(0);
