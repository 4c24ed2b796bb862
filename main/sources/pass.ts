/**
 * One reading of a capture, whoever brings the octets: the parser that the first octets ask for, the count of
 * what came, and the sentences that tell a user of it.
 */
import type { Tally } from '../../shared/model/network.ts';
import type { Compression } from './compression.ts';
import { CaptureError } from './input.ts';
import { type DatagramReceiver, PacketReader } from './packet-reader.ts';
import { PCAP_HEADER_OCTETS, PcapParser, pcapKind } from './pcap.ts';
import { PcapngParser, SECTION_HEADER, sectionIsLittle } from './pcapng.ts';
import { CUT_BY_CAPTURE, DAMAGED_RECORD, FRAGMENTS_MISSING } from './problems.ts';

/** A record's place in the decompressed capture, as `CaptureMeta.recordOffset` gave it. */
export type CapturePosition = { recordOffset: number };

export type CaptureOptions = {
  /** Ends the reading after the part at hand; the summary then says `complete: false`. */
  signal?: AbortSignal;
  /** Hands on only what lies at this record and behind it. */
  from?: CapturePosition;
};

export type CaptureSummary = {
  format: 'pcap' | 'pcapng';
  compression: Compression;
  /** Captured packets of any kind. */
  packets: number;
  /** sFlow datagrams handed on, and their octets. */
  datagrams: number;
  octets: number;
  /** Least and greatest time of the datagrams, milliseconds since 1970; NaN where there is none. */
  firstMs: number;
  lastMs: number;
  /** false where the reading was cancelled or the file ended early. */
  complete: boolean;
  /** What ought to have been readable and was not. */
  problems: Tally[];
  /** Sound packets that are not sFlow, by what they are. */
  skipped: Tally[];
  /** What a user should know of the file: plain sentences, or ''. */
  notice: string;
};

type Parser = PcapParser | PcapngParser;

/** One reading of a capture: the parser its first octets ask for, and the summary at the end. */
export class Pass {
  readonly #name: string;
  readonly #compression: Compression;
  readonly #options: CaptureOptions;
  readonly #reader: PacketReader;
  #parser: Parser | null = null;

  constructor(name: string, compression: Compression, receiver: DatagramReceiver, options: CaptureOptions) {
    this.#name = name;
    this.#compression = compression;
    this.#options = options;
    this.#reader = new PacketReader(receiver);
  }

  get parser(): Parser {
    if (!this.#parser) throw new Error('the pass has not begun');
    return this.#parser;
  }

  /**
   * Chooses the parser by the first octets (12 or all there are) and returns where to go on: a pcap file's
   * records mean the same wherever one begins, a pcapng file's need the blocks before them.
   */
  begin(bytes: Uint8Array, view: DataView, end: number): number {
    const fromOffset = this.#options.from?.recordOffset ?? 0;
    if (end >= 4) {
      const magic = view.getUint32(0);
      const kind = pcapKind(magic);
      if (kind) {
        this.#parser = new PcapParser(kind, this.#reader, fromOffset);
        if (fromOffset <= PCAP_HEADER_OCTETS || end < PCAP_HEADER_OCTETS) return 0;
        this.#parser.parse(bytes, view, 0, PCAP_HEADER_OCTETS, 0, false);
        return fromOffset;
      }
      if (magic === SECTION_HEADER && (end < 12 || sectionIsLittle(view, 0) !== null)) {
        this.#parser = new PcapngParser(this.#reader, fromOffset);
        return 0;
      }
    }
    throw new CaptureError('not a capture', notACapture(this.#name, bytes.subarray(0, Math.min(end, 12))));
  }

  /** Counts what is left over and sums up. `damage` is the input's own, a predicate. */
  finish(ended: boolean, damage: string): CaptureSummary {
    const { parser } = this;
    const reader = this.#reader;
    const name = this.#name;
    reader.finish();
    const sentences: string[] = [];
    if (damage !== '') {
      reader.problems.add('compressed data ended early');
      sentences.push(`${name} ${damage}; everything before that was read.`);
    } else if (parser.cut) {
      reader.problems.add('file ends inside a record');
      sentences.push(`${name} ends in the middle of a record; everything before it was read.`);
    }
    const damaged = reader.problems.of(DAMAGED_RECORD);
    if (damaged > 0) {
      const places = damaged === 1 ? 'one place' : `${damaged} places`;
      sentences.push(`${name} is damaged in ${places}; the records that could be read were read.`);
    }
    const cut = reader.problems.of(CUT_BY_CAPTURE);
    if (cut > 0) {
      const packets = cut === 1 ? 'one packet' : `${cut} packets`;
      sentences.push(
        `${name} has ${packets} cut short at capture; capture whole packets to keep all samples.`,
      );
    }
    const incomplete = reader.problems.of(FRAGMENTS_MISSING);
    if (incomplete > 0) {
      const datagrams = incomplete === 1 ? 'one datagram' : `${incomplete} datagrams`;
      sentences.push(
        `${name} lacks IP fragments of ${datagrams}; a capture filter by port drops them, one by host keeps them.`,
      );
    }
    if (ended && reader.datagrams === 0 && !this.#options.from) {
      throw new CaptureError('no sFlow', noSflow(name, reader, sentences));
    }
    return {
      format: parser.format,
      compression: this.#compression,
      packets: reader.packets,
      datagrams: reader.datagrams,
      octets: reader.octets,
      firstMs: reader.datagrams > 0 ? reader.firstMs : Number.NaN,
      lastMs: reader.datagrams > 0 ? reader.lastMs : Number.NaN,
      complete: ended && damage === '' && !parser.cut,
      problems: reader.problems.list(),
      skipped: reader.skipped.list(),
      notice: sentences.join(' '),
    };
  }
}

function notACapture(name: string, head: Uint8Array): string {
  const text = String.fromCharCode(...head);
  const hint = text.startsWith('PK')
    ? ' It looks like a zip archive: unpack it first.'
    : text.startsWith('BZh') || text.startsWith('\xfd7zXZ')
      ? ' It looks like a bzip2 or xz file: decompress it first.'
      : '';
  return `${name} is not a capture that Weir can read: it is neither pcap nor pcapng.${hint}`;
}

/** Says what there is instead, because that is what tells a user what went wrong. */
function noSflow(name: string, reader: PacketReader, sentences: string[]): string {
  const packets = reader.packets === 1 ? 'its one packet is' : `its ${reader.packets} packets are`;
  const most = [...reader.skipped.list(), ...reader.problems.list()].sort((a, b) => b.count - a.count)[0];
  if (reader.packets === 0) {
    return sentences.length > 0
      ? `${name} holds no whole packet. ${sentences.join(' ')}`
      : `${name} holds no packets.`;
  }
  return `${name} holds no sFlow: ${packets} something else${most ? ` (mostly: ${most.name})` : ''}.`;
}
