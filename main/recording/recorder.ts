/**
 * The recording of a live workspace: takes batches of datagrams, closes segments by size and time, compresses what
 * is closed, and lets the oldest go where the budget is reached. It never throws at whoever hands it datagrams: where
 * the disk refuses, what could not be recorded is counted, the reason is in the status, nothing is deleted, and the
 * next batch tries again.
 */
import { mkdirSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { Interval } from '../../shared/model/question.ts';
import type {
  DatagramBatch,
  RecordedRange,
  RecordedSegment,
  RecordingSettings,
  RecordingStatus,
} from '../../shared/model/recording.ts';
import { entriesOf } from './batch.ts';
import { findSegments, rangeOf } from './find.ts';
import { sequenceOf } from './segment.ts';
import { compressSegment } from './stored.ts';
import { OpenSegment, type Write, writeAt } from './write-segment.ts';

/** A segment is closed at this size or age. */
const SEGMENT_OCTETS = 64 * 1024 * 1024;
const SEGMENT_MS = 3600_000;
const MOST_BUDGET_OCTETS = 4 * 1024 ** 3;
/** Compressed to this part, before any segment has told. */
const USUAL_RATIO = 0.3;
/** The present rate is that of the last minutes. */
const RATE_MINUTES = 10;
const DAY_SECONDS = 86_400;

export const DEFAULT_RECORDING: RecordingSettings = { enabled: true, budgetOctets: null };

export type RecorderOptions = {
  /** Made where it is missing. */
  folder: string;
  settings: RecordingSettings;
  /** What a budget of null stands for; null: it is chosen now, by the room on the disk. */
  automaticOctets: number | null;
  /** Told whenever something was chosen that is to be kept. */
  keep: (settings: RecordingSettings, automaticOctets: number) => void;
  nowMs: number;
  segmentOctets?: number;
  write?: Write;
  /** Whether closed segments are compressed by themselves. */
  compresses?: boolean;
};

export class Recorder {
  readonly #options: RecorderOptions;
  readonly #segmentOctets: number;
  readonly #write: Write;
  #settings: RecordingSettings;
  #automaticOctets: number;
  /** Closed segments, oldest first. */
  #segments: RecordedSegment[] = [];
  #open: OpenSegment | null = null;
  #run: number;
  #nextSequence = 1;
  #dropped = 0;
  #problem = '';
  readonly #notices: string[] = [];
  #compressing: Promise<void> | null = null;
  #compressionFailed = false;
  #closed = false;
  /** Octets as they came, per minute of the engine's time. */
  #rate: { minute: number; octets: number }[] = [];

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#segmentOctets = options.segmentOctets ?? SEGMENT_OCTETS;
    this.#write = options.write ?? writeAt;
    this.#settings = options.settings;
    this.#run = options.nowMs;
    try {
      mkdirSync(options.folder, { recursive: true, mode: 0o700 });
      this.#find();
    } catch (error) {
      this.#problem = this.#sentence(error);
    }
    this.#automaticOctets = options.automaticOctets ?? this.#chooseBudget();
    if (options.automaticOctets === null) options.keep(this.#settings, this.#automaticOctets);
    this.#expire();
    this.#compressNext();
  }

  /** What an earlier run left: whole segments, one that was being written, one that was being compressed. */
  #find(): void {
    const { folder } = this.#options;
    for (const file of readdirSync(folder))
      if (sequenceOf(file) !== null && file.endsWith('.part')) this.#removeFile(file);
    const found = findSegments(folder, true);
    this.#segments = found.segments;
    this.#notices.push(...found.notices);
    this.#nextSequence = found.lastSequence + 1;
    for (const { name, compressed } of found.segments)
      if (compressed) for (const ending of ['.pcap', '.marks']) this.#removeFile(name + ending);
    for (const name of found.empty) this.#remove(name);
  }

  #chooseBudget(): number {
    try {
      const { bavail, bsize } = statfsSync(this.#options.folder);
      return Math.min(MOST_BUDGET_OCTETS, Math.floor((bavail * bsize + this.#octets()) / 10));
    } catch {
      return MOST_BUDGET_OCTETS;
    }
  }

  #octets(): number {
    return this.#segments.reduce((sum, { octets }) => sum + octets, this.#open?.storedOctets ?? 0);
  }

  get #budgetOctets(): number {
    return this.#settings.budgetOctets ?? this.#automaticOctets;
  }

  /** Records a batch, or counts it as dropped and says why in the status. */
  append(batch: DatagramBatch): null {
    if (!this.#settings.enabled || this.#closed) return null;
    let firstMs = Number.NaN;
    for (const { timeMs } of entriesOf(batch)) {
      firstMs = timeMs;
      break;
    }
    if (Number.isNaN(firstMs)) return null;
    try {
      const open = this.#open;
      if (open && (open.octets >= this.#segmentOctets || Math.abs(firstMs - open.begunMs) >= SEGMENT_MS))
        this.#close();
      this.#open ??= new OpenSegment(
        this.#options.folder,
        this.#nextSequence++,
        this.#run,
        firstMs,
        this.#write,
      );
      this.#open.append(batch);
      this.#noteRate(firstMs, batch.bytes.length);
      this.#problem = '';
    } catch (error) {
      if (this.#problem === '') this.#close();
      this.#dropped += batch.datagrams;
      this.#problem = this.#sentence(error);
      // What comes after the gap is another run, so that the gap is seen.
      this.#run = firstMs;
    }
    this.#expire();
    return null;
  }

  #noteRate(timeMs: number, octets: number): void {
    const minute = Math.floor(timeMs / 60_000);
    const last = this.#rate.at(-1);
    if (last?.minute === minute) last.octets += octets;
    else this.#rate.push({ minute, octets });
    this.#rate = this.#rate.filter((one) => Math.abs(minute - one.minute) <= RATE_MINUTES);
  }

  #close(): void {
    const open = this.#open;
    if (!open) return;
    this.#open = null;
    open.close();
    if (open.datagrams === 0) this.#remove(open.name);
    else this.#segments.push(open.description());
    this.#compressNext();
  }

  /** Compresses closed segments, oldest first, one at a time. */
  #compressNext(): void {
    if (this.#options.compresses === false || this.#compressing || this.#closed) return;
    const plain = this.#segments.find(({ compressed }) => !compressed);
    if (!plain) return;
    this.#compressing = compressSegment(this.#options.folder, plain)
      .then((compressed) => {
        this.#compressionFailed = false;
        const at = this.#segments.indexOf(plain);
        // It may have been let go meanwhile.
        if (at < 0) this.#remove(plain.name);
        else {
          this.#segments[at] = compressed;
          for (const ending of ['.pcap', '.marks']) this.#removeFile(plain.name + ending);
        }
      })
      .catch(() => {
        this.#compressionFailed = true;
      })
      .finally(() => {
        this.#compressing = null;
        if (!this.#compressionFailed) this.#compressNext();
      });
  }

  /** Settles when nothing is being compressed. */
  async settled(): Promise<void> {
    while (this.#compressing) await this.#compressing;
  }

  /** Lets the oldest closed segments go as long as the budget is passed. */
  #expire(): void {
    let octets = this.#octets();
    while (octets > this.#budgetOctets) {
      const oldest = this.#segments.shift();
      if (!oldest) return;
      octets -= oldest.octets;
      this.#remove(oldest.name);
    }
  }

  #remove(name: string): void {
    for (const ending of ['.pcap', '.marks', '.pcap.zst', '.index']) this.#removeFile(name + ending);
  }

  #removeFile(file: string): void {
    try {
      rmSync(join(this.#options.folder, file), { force: true });
    } catch {
      // A reader has it open (Windows): it is found and let go at the next start.
    }
  }

  /** Turns the recording on or off, or gives it another budget. What is beyond a smaller budget goes at once. */
  set(settings: RecordingSettings, nowMs: number): RecordingStatus {
    if (settings.enabled && !this.#settings.enabled) this.#run = nowMs;
    if (!settings.enabled) this.#close();
    this.#settings = settings;
    this.#problem = '';
    this.#options.keep(settings, this.#automaticOctets);
    this.#expire();
    return this.status();
  }

  /** Deletes all that is recorded; recording goes on. */
  deleteAll(nowMs: number): RecordingStatus {
    this.#close();
    for (const { name } of this.#segments.splice(0)) this.#remove(name);
    this.#notices.length = 0;
    this.#run = nowMs;
    return this.status();
  }

  #all(): RecordedSegment[] {
    const open = this.#open?.datagrams ? [this.#open.description()] : [];
    return [...this.#segments, ...open];
  }

  status(): RecordingStatus {
    const all = this.#all();
    const octets = this.#octets();
    const octetsPerSecond = this.#ratePerSecond() * this.#ratio();
    return {
      settings: this.#settings,
      folder: this.#options.folder,
      budgetOctets: this.#budgetOctets,
      interval:
        all.length > 0
          ? {
              fromMs: Math.min(...all.map(({ fromMs }) => fromMs)),
              toMs: Math.max(...all.map(({ toMs }) => toMs)),
            }
          : null,
      segments: all.length,
      datagrams: all.reduce((sum, { datagrams }) => sum + datagrams, 0),
      octets,
      octetsPerSecond,
      days: octetsPerSecond > 0 ? this.#budgetOctets / octetsPerSecond / DAY_SECONDS : null,
      dropped: this.#dropped,
      problem: this.#problem,
      notice: this.#notices[0] ?? '',
    };
  }

  #ratePerSecond(): number {
    const [first] = this.#rate;
    const last = this.#rate.at(-1);
    if (!first || !last) return 0;
    // The minute under way is whole only when the next has begun.
    const whole = this.#rate.length > 1 ? this.#rate.slice(0, -1) : this.#rate;
    const minutes = this.#rate.length > 1 ? Math.max(1, last.minute - first.minute) : 1;
    return whole.reduce((sum, { octets }) => sum + octets, 0) / (minutes * 60);
  }

  /** What a compressed octet takes on disk, by the newest compressed segments. */
  #ratio(): number {
    let stored = 0;
    let plain = 0;
    for (const { compressed, octets, blocks } of this.#segments.slice(-8)) {
      if (!compressed) continue;
      stored += octets;
      plain += blocks.reduce((sum, block) => sum + block.octets, 0);
    }
    return plain > 0 ? stored / plain : USUAL_RATIO;
  }

  /** The segments that overlap a range, and when recording went on; `nowMs` is the engine's time. */
  range(interval: Interval, nowMs: number): RecordedRange {
    const goesOn = this.#settings.enabled && this.#problem === '';
    return rangeOf(this.#options.folder, this.#all(), interval, goesOn ? { run: this.#run, nowMs } : null);
  }

  #sentence(error: unknown): string {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const { folder } = this.#options;
    return code === 'ENOSPC' || code === 'EDQUOT'
      ? `The disk that holds ${folder} is full; nothing is recorded until there is room, and what is on the screen goes on.`
      : `Datagrams cannot be recorded in ${folder} (${code || 'unknown reason'}); what is on the screen goes on.`;
  }

  /** Ends the writing; what is not compressed yet is compressed by the next run. */
  close(): void {
    this.#close();
    this.#closed = true;
  }
}
