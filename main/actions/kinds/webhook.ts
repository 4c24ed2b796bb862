/**
 * An HTTP request when an event is raised, and the same or another one when it is cleared: enough to put an access
 * list in place and to take it away again.
 */

import { safeText } from '../../../shared/format/text.ts';
import { asHeader, asJson, asText, asUrl } from '../escape.ts';
import { exampleMessage } from '../example.ts';
import { httpUrl, sendHttp } from '../http.ts';
import { Failure, isOn, type Kind, linesOf, type Message, type Settings, textOf } from '../kind.ts';
import { ANY_CERTIFICATE, PRIVATE_ADDRESSES } from '../network-fields.ts';
import { rendered } from '../render.ts';
import type { Escape } from '../template.ts';

const METHODS = ['GET', 'POST', 'PUT', 'DELETE'].map((value) => ({ value, label: value }));
const BODY_TYPES = {
  json: 'application/json',
  text: 'text/plain; charset=utf-8',
  form: 'application/x-www-form-urlencoded',
};
const ESCAPES: Record<string, Escape> = { json: asJson, text: asText, form: asUrl };
const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/;
/** What belongs to the connection, and is made by it. */
const OWN_HEADERS = new Set(
  'connection content-length expect host keep-alive proxy-authorization te trailer transfer-encoding upgrade'.split(
    ' ',
  ),
);

const INITIAL_BODY = `{
  "what": {{what}},
  "name": {{name}},
  "severity": {{severity}},
  "title": {{title}},
  "agent": {{agent}},
  "dataSource": {{dataSource}},
  "flowKey": {{flowKey}},
  "value": {{value}},
  "level": {{level}},
  "raised": {{raised}}
}`;

type Request = { method: string; url: string; headers: Record<string, string>; body: string };

function requestOf(message: Message, settings: Settings): Request {
  const other = message.what === 'cleared' && isOn(settings, 'pair');
  const of = (field: string): string => textOf(settings, other ? `clear${field}` : field.toLowerCase());
  const method = of('Method');
  const type = textOf(settings, 'type') as keyof typeof BODY_TYPES;
  const body = method === 'GET' ? '' : rendered(of('Body'), message, ESCAPES[type]!);
  const headers: Record<string, string> = {
    'User-Agent': 'Weir',
    ...(body === '' ? {} : { 'Content-Type': BODY_TYPES[type] }),
  };
  for (const line of linesOf(settings, 'headers')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim();
    const same = Object.keys(headers).find((known) => known.toLowerCase() === name.toLowerCase());
    headers[same ?? name] = rendered(line.slice(colon + 1).trim(), message, asHeader);
  }
  const secret = settings.authorization;
  if (typeof secret === 'string' && secret !== '') headers.Authorization = secret;
  return { method, url: rendered(of('Url'), message, asUrl), headers, body };
}

/** An address that is certain as far as its host, whatever the fields say. */
function urlProblem(label: string, template: string): string {
  const literal = template.split('{{')[0]!;
  if (literal !== template && !/^https?:\/\/[^/?#]+[/?#]/i.test(literal))
    return `“${label}”: fields may stand in the path and the query, not in the host.`;
  try {
    httpUrl(rendered(template, exampleMessage('', 0), asUrl));
    return '';
  } catch (error) {
    if (error instanceof Failure) return `“${label}”: ${error.message}`;
    throw error;
  }
}

function headerProblem(line: string): string {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(0, colon)).trim();
  if (!TOKEN.test(name)) return `“Headers”: “${safeText(line, 64)}” is not of the form Name: value.`;
  if (OWN_HEADERS.has(name.toLowerCase())) return `“Headers”: ${name} is made by the connection itself.`;
  return /[^\x20-\x7e]/u.test(line) ? `“Headers”: ${name} has other than ASCII characters in it.` : '';
}

function bodyProblem(label: string, template: string): string {
  if (template.trim() === '') return '';
  const text = rendered(template, exampleMessage('example', 0), asJson);
  try {
    JSON.parse(text);
    return '';
  } catch (error) {
    const said = error instanceof Error ? error.message : '';
    return `“${label}” does not become JSON: ${safeText(said, 160)}.`;
  }
}

export const webhook: Kind = {
  kind: 'webhook',
  label: 'Webhook',
  about: 'An HTTP request, and another one when it is cleared.',
  goesTo: ['url', 'clearUrl', 'private', 'anyCertificate'],
  fields: [
    {
      ...{ name: 'method', label: 'Method', type: 'select', required: true, initial: 'POST' },
      options: METHODS,
      about: 'What is asked of the address.',
    },
    {
      ...{ name: 'url', label: 'Address', type: 'template', required: true, initial: 'https://' },
      about: 'Fields may stand in path and query, as in http://switch:8080/acl/weir{{id}}',
    },
    PRIVATE_ADDRESSES,
    ANY_CERTIFICATE,
    {
      ...{ name: 'headers', label: 'Headers', type: 'lines', required: false, initial: [] },
      about: 'One a line, as in X-Team: network.',
    },
    {
      ...{ name: 'authorization', label: 'Authorization', type: 'secret', required: false, initial: false },
      about: 'The header Authorization whole, as in Bearer abc. Kept apart, never shown again.',
    },
    {
      ...{ name: 'type', label: 'Body is', type: 'select', required: true, initial: 'json' },
      options: [
        { value: 'json', label: 'JSON' },
        { value: 'text', label: 'Text' },
        { value: 'form', label: 'Form' },
      ],
      about: 'How fields are escaped, and what Content-Type says.',
    },
    {
      ...{ name: 'body', label: 'Body', type: 'template-block', required: false, initial: INITIAL_BODY },
      about: 'In JSON a field within quotes is its characters, one without quotes a whole value.',
    },
    {
      ...{ name: 'pair', label: 'Another request on clear', type: 'switch', required: false, initial: false },
      about: 'Takes back what the first one did; tick “on clear” as well.',
    },
    {
      ...{ name: 'clearMethod', label: 'Method on clear', type: 'select', required: true, initial: 'DELETE' },
      options: METHODS,
      about: 'What is asked when the event is cleared.',
      only: { field: 'pair', value: true },
    },
    {
      ...{ name: 'clearUrl', label: 'Address on clear', type: 'template', required: true, initial: '' },
      about: 'As above.',
      only: { field: 'pair', value: true },
    },
    {
      ...{ name: 'clearBody', label: 'Body on clear', type: 'template-block', required: false, initial: '' },
      about: 'As above; empty for none.',
      only: { field: 'pair', value: true },
    },
  ],
  check(settings) {
    const isPair = isOn(settings, 'pair');
    const isJson = textOf(settings, 'type') === 'json';
    for (const line of linesOf(settings, 'headers')) {
      const problem = headerProblem(line);
      if (problem !== '') return problem;
    }
    return (
      urlProblem('Address', textOf(settings, 'url')) ||
      (isPair ? urlProblem('Address on clear', textOf(settings, 'clearUrl')) : '') ||
      (isJson ? bodyProblem('Body', textOf(settings, 'body')) : '') ||
      (isJson && isPair ? bodyProblem('Body on clear', textOf(settings, 'clearBody')) : '')
    );
  },
  takesBack: (settings) => isOn(settings, 'pair'),
  prepare(message, settings, surroundings) {
    const request = requestOf(message, settings);
    const head = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
    const part = (label: string, { method, url, body }: Request) => [
      { label, text: [`${method} ${url}`, ...head].join('\n') },
      ...(body === '' ? [] : [{ label: `${label}: body`, text: body }]),
    ];
    const pair =
      message.what === 'test' && isOn(settings, 'pair')
        ? part('Request on clear', requestOf({ ...message, what: 'cleared' }, settings))
        : [];
    return {
      parts: [...part('Request', request), ...pair],
      send: (signal) =>
        sendHttp(
          {
            ...request,
            allowPrivate: isOn(settings, 'private'),
            anyCertificate: isOn(settings, 'anyCertificate'),
          },
          surroundings,
          signal,
        ),
    };
  },
};
