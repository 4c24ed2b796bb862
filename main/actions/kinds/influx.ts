/** InfluxDB: a point per message in line protocol, written by HTTP in the way of version 1 or of version 2 and 3. */

import { influxString, influxTag } from '../escape.ts';
import { fieldOf } from '../fields.ts';
import { httpUrl, sendHttp } from '../http.ts';
import { Failure, isOn, type Kind, type Message, type Settings, textOf } from '../kind.ts';
import { ANY_CERTIFICATE, PRIVATE_ADDRESSES } from '../network-fields.ts';

const TAGS = ['name', 'kind', 'severity', 'agent', 'agentName', 'dataSource', 'interfaceName', 'metric'];

/** One line of the protocol, with the time in milliseconds. */
export function influxLine(message: Message, measurement: string): string {
  const tags = TAGS.flatMap((tag) => {
    const value = String(fieldOf(message, tag) ?? '');
    return value === '' ? [] : [`,${tag}=${influxTag(value)}`];
  });
  const { value, level, peak } = message.event;
  const numbers = Object.entries({ value, level, peak }).flatMap(([name, number]) =>
    number === null || !Number.isFinite(number) ? [] : [`${name}=${number}`],
  );
  const fields = [
    `standing=${message.what === 'cleared' ? 0 : 1}i`,
    `id=${Math.trunc(message.event.id)}i`,
    ...numbers,
    ...['what', 'title', 'flowKey'].map(
      (name) => `${name}=${influxString(String(fieldOf(message, name) ?? ''))}`,
    ),
  ];
  return `${influxTag(measurement)}${tags.join('')} ${fields.join(',')} ${Math.trunc(message.atMs)}`;
}

function addressOf(settings: Settings): string {
  const url = httpUrl(textOf(settings, 'url').trim());
  const isFirst = textOf(settings, 'version') === '1';
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${isFirst ? 'write' : 'api/v2/write'}`;
  url.search = '';
  url.searchParams.set(isFirst ? 'db' : 'bucket', textOf(settings, 'bucket').trim());
  if (!isFirst) url.searchParams.set('org', textOf(settings, 'org').trim());
  url.searchParams.set('precision', 'ms');
  return url.href;
}

export const influx: Kind = {
  kind: 'influx',
  label: 'InfluxDB',
  about: 'A point per message, in line protocol by HTTP.',
  goesTo: ['url', 'private', 'anyCertificate'],
  fields: [
    {
      ...{ name: 'url', label: 'Address', type: 'text', required: true, initial: 'http://' },
      about: 'Where the database is, as in http://influx.example.net:8086.',
    },
    PRIVATE_ADDRESSES,
    ANY_CERTIFICATE,
    {
      ...{ name: 'version', label: 'Version', type: 'select', required: true, initial: '2' },
      options: [
        { value: '1', label: '1' },
        { value: '2', label: '2 and 3' },
      ],
      about: 'Of the database.',
    },
    {
      ...{ name: 'bucket', label: 'Bucket or database', type: 'text', required: true, initial: 'weir' },
      about: 'Where points are written.',
    },
    {
      ...{ name: 'org', label: 'Organisation', type: 'text', required: false, initial: '' },
      about: 'Of the bucket.',
      only: { field: 'version', value: '2' },
    },
    {
      ...{ name: 'token', label: 'Token', type: 'secret', required: false, initial: false },
      about: 'Version 1: user:password. Kept apart, never shown again.',
    },
    {
      ...{ name: 'measurement', label: 'Measurement', type: 'text', required: true, initial: 'weir_event' },
      about: 'Name of the series.',
    },
  ],
  check(settings) {
    try {
      addressOf(settings);
      return '';
    } catch (error) {
      if (error instanceof Failure) return `“Address”: ${error.message}`;
      throw error;
    }
  },
  prepare(message, settings, surroundings) {
    const url = addressOf(settings);
    const body = influxLine(message, textOf(settings, 'measurement'));
    const { token } = settings;
    const headers: Record<string, string> = {
      'User-Agent': 'Weir',
      'Content-Type': 'text/plain; charset=utf-8',
    };
    if (typeof token === 'string' && token !== '')
      headers.Authorization =
        textOf(settings, 'version') === '1'
          ? `Basic ${Buffer.from(token, 'utf8').toString('base64')}`
          : `Token ${token}`;
    return {
      parts: [
        {
          label: 'Request',
          text: [`POST ${url}`, ...Object.entries(headers).map((header) => header.join(': '))].join('\n'),
        },
        { label: 'Line', text: body },
      ],
      send: (signal) =>
        sendHttp(
          {
            ...{ method: 'POST', url, headers, body },
            ...{ allowPrivate: isOn(settings, 'private'), anyCertificate: isOn(settings, 'anyCertificate') },
          },
          surroundings,
          signal,
        ),
    };
  },
};
