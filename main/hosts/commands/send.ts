/** `weir send`: replays the sFlow datagrams of a capture over UDP. */
import { parseArgs } from 'node:util';
import { sendCapture } from '../../sources/send.ts';
import type { Command } from '../cli.ts';
import { parseEndpoint, stopSignal, UsageError } from './usage.ts';

export const send: Command = {
  name: 'send',
  usage: 'send FILE [--to 127.0.0.1:6343] [--speed 1|max|N]',
  about:
    'Sends the sFlow datagrams of a capture over UDP, at the pace they were captured, N times that, or as fast as it goes.',
  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { to: { type: 'string', default: '127.0.0.1:6343' }, speed: { type: 'string', default: '1' } },
    });
    const [path] = positionals;
    if (path === undefined || positionals.length > 1)
      throw new UsageError('send takes one capture: weir send FILE --to ADDRESS:PORT.');
    const speed = values.speed === 'max' ? 'max' : Number(values.speed);
    if (speed !== 'max' && !(speed > 0))
      throw new UsageError(`--speed takes a number above 0, or max; “${values.speed}” is not that.`);
    const result = await sendCapture(path, {
      ...parseEndpoint(values.to, '--to'),
      speed,
      signal: stopSignal(),
    });
    const seconds = result.elapsedMs / 1000;
    process.stdout.write(
      `Sent ${result.sent} datagrams (${result.octets} octets) in ${seconds.toFixed(2)} s` +
        `${result.errors > 0 ? `; ${result.errors} could not be sent` : ''}${result.complete ? '' : '; stopped before the end'}.\n`,
    );
    if (result.notice) process.stderr.write(`${result.notice}\n`);
  },
};
