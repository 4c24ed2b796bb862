/** Names of exported files: from what is shown and when, safe on every system. */
import { formatIso, type Zone } from '../../shared/format/time.ts';
import type { Interval } from '../../shared/model/question.ts';

const LONGEST = 96;
/** Names that Windows keeps for devices. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/** A part of a file name: letters, digits and hyphens of the text, in lower case; never empty. */
export function slug(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}.]+/gu, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[-.]+|[-.]+$/g, '');
  const cut = [...plain]
    .slice(0, LONGEST)
    .join('')
    .replace(/[-.]+$/, '');
  return cut === '' || RESERVED.test(cut) ? `weir-${cut || 'export'}` : cut;
}

/** 'top-10-connections_2015-03-13T185054_185554.csv'. The day of the end is told where it is another. */
export function exportFileName(title: string, interval: Interval, zone: Zone, extension: string): string {
  const moment = (timeMs: number) => formatIso(timeMs, zone).slice(0, 19).replaceAll(':', '');
  const from = moment(interval.fromMs);
  const to = moment(interval.toMs);
  const end = from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : to;
  return `${slug(title)}_${from}_${end}.${extension}`;
}
