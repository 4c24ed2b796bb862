/**
 * The fields that templates are made of. What comes from the network is one line of visible text here, for every
 * kind alike: no line break, no control character and nothing that reorders what is read gets further than this.
 */
import { FilterError, type FilterExpression } from '../../shared/filter/filter.ts';
import { parseFilter } from '../../shared/filter/parse.ts';
import { addressesInSentence, plainSentence, sentenceParts } from '../../shared/format/named-sentence.ts';
import { figureText, formatRate } from '../../shared/format/rates.ts';
import { safeText } from '../../shared/format/text.ts';
import { formatDuration, formatIso } from '../../shared/format/time.ts';
import type { WeirEvent } from '../../shared/model/event.ts';
import { exampleMessage } from './example.ts';
import type { Message } from './kind.ts';
import { type FieldValue, parseTemplate, type TemplatePart } from './template.ts';

/** Longest text that a field may say, in characters. */
const MOST_FIELD_CHARACTERS = 1024;

type Field = { name: string; about: string; get(message: Message): FieldValue };

const ofEvent = (
  name: string,
  about: string,
  get: (event: WeirEvent, message: Message) => FieldValue,
): Field => ({ name, about, get: (message) => get(message.event, message) });

const time = (timeMs: number | null): string => (timeMs === null ? '' : formatIso(timeMs, 'utc'));

/** A text with the name of each address in front of it. */
const named = (text: string, { nameOf }: Message): string =>
  plainSentence(
    sentenceParts(text, (address) => {
      const name = nameOf(address);
      return name ? { name: safeText(name), origin: 'own' } : null;
    }),
  );

/** A figure as people read it: “92 %”, “1.25 Gb/s”. */
function words(value: number | null, unit: string): string {
  if (value === null) return '';
  return unit === '' || unit === '%'
    ? `${Number(value.toPrecision(6))}${unit === '%' ? ' %' : ''}`
    : figureText(formatRate(value, unit)).replaceAll(/[\u2009\u00a0]/g, ' ');
}

const fields: readonly Field[] = [
  { name: 'what', about: 'raised, cleared or test', get: ({ what }) => what },
  { name: 'action', about: 'Name of this action', get: ({ action }) => action },
  { name: 'now', about: 'When it is sent, ISO 8601', get: ({ atMs }) => time(atMs) },
  {
    name: 'untold',
    about: 'How many were left out before this one, by rate limit or quiet hours; empty for none',
    get: ({ untold }) => untold || null,
  },
  ofEvent('id', 'Number of the event', ({ id }) => id),
  ofEvent('kind', 'threshold or system', ({ kind }) => kind),
  ofEvent('name', 'Name of the threshold, or of what Weir itself tells', ({ name }) => name),
  ofEvent('severity', 'info, warning or critical', ({ severity }) => severity),
  ofEvent('title', 'What happened, in a sentence, with the names of its addresses', ({ title }, message) =>
    named(title, message),
  ),
  ofEvent('raised', 'When it was raised, ISO 8601', ({ raisedMs }) => time(raisedMs)),
  ofEvent('raisedMs', 'When it was raised, milliseconds since 1970', ({ raisedMs }) => raisedMs),
  ofEvent('cleared', 'When it was cleared, ISO 8601; empty while it stands', ({ clearedMs }) =>
    time(clearedMs),
  ),
  ofEvent('duration', 'How long it stood, or has stood', (event, { atMs }) =>
    formatDuration(Math.round(Math.max(0, (event.clearedMs ?? atMs) - event.raisedMs) / 1000) * 1000),
  ),
  ofEvent('agent', 'Address of the agent', ({ agent }) => agent),
  ofEvent('agentName', 'Name of the agent, else its address', ({ agentName, agent }) => agentName || agent),
  ofEvent('dataSource', 'Data source, such as 3', ({ dataSource }) => dataSource),
  ofEvent('interfaceName', 'Name of the interface', ({ interfaceName }) => interfaceName),
  ofEvent('flowKey', 'Key of the flow, values joined by commas', ({ flowKey }) => flowKey),
  ofEvent('flowNames', 'The same with the names of its addresses, for people', ({ flowKey }, message) =>
    named(flowKey.replaceAll(',', ', '), message),
  ),
  ofEvent('metric', 'Metric or flow definition', ({ metric }) => metric),
  ofEvent('unit', 'Unit of value, peak and level', ({ unit }) => unit),
  ofEvent('value', 'Figure at the last reading', ({ value }) => value),
  ofEvent('level', 'Level that it went beyond', ({ level }) => level),
  ofEvent('peak', 'Largest figure while it stood', ({ peak }) => peak),
  ofEvent('valueText', 'Figure with its unit, for people', ({ value, unit }) => words(value, unit)),
  ofEvent('levelText', 'Level with its unit, for people', ({ level, unit }) => words(level, unit)),
  ofEvent('peakText', 'Peak with its unit, for people', ({ peak, unit }) => words(peak, unit)),
  ofEvent('causes', 'The largest flows at that moment, with names and shares', ({ causes }, message) =>
    causes
      .slice(0, 5)
      .map(({ key, share }) =>
        share === null ? named(key, message) : `${named(key, message)} (${Math.round(share * 100)} %)`,
      )
      .join('; '),
  ),
  ofEvent('cause', 'The largest flow at that moment', ({ causes }) => causes[0]?.key ?? ''),
  ofEvent('repeats', 'How often it was raised again within its flap time', ({ repeats }) => repeats),
  ofEvent('note', 'What was noted when it was acknowledged', ({ note }) => note),
  ofEvent('filter', 'Filter of the traffic that belongs to it', ({ evidence }) => evidence.filter),
  ofEvent('from', 'Beginning of the traffic that belongs to it, ISO 8601', ({ evidence }) =>
    time(evidence.fromMs),
  ),
  ofEvent('to', 'End of the traffic that belongs to it, ISO 8601', ({ evidence }) => time(evidence.toMs)),
];

const byName = new Map(fields.map((field) => [field.name, field]));

/** `{{key:ipsource}}`: what the flow of the event says by a flow key. */
const KEY_FIELD = /^key:([A-Za-z][A-Za-z0-9_.:]{0,127})$/;

/** Whether templates may name it. */
export const isField = (name: string): boolean => byName.has(name) || KEY_FIELD.test(name);

const oneLine = (value: FieldValue): FieldValue =>
  typeof value === 'string' ? safeText(value, MOST_FIELD_CHARACTERS) : value;

/** What a field says of a message. */
export function fieldOf(message: Message, name: string): FieldValue {
  const field = byName.get(name);
  if (field) {
    const value = field.get(message);
    return oneLine(typeof value === 'number' && !Number.isFinite(value) ? null : value);
  }
  const key = KEY_FIELD.exec(name)?.[1];
  return key === undefined ? null : oneLine(flowConditions(message.event).get(key) ?? '');
}

/** What templates are made of, with what each says of the example. */
export function templateFields(): { name: string; about: string; example: string }[] {
  const message = exampleMessage('Tell the team', Date.UTC(2026, 0, 5, 12));
  return [
    ...fields.map(({ name, about }) => ({ name, about, example: String(fieldOf(message, name) ?? '') })),
    {
      name: 'key:ipsource',
      about: 'What its flow says by a flow key; any key of the definition',
      example: String(fieldOf(message, 'key:ipsource')),
    },
  ];
}

/** Reads a template of these fields. Throws TemplateError. */
export const readTemplate = (text: string): TemplatePart[] => parseTemplate(text, isField);

/**
 * Flow key → value, for all that is certain of an event's traffic: what its filter demands, what its flow is, and
 * where it has no flow the largest one that caused it.
 */
export function flowConditions(event: WeirEvent): Map<string, string> {
  const found = new Map<string, string>();
  const cause = event.causes[0];
  const causeKeys = cause?.keys.split(',') ?? [];
  const values = (event.flowKey || (cause?.key ?? '')).split(',');
  if (causeKeys.length > 0 && causeKeys.length === values.length)
    for (const [index, key] of causeKeys.entries()) found.set(key, values[index]!);
  try {
    demand(parseFilter(event.evidence.filter), found);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
  }
  return found;
}

function demand(expression: FilterExpression | null, found: Map<string, string>): void {
  if (expression === null) return;
  if (expression.kind === 'all') for (const part of expression.parts) demand(part, found);
  else if (expression.kind === 'test' && expression.operator === '=' && expression.values.length === 1) {
    const { text } = expression.values[0]!;
    if (text !== null) found.set(expression.left.text, text);
  }
}

/** An event as data for programs: its texts as fields have them, and what the addresses in them are called. */
export function plainEvent({ event, nameOf }: Message): WeirEvent & { names: Record<string, string> } {
  const plain = JSON.parse(JSON.stringify(event), (_name, value: unknown) =>
    typeof value === 'string' ? safeText(value, MOST_FIELD_CHARACTERS) : value,
  ) as WeirEvent;
  const texts = [event.title, event.agent, event.flowKey, ...event.causes.map(({ key }) => key)];
  const addresses = new Set(texts.flatMap((text) => addressesInSentence(text)));
  const names = [...addresses].flatMap((address): [string, string][] => {
    const name = nameOf(address);
    return name ? [[address, safeText(name, MOST_FIELD_CHARACTERS)]] : [];
  });
  return { ...plain, names: Object.fromEntries(names) };
}
