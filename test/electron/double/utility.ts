/** The double of `utilityProcess`: a Node process that finds, as in Electron, a port to its parent on `process`. */
import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { mustFollowReady } from './app.ts';

/** What Electron puts on the process before the module runs. */
const parentPort = `
  import { EventEmitter } from 'node:events';
  const port = new EventEmitter();
  port.postMessage = (message) => process.send(message);
  process.on('message', (data) => port.emit('message', { data, ports: [] }));
  process.parentPort = port;
`;

export const utilityProcess = {
  fork(modulePath: string, words: string[] = []) {
    mustFollowReady('utilityProcess.fork');
    const child = fork(modulePath, words, {
      serialization: 'advanced',
      execArgv: ['--import', `data:text/javascript,${encodeURIComponent(parentPort)}`],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const double = new EventEmitter();
    child.on('message', (message) => double.emit('message', message));
    child.on('exit', (code) => double.emit('exit', code));
    return Object.assign(double, {
      postMessage: (message: object) => void child.send(message),
      kill: () => child.kill('SIGKILL'),
    });
  },
};
