/**
 * A process that may be killed, Electron's way: its program cannot be forked as a Node (the fuse for that is off), but
 * it can run a module as a utility process.
 */
import { utilityProcess } from 'electron';
import type { StartProcess } from '../hosts/sql.ts';

export const startUtility: StartProcess = (modulePath) => {
  const child = utilityProcess.fork(modulePath, [], { stdio: 'ignore', serviceName: 'Weir SQL' });
  return {
    send: (message) => child.postMessage(message),
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => child.on('exit', listener),
    kill: () => void child.kill(),
  };
};
