/** The traffic of an event as a pcap file: the datagrams that match, the packets that were sampled, or all that was recorded then. */
import { formatCount } from '../../../shared/format/rates.ts';
import type { Zone } from '../../../shared/format/time.ts';
import type { WeirEvent } from '../../../shared/model/event.ts';
import type { DatagramFilter } from '../../../shared/model/inspect.ts';
import { useApi } from '../../api.ts';
import { download } from '../../export/deliver.ts';
import { exportFileName, slug } from '../../export/file-name.ts';
import { exportRange } from '../../export/save-range.ts';

export type EvidenceForm = 'datagrams' | 'headers' | 'recorded';

/** What of the inspector's datagrams belongs to an event. */
export function evidenceFilter({
  dataSource,
  evidence,
}: Pick<WeirEvent, 'dataSource' | 'evidence'>): DatagramFilter {
  const { fromMs, toMs, agent, filter } = evidence;
  return {
    agent: agent === '' ? null : agent,
    subAgentId: null,
    ifIndex: agent !== '' && /^\d+$/.test(dataSource) ? Number(dataSource) : null,
    filter,
    only: 'all',
    interval: { fromMs, toMs },
  };
}

/** Saves the evidence of an event; answers what was saved in a sentence, and what a user should know beside it. */
export async function saveEvidence(
  workspace: string,
  event: WeirEvent,
  form: EvidenceForm,
  zone: Zone,
): Promise<{ packets: number; sentence: string; notice: string }> {
  const { fromMs, toMs } = event.evidence;
  const name = exportFileName(
    `event-${event.id}-${slug(event.name)}-${form}`,
    { fromMs, toMs },
    zone,
    'pcap',
  );
  const word = form === 'headers' ? 'sampled packets' : 'datagrams';
  const told = (packets: number, notice: string) => ({
    packets,
    sentence: packets === 0 ? `No ${word} of it are kept any more.` : `${formatCount(packets)} ${word} saved`,
    notice: notice || (packets === 0 ? '' : name),
  });
  if (form === 'recorded') {
    const made = await exportRange(
      { fromMs, toMs },
      (range, from) => useApi().ask(workspace, 'recording.export', [range, from]),
      () => undefined,
    );
    if (made.datagrams > 0) download(name, made.file);
    return told(made.datagrams, made.notice);
  }
  const { bytes, packets, notice } = await useApi().ask(workspace, 'datagrams.export', [
    { what: { filter: evidenceFilter(event) }, form },
  ]);
  if (packets > 0)
    download(name, new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'application/vnd.tcpdump.pcap' }));
  return told(packets, notice);
}
