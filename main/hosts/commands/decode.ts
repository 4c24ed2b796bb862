/**
 * `weir decode`: datagrams of a capture, or as they arrive, in words. The formats text, line and json are
 * sflowtool's (-k, -l, -j; json-indented is its -J); full is everything Weir knows, one JSON object per line.
 */
import { parseArgs } from 'node:util';
import { formatIpv4Octets, formatIpv6 } from '../../../shared/format/address.ts';
import { describeDatagram } from '../../inspect/datagram.ts';
import { SflowtoolFormat, type SflowtoolShape } from '../../sflow/sflowtool/format.ts';
import { type CaptureMeta, readCapture } from '../../sources/capture.ts';
import { openListeners } from '../../sources/udp.ts';
import type { Command } from '../cli.ts';
import { parseChoice, parseEndpoint, stopSignal, UsageError } from './usage.ts';

const formats = ['text', 'line', 'json', 'json-indented', 'full'] as const;
type Format = (typeof formats)[number];

const shapes: Record<Exclude<Format, 'full'>, SflowtoolShape> = {
  text: 'text',
  line: 'line',
  json: 'json-compact',
  'json-indented': 'json',
};
/** Text is written in pieces of about this size. */
const PIECE = 1 << 18;

type Print = (
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
  timeMs: number,
  source: string,
  fromFile: boolean,
) => string;

function printer(format: Format): Print {
  if (format === 'full') {
    return (bytes, view, start, end, timeMs, source) =>
      `${JSON.stringify({ time: new Date(timeMs).toISOString(), source, ...describeDatagram(bytes, view, start, end) })}\n`;
  }
  const shape = new SflowtoolFormat(shapes[format], { utcOffsetMinutes: 0 });
  return (bytes, view, start, end, timeMs, source, fromFile) => {
    const seconds = Math.floor(timeMs / 1000);
    return shape.print(bytes, view, start, end, {
      seconds,
      microseconds: Math.round(timeMs * 1000 - seconds * 1e6),
      fromFile,
      // sflowtool does not look at the UDP header of a file's datagrams.
      source: fromFile ? null : source,
    });
  };
}

function sourceOf(bytes: Uint8Array, meta: CaptureMeta): string {
  if (meta.sourceIp < 0) return '-';
  return meta.sourceType === 4 ? formatIpv4Octets(bytes, meta.sourceIp) : formatIpv6(bytes, meta.sourceIp);
}

export const decode: Command = {
  name: 'decode',
  usage: 'decode FILE | --live [ADDRESS:]PORT  [--format text|line|json|json-indented|full]',
  about: 'Prints decoded datagrams as sflowtool does (text -k, line -l, json -j), or in full as JSON lines.',
  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { format: { type: 'string', default: 'text' }, live: { type: 'string' } },
    });
    const print = printer(parseChoice(values.format, '--format', formats));
    if ((values.live === undefined) === (positionals.length === 0) || positionals.length > 1)
      throw new UsageError('decode takes one capture, or --live PORT: weir decode FILE --format text.');
    if (values.live !== undefined) await decodeLive(values.live, print);
    else await decodeFile(positionals[0]!, print);
  },
};

async function decodeFile(path: string, print: Print): Promise<void> {
  let text = '';
  const flush = async (): Promise<void> => {
    const piece = text;
    text = '';
    if (piece !== '' && !process.stdout.write(piece))
      await new Promise((resolve) => process.stdout.once('drain', resolve));
  };
  const summary = await readCapture(
    path,
    {
      datagram(bytes, view, start, end, meta) {
        text += print(bytes, view, start, end, meta.timeMs, sourceOf(bytes, meta), true);
        if (text.length > PIECE) {
          process.stdout.write(text);
          text = '';
        }
      },
      chunk: flush,
    },
    { signal: stopSignal() },
  );
  await flush();
  if (summary.notice) process.stderr.write(`${summary.notice}\n`);
}

async function decodeLive(where: string, print: Print): Promise<void> {
  const { host, port } = parseEndpoint(where, '--live', '');
  const stop = stopSignal();
  const listeners = await openListeners(
    [{ address: host, port }],
    (bytes, timeMs, sender) => {
      process.stdout.write(
        print(
          bytes,
          new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
          0,
          bytes.length,
          timeMs,
          sender.address,
          false,
        ),
      );
    },
    (problem) => process.stderr.write(`${problem}\n`),
  );
  if (listeners.every((listener) => listener.status().state !== 'open'))
    throw new Error('Nothing can be decoded: no port could be opened.');
  if (!stop.aborted) await new Promise((resolve) => stop.addEventListener('abort', resolve));
  await Promise.all(listeners.map((listener) => listener.close()));
}
