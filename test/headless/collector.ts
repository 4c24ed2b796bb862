/** What `killed.ts` runs in a process of its own: a live workspace on a data directory, without any door. */
import { startHost } from '../../main/hosts/host.ts';

const [dataDirectory, port] = process.argv.slice(2);
try {
  const host = await startHost({
    kind: 'serve',
    version: 'test',
    dataDirectory: dataDirectory!,
    listeners: [{ address: '127.0.0.1', port: Number(port) }],
    live: true,
    captures: [],
  });
  process.once('SIGTERM', () => void host.stop().then(() => process.exit(0)));
  process.send?.('ready');
} catch (error) {
  process.send?.(error instanceof Error ? error.message : 'It cannot be started.');
  process.exitCode = 1;
}
