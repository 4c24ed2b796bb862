/**
 * Why traffic changed: the same questions of two stretches of time, by everything that may be the cause, asked of the
 * engine itself, so that memory, recording, stored minutes and captures answer alike. What one of them cannot tell
 * (minutes are stored for the presets only) is named, and the rest is told.
 */
import { changesBetween, projectRows, sumOfChanges } from '../../shared/compare/changes.ts';
import { formatIpv4, formatIpv6Upper, parseAddress } from '../../shared/format/address.ts';
import { quantityOf } from '../../shared/format/quantity.ts';
import { BUNDLED_SERVICES, type ServiceNames } from '../../shared/format/service-names.ts';
import type {
  ChangedDimension,
  ExplainQuestion,
  Explanation,
  PatternField,
} from '../../shared/model/explanation.ts';
import type { FlowAnswer, FlowQuestion, Interval } from '../../shared/model/question.ts';
import { type Call, RpcError } from '../../shared/rpc.ts';
import {
  CONNECTION_KEYS,
  DESTINATION_SUBNET,
  type Dimension,
  dimensions,
  PATTERN_KEYS,
  SOURCE_SUBNET,
} from './dimensions.ts';
import { ANY, causesOf, type KnownPattern, type Ladder, type PatternRow, rungOf } from './patterns.ts';

/** Rows that are compared one by one; the rest is exact in `other`. */
const ASKED_ROWS = 500;
const SHOWN_ROWS = 12;
const MOST_BUCKETS = 150;

/** How the engine answers a flow question. */
export type AskFlows = (question: FlowQuestion, call?: Call<FlowAnswer>) => Promise<FlowAnswer>;

type Compared = ReturnType<typeof changesBetween> & { before: FlowAnswer; during: FlowAnswer };

/** Explains the change from `before` to `during`. Refuses what the engine refuses of the plain total. */
export async function explain(
  flows: AskFlows,
  question: ExplainQuestion,
  call?: Call<Explanation>,
  services: ServiceNames = BUNDLED_SERVICES,
): Promise<Explanation> {
  if (!quantityOf(question.value).isRate)
    throw new RpcError(
      'refused',
      `“${question.value}” is no sum: what it changed by has no parts to be explained by. Ask of a sum, as of bytes or frames.`,
    );
  const keySets = new Map<string, readonly string[]>();
  for (const keys of [[], PATTERN_KEYS, ...dimensions.map((dimension) => dimension.keys)])
    keySets.set(keys.join(), keys);
  let done = 0;
  const compare = async (keys: readonly string[]): Promise<Compared> => {
    const [before, during] = await Promise.all(
      [question.before, question.during].map((interval) =>
        flows(asked(question, keys, interval), quiet(call)),
      ),
    );
    call?.progress(++done / keySets.size, null);
    return { ...changesBetween(before!, during!), before: before!, during: during! };
  };
  // All at once, so that a recording or a capture is read once.
  const names = [...keySets.keys()];
  const settled = await Promise.allSettled([...keySets.values()].map(compare));
  const answers = new Map(names.map((name, index) => [name, settled[index]!]));
  const whole = fulfilled(answers.get('')!);
  const apart = apartFrom(question, whole.before.interval, whole.during.interval);
  if (apart) return explain(flows, { ...question, before: apart }, call, services);
  const problems: string[] = [];
  const found: ChangedDimension[] = [];
  for (const dimension of dimensions) {
    const answer = answers.get(dimension.keys.join())!;
    if (answer.status === 'rejected')
      problems.push(`Not told by ${dimension.label}: ${sentenceOf(answer.reason)}`);
    else {
      const told = tellDimension(dimension, answer.value);
      if (told) found.push(told);
    }
  }

  const fine = answers.get(PATTERN_KEYS.join())!;
  const isNoise = whole.total.status === 'same';
  const mined =
    fine.status === 'fulfilled'
      ? { rows: fine.value.rows, fields: FIELDS, of: fineLadders }
      : {
          rows: (await compare(CONNECTION_KEYS)).rows,
          fields: CONNECTION_FIELDS,
          of: connectionLadders(services),
        };
  const rows = mined.rows.map((row): PatternRow => ({ change: row, ladders: mined.of(row.keyTexts) }));
  return {
    during: whole.during.interval,
    before: whole.before.interval,
    value: question.value,
    provenance: { during: whole.during.provenance, before: whole.before.provenance },
    samples: { during: whole.during.total.samples[0] ?? 0, before: whole.before.total.samples[0] ?? 0 },
    total: whole.total,
    dimensions: found,
    fields: [...mined.fields],
    patterns: isNoise ? [] : causesOf(rows, whole.total.change, knownPatterns(found, mined.fields.length)),
    problems: [...new Set(problems)],
  };
}

/**
 * Trends widen both ranges to whole buckets, so that one may lie in both. Where it did, the earlier range is moved before
 * the other one; null where nothing is to be moved.
 */
function apartFrom(question: ExplainQuestion, before: Interval, during: Interval): Interval | null {
  const wereApart = question.before.toMs <= question.during.fromMs;
  if (!wereApart || before.toMs <= during.fromMs || question.before.toMs <= during.fromMs) return null;
  const movedMs = question.before.toMs - during.fromMs;
  return { fromMs: question.before.fromMs - movedMs, toMs: during.fromMs };
}

function asked(question: ExplainQuestion, keys: readonly string[], range: Interval): FlowQuestion {
  const { value, scope, filter, merge, dropped } = question;
  const lengthMs = Math.max(1000, range.toMs - range.fromMs);
  const stepMs = Math.max(1000, Math.ceil(lengthMs / MOST_BUCKETS / 1000) * 1000);
  const snap = (timeMs: number): number => Math.floor(timeMs / stepMs) * stepMs;
  const fromMs = snap(range.fromMs);
  const interval = { fromMs, toMs: Math.max(fromMs + stepMs, snap(range.toMs)) };
  return {
    keys,
    value,
    scope,
    filter,
    merge,
    interval,
    stepMs,
    limit: ASKED_ROWS,
    ...(dropped ? { dropped } : {}),
  };
}

/** The questions of one asking are given up together; their parts are counted, not shown. */
function quiet(call: Call<Explanation> | undefined): Call<FlowAnswer> | undefined {
  return call && { signal: call.signal, progress() {} };
}

function fulfilled<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}

function sentenceOf(reason: unknown): string {
  if (reason instanceof RpcError && reason.kind === 'refused') return reason.message;
  throw reason;
}

/** One dimension; null where none of the traffic has it. */
function tellDimension({ id, label, keys, keep }: Dimension, compared: Compared): ChangedDimension | null {
  const rows = keep ? projectRows(compared.rows, keep) : compared.rows;
  if (rows.every(({ keyTexts }) => keyTexts.every((text) => text === ''))) return null;
  const shown = rows.slice(0, SHOWN_ROWS);
  const other = sumOfChanges([...rows.slice(SHOWN_ROWS), compared.other]);
  return { id, label, keys: keep ? keep.map((at) => keys[at]!) : keys, rows: shown, other };
}

const FIELDS: readonly PatternField[] = [
  { id: 'source', label: 'Source' },
  { id: 'destination', label: 'Destination' },
  { id: 'application', label: 'Application' },
  { id: 'entering', label: 'Enters at' },
  { id: 'vlan', label: 'VLAN' },
  { id: 'vni', label: 'VNI' },
];
const CONNECTION_FIELDS = FIELDS.slice(0, 3);
const [SOURCE, DESTINATION] = PATTERN_KEYS as [string, string];
/** The leading octets of an address that make its subnet. */
const SUBNET_OCTETS = { 4: 3, 16: 8 } as const;

function plain(keys: readonly string[], texts: readonly string[]): Ladder {
  return texts.some((text) => text === '') ? [ANY] : [rungOf({ keys, texts }), ANY];
}

/** An address, its subnet as `mask:` spells it, anything. */
function hostLadder(key: string, subnetKey: string, text: string): Ladder {
  const octets = parseAddress(text);
  if (octets === null) return plain([key], [text]);
  const kept = octets.length === 4 ? SUBNET_OCTETS[4] : SUBNET_OCTETS[16];
  octets.fill(0, kept);
  const network =
    octets.length === 4 ? formatIpv4(new DataView(octets.buffer).getUint32(0)) : formatIpv6Upper(octets);
  return [
    rungOf({ keys: [key], texts: [text] }),
    rungOf({ keys: [subnetKey], texts: [`${network}/${kept * 8}`] }),
    ANY,
  ];
}

const sourceLadder = (text: string): Ladder => hostLadder(SOURCE, SOURCE_SUBNET, text);
const destinationLadder = (text: string): Ladder => hostLadder(DESTINATION, DESTINATION_SUBNET, text);

function fineLadders(texts: readonly string[]): Ladder[] {
  const [source = '', destination = '', application = '', agent = '', port = '', vlan = '', vni = ''] = texts;
  return [
    sourceLadder(source),
    destinationLadder(destination),
    plain(['application'], [application]),
    plain(PATTERN_KEYS.slice(3, 5), [agent, port]),
    plain(['vlan'], [vlan]),
    plain(['vni'], [vni]),
  ];
}

const connectionLadders =
  (services: ServiceNames) =>
  (texts: readonly string[]): Ladder[] => {
    const [source = '', sourcePort = '', destination = '', destinationPort = '', protocol = ''] = texts;
    const port = services.serverPort(
      Number(protocol),
      Number(sourcePort || -1),
      Number(destinationPort || -1),
    );
    const application = protocol === '' ? '' : port < 0 ? protocol : `${protocol}:${port}`;
    return [sourceLadder(source), destinationLadder(destination), plain(['application'], [application])];
  };

/** Which field of a pattern a dimension tells. */
const FIELD_OF: Readonly<Record<string, number>> = {
  ...{ sources: 0, 'source-subnets': 0, destinations: 1, 'destination-subnets': 1 },
  ...{ applications: 2, entering: 3, vlans: 4, tenants: 5 },
};

/** The rows of all dimensions as patterns of one field: they are exact where a cause has more rows than are asked for. */
function knownPatterns(found: readonly ChangedDimension[], fields: number): KnownPattern[] {
  return found.flatMap(({ id, keys, rows }) => {
    const field = FIELD_OF[id];
    if (field === undefined || field >= fields) return [];
    return rows
      .filter(({ keyTexts }) => keyTexts.every((text) => text !== ''))
      .map((row) => {
        const values = Array.from({ length: fields }, () => ANY);
        values[field] = rungOf({ keys, texts: row.keyTexts });
        return { values, change: row };
      });
  });
}
