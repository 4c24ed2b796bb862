/**
 * What was chosen in the inspector as a pcap file, of bounded size: whole datagrams with the UDP and IP headers they
 * had, or each sampled header as a packet of its own. What did not fit, or could not be written, is said.
 */
import { formatCount } from '../../shared/format/rates.ts';
import type { DatagramExport, DatagramExportQuestion } from '../../shared/model/inspect.ts';
import { type Endpoint, PcapWriter } from '../sources/pcap-write.ts';
import type { FoundHeader } from './examine.ts';
import { FrameWriter } from './frames.ts';

/** The largest file that is made. */
export const EXPORT_OCTETS = 128 * 1024 * 1024;
/** Record, Ethernet, IPv6 and UDP headers around a datagram. */
const MOST_HEADERS_OCTETS = 16 + 14 + 40 + 8;

export class Export {
  readonly #form: DatagramExportQuestion['form'];
  readonly #limitOctets: number;
  readonly #datagrams = new PcapWriter();
  readonly #frames = new FrameWriter();
  #packets = 0;
  #left = 0;

  constructor(form: DatagramExportQuestion['form'], limitOctets: number = EXPORT_OCTETS) {
    this.#form = form;
    this.#limitOctets = limitOctets;
  }

  /** Adds one datagram (start ≤ o < end), or the headers that were found in it. */
  add(
    bytes: Uint8Array,
    start: number,
    end: number,
    timeMs: number,
    ends: () => { from: Endpoint; to: Endpoint },
    headers: readonly FoundHeader[],
  ): void {
    if (this.#form === 'datagrams') {
      if (this.#datagrams.waitingOctets + MOST_HEADERS_OCTETS + end - start > this.#limitOctets) {
        this.#left++;
        return;
      }
      const { from, to } = ends();
      this.#datagrams.append(bytes.subarray(start, end), timeMs, from, to);
      this.#packets++;
      return;
    }
    for (const header of headers) {
      if (this.#frames.octets + MOST_HEADERS_OCTETS + header.end - header.start > this.#limitOctets)
        this.#left++;
      else this.#frames.append(bytes, header.start, header.end, header.protocol, header.frameLength, timeMs);
    }
  }

  /** The file, and what a user should know of it. */
  finish(): DatagramExport {
    const isHeaders = this.#form === 'headers';
    const notices: string[] = [];
    if (this.#left > 0)
      notices.push(
        `The file holds the first ${formatCount(this.#limitOctets / 1024 / 1024)} MiB; ${formatCount(this.#left)} ${isHeaders ? 'packets' : 'datagrams'} more were left out. Choose a shorter range or a narrower filter.`,
      );
    const { refused } = this.#frames;
    if (refused > 0)
      notices.push(
        `${formatCount(refused)} sampled ${refused === 1 ? 'header is' : 'headers are'} of a kind that an Ethernet capture cannot hold, and ${refused === 1 ? 'was' : 'were'} left out.`,
      );
    return {
      bytes: isHeaders ? this.#frames.take() : this.#datagrams.take(),
      packets: isHeaders ? this.#frames.packets : this.#packets,
      notice: notices.join(' '),
    };
  }
}
