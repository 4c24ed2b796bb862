/**
 * Keys of sampled requests: HTTP (0:2206, 0:2201 of older senders; 0:2207 behind a proxy), memcache (0:2200) and
 * any application (0:2202 to 0:2205). Their records are texts of any length with numbers before and behind, so a
 * field is found by walking over the texts before it. Times are in microseconds, sizes in octets.
 */
import {
  HTTP_METHOD,
  MEMCACHE_COMMAND,
  MEMCACHE_PROTOCOL,
  MEMCACHE_STATUS,
} from '../../sflow/enumerations.ts';
import { type Field, tagOf } from '../../sflow/field.ts';
import { structureByTag } from '../../sflow/registry.ts';
import { NUMBER, named, TEXT, WIDE_NUMBER } from '../form.ts';
import { texts } from '../text-table.ts';
import { either, type Read, recordField, sampleKey } from './line.ts';

const MEMCACHE = 2200;
const OLD_HTTP = 2201;
const APPLICATION = 2202;
const PARENT = 2203;
const INITIATOR = 2204;
const TARGET = 2205;
const HTTP = 2206;
const PROXY = 2207;

/** How to get from the start of a record to a field: octets, then texts to pass, then octets again. */
type Way = { tag: number; before: number; texts: number; behind: number };

const octetsOf = (field: Field): number => (field.type === 'u64' ? 8 : 4);

/** The way to a field; throws at start-up where the declaration has no such field. */
function wayTo(format: number, name: string): Way {
  const tag = tagOf(0, format);
  const way = { tag, before: 0, texts: 0, behind: 0 };
  for (const field of structureByTag('flow', tag)?.fields ?? []) {
    if (field.name === name) return way;
    if (field.type === 'text') way.texts++;
    else if (way.texts === 0) way.before += octetsOf(field);
    else way.behind += octetsOf(field);
  }
  throw new Error(`The flow record 0:${format} has no field ${name}.`);
}

/** Where the field begins, and in `lastEnd` where its record ends; -1 where the record is not there or too short. */
let lastEnd = 0;
function find(sample: Parameters<Read>[0], way: Way): number {
  const { records } = sample.flow;
  const index = records.find(way.tag);
  if (index < 0) return -1;
  const { view } = sample.datagram;
  const end = records.end[index]!;
  let at = records.start[index]! + way.before;
  for (let passed = 0; passed < way.texts; passed++) {
    if (at + 4 > end) return -1;
    const length = view.getUint32(at);
    if (length > end - at - 4) return -1;
    at += 4 + length + ((4 - (length & 3)) & 3);
  }
  at += way.behind;
  lastEnd = end;
  return at + 4 > end ? -1 : at;
}

/** A text; one without octets stands for unknown (sflow_version_5.txt) and is absent. */
const text = (format: number, name: string): Read => {
  const way = wayTo(format, name);
  return (sample, _layer, out, at) => {
    const start = find(sample, way);
    if (start < 0) return false;
    const length = sample.datagram.view.getUint32(start);
    if (length === 0 || length > lastEnd - start - 4) return false;
    out[at] = texts.ofOctets(sample.datagram.bytes, start + 4, start + 4 + length);
    return true;
  };
};

const number = (format: number, name: string): Read => {
  const way = wayTo(format, name);
  return (sample, _layer, out, at) => {
    const start = find(sample, way);
    if (start < 0) return false;
    out[at] = sample.datagram.view.getUint32(start);
    return true;
  };
};

const wideNumber = (format: number, name: string): Read => {
  const way = wayTo(format, name);
  return (sample, _layer, out, at) => {
    const start = find(sample, way);
    if (start < 0 || start + 8 > lastEnd) return false;
    out[at] = sample.datagram.view.getUint32(start);
    out[at + 1] = sample.datagram.view.getUint32(start + 4);
    return true;
  };
};

const requestBytes = either(wideNumber(HTTP, 'req_bytes'), wideNumber(APPLICATION, 'req_bytes'));
const responseBytes = either(
  wideNumber(HTTP, 'resp_bytes'),
  wideNumber(OLD_HTTP, 'resp_bytes'),
  wideNumber(APPLICATION, 'resp_bytes'),
);
const valueBytes = number(MEMCACHE, 'value_bytes');

const scratch = new Uint32Array(2);
const TWO_32 = 4_294_967_296;

/** The frame's length; of a request, what was asked and answered together. */
const bytes: Read = (sample, layer, out, at) => {
  if (sample.isFrame) {
    out[at] = Math.floor(sample.frameOctets / TWO_32);
    out[at + 1] = sample.frameOctets;
    return true;
  }
  if (valueBytes(sample, layer, out, at + 1)) {
    out[at] = 0;
    return true;
  }
  if (!responseBytes(sample, layer, out, at)) return false;
  if (!requestBytes(sample, layer, scratch, 0)) return true;
  const low = out[at + 1]! + scratch[1]!;
  out[at] = out[at]! + scratch[0]! + (low >= TWO_32 ? 1 : 0);
  out[at + 1] = low;
  return true;
};

const duration = either(
  number(HTTP, 'uS'),
  number(OLD_HTTP, 'uS'),
  number(APPLICATION, 'uS'),
  number(MEMCACHE, 'uS'),
  recordField(2000, 'duration'),
);

const httpText = (name: string): Read => either(text(HTTP, name), text(OLD_HTTP, name));

const HTTP_METHODS = named((value) => HTTP_METHOD[value]);
/** major × 1000 + minor: 1001 is HTTP/1.1. */
const HTTP_PROTOCOL = named((value) => `HTTP/${Math.floor(value / 1000)}.${value % 1000}`);

export const requestKeys = [
  sampleKey(
    'bytes',
    'Bytes',
    WIDE_NUMBER,
    bytes,
    'Length of the sampled frame, or of request and response together, in octets.',
  ),
  sampleKey(
    'req_bytes',
    'Request bytes',
    WIDE_NUMBER,
    requestBytes,
    'Length of a sampled request, in octets.',
  ),
  sampleKey(
    'resp_bytes',
    'Response bytes',
    WIDE_NUMBER,
    responseBytes,
    'Length of the response to a sampled request, in octets.',
  ),
  sampleKey('duration', 'Duration', NUMBER, duration, 'How long a sampled request took, in microseconds.'),
  sampleKey(
    'httpmethod',
    'HTTP method',
    HTTP_METHODS,
    either(number(HTTP, 'method'), number(OLD_HTTP, 'method')),
    'Method of an HTTP request, as in GET.',
  ),
  sampleKey(
    'httpprotocol',
    'HTTP version',
    HTTP_PROTOCOL,
    either(number(HTTP, 'protocol'), number(OLD_HTTP, 'protocol')),
    'Version of an HTTP request, as in HTTP/1.1.',
  ),
  sampleKey('httpurl', 'URL', TEXT, httpText('uri'), 'URL of an HTTP request as the client wrote it.'),
  sampleKey('httphost', 'HTTP host', TEXT, httpText('host'), 'Host that an HTTP request names.'),
  sampleKey('httpreferer', 'Referer', TEXT, httpText('referer'), 'Page that an HTTP request came from.'),
  sampleKey('httpuseragent', 'User agent', TEXT, httpText('useragent'), 'Program that made an HTTP request.'),
  sampleKey(
    'httpxff',
    'Forwarded for',
    TEXT,
    text(HTTP, 'xff'),
    'Client that a proxy named in X-Forwarded-For.',
  ),
  sampleKey(
    'httpauthuser',
    'HTTP user',
    TEXT,
    httpText('authuser'),
    'User that an HTTP request was made by.',
  ),
  sampleKey('httpmimetype', 'MIME type', TEXT, httpText('mime_type'), 'MIME type of an HTTP response.'),
  sampleKey(
    'httpstatus',
    'HTTP status',
    NUMBER,
    either(number(HTTP, 'status'), number(OLD_HTTP, 'status')),
    'Status of an HTTP response.',
  ),
  sampleKey(
    'proxyhttpurl',
    'Proxied URL',
    TEXT,
    text(PROXY, 'uri'),
    'URL that a proxy asked the server behind it. A key of Weir’s own.',
  ),
  sampleKey(
    'proxyhttphost',
    'Proxied host',
    TEXT,
    text(PROXY, 'host'),
    'Host that a proxy named to the server behind it. A key of Weir’s own.',
  ),
  sampleKey(
    'memcacheprotocol',
    'Memcache protocol',
    named((value) => MEMCACHE_PROTOCOL[value]),
    number(MEMCACHE, 'protocol'),
    'Protocol of a memcache operation: ASCII, BINARY, OTHER.',
  ),
  sampleKey(
    'memcachecommand',
    'Memcache command',
    named((value) => MEMCACHE_COMMAND[value]),
    number(MEMCACHE, 'cmd'),
    'Command of a memcache operation, as in GET.',
  ),
  sampleKey('memcachekey', 'Memcache key', TEXT, text(MEMCACHE, 'key'), 'Key of a memcache operation.'),
  sampleKey(
    'memcachestatus',
    'Memcache status',
    named((value) => MEMCACHE_STATUS[value]),
    number(MEMCACHE, 'status'),
    'Status of a memcache operation, as in STORED.',
  ),
  sampleKey(
    'app',
    'Application',
    TEXT,
    text(APPLICATION, 'application'),
    'Name of the application that an operation was sampled in. A key of Weir’s own.',
  ),
  sampleKey(
    'appoperation',
    'Operation',
    TEXT,
    text(APPLICATION, 'operation'),
    'Operation of an application. A key of Weir’s own.',
  ),
  sampleKey(
    'appattributes',
    'Attributes',
    TEXT,
    text(APPLICATION, 'attributes'),
    'Attributes of an operation, as in a query string. A key of Weir’s own.',
  ),
  sampleKey(
    'appstatus',
    'Operation status',
    NUMBER,
    number(APPLICATION, 'status'),
    'Status of an operation: 0 success (sflow_application.txt). A key of Weir’s own.',
  ),
  sampleKey(
    'appparent',
    'Parent application',
    TEXT,
    text(PARENT, 'application'),
    'Application on whose behalf an operation was made. A key of Weir’s own.',
  ),
  sampleKey(
    'appparentoperation',
    'Parent operation',
    TEXT,
    text(PARENT, 'operation'),
    'Operation on whose behalf an operation was made. A key of Weir’s own.',
  ),
  sampleKey(
    'appinitiator',
    'Initiator',
    TEXT,
    text(INITIATOR, 'actor'),
    'Who had an operation made. A key of Weir’s own.',
  ),
  sampleKey(
    'apptarget',
    'Target',
    TEXT,
    text(TARGET, 'actor'),
    'What an operation was made on. A key of Weir’s own.',
  ),
] as const;
