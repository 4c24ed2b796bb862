/** A range of time as one pcap file: of the recording of a live workspace, or of the capture that is shown. */
import { formatCount } from '../../shared/format/rates.ts';
import type { Zone } from '../../shared/format/time.ts';
import type { Interval } from '../../shared/model/question.ts';
import type { RecordedPart } from '../../shared/model/recording.ts';
import type { WorkspaceStatus } from '../../shared/model/workspace.ts';
import { problemOf, useApi } from '../api.ts';
import { useToasts } from '../stores/toasts.ts';
import { download } from './deliver.ts';
import { exportFileName } from './file-name.ts';

/** All parts of a range as one file, and what a user should know of it. `told` hears how many datagrams are there. */
export async function exportRange(
  interval: Interval,
  ask: (interval: Interval, from: RecordedPart['next']) => Promise<RecordedPart>,
  told: (datagrams: number) => void,
): Promise<{ file: Blob; datagrams: number; notice: string }> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let datagrams = 0;
  let notice = '';
  let from: RecordedPart['next'] = null;
  do {
    const part: RecordedPart = await ask(interval, from);
    parts.push(part.bytes as Uint8Array<ArrayBuffer>);
    datagrams += part.datagrams;
    notice ||= part.notice;
    from = part.next;
    told(datagrams);
  } while (from !== null);
  return { file: new Blob(parts, { type: 'application/vnd.tcpdump.pcap' }), datagrams, notice };
}

/** Saves every datagram of a range, and says how many there were. `told` hears how many are there meanwhile. */
export async function saveRange(
  workspace: string,
  kind: WorkspaceStatus['kind'],
  interval: Interval,
  zone: Zone,
  told: (datagrams: number) => void = () => {},
): Promise<void> {
  const toasts = useToasts();
  try {
    const made =
      kind === 'live'
        ? await exportRange(
            interval,
            (range, from) => useApi().ask(workspace, 'recording.export', [range, from]),
            told,
          )
        : await exportCapture(workspace, interval);
    if (made.datagrams === 0) {
      toasts.show({ tone: 'warn', title: 'There is nothing to save in this range.', detail: made.notice });
      return;
    }
    download(exportFileName(kind === 'live' ? 'recording' : 'capture', interval, zone, 'pcap'), made.file);
    toasts.show({
      tone: made.notice ? 'warn' : 'ok',
      title: `${formatCount(made.datagrams)} datagrams exported. ${made.notice}`.trim(),
    });
  } catch (error) {
    toasts.problem(problemOf(error));
  }
}

async function exportCapture(workspace: string, interval: Interval) {
  const all = { agent: null, subAgentId: null, ifIndex: null, filter: '', only: 'all' } as const;
  const { bytes, packets, notice } = await useApi().ask(workspace, 'datagrams.export', [
    { what: { filter: { ...all, interval } }, form: 'datagrams' },
  ]);
  const file = new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'application/vnd.tcpdump.pcap' });
  return { file, datagrams: packets, notice };
}
