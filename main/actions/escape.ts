/**
 * What a field says, made safe for where it goes. Fields come here as one line without control or invisible
 * characters (`fields.ts` sees to that); what is left is what has a meaning in the text around it.
 */
import type { Escape, FieldValue } from './template.ts';

const plainText = (value: FieldValue): string => (value === null ? '' : String(value));

/** A message for people: nothing has a meaning there. */
export const asText: Escape = plainText;

/** Within quotes the characters of the value; outside of them a whole JSON value. */
export const asJson: Escape = (value, before) => {
  if (!isInString(before)) return JSON.stringify(value);
  return JSON.stringify(plainText(value)).slice(1, -1);
};

/** Whether JSON text ends within a string. */
function isInString(text: string): boolean {
  let inside = false;
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '\\' && inside) index++;
    else if (text[index] === '"') inside = !inside;
  }
  return inside;
}

/** A part of a path or of a query. One that is dots alone would lead elsewhere, so it becomes underscores. */
export const asUrl: Escape = (value) => {
  const text = plainText(value);
  return /^\.+$/.test(text)
    ? '_'.repeat(text.length)
    : encodeURIComponent(text).replace(
        /[!'()*]/g,
        (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
      );
};

/** A part of an HTTP header: printable ASCII, all else as question marks. */
export const asHeader: Escape = (value) => plainText(value).replace(/[^\x20-\x7e]/gu, '?');

/**
 * An argument, or a part of one. No argument that begins with a field becomes an option, or (for curl and its like)
 * the name of a file: a sign that would make it one is replaced.
 */
export const asArgument: Escape = (value, before) => {
  const text = plainText(value);
  if (typeof value === 'number' || before !== '') return text;
  return text.replace(/^[-@/+]/, '_');
};

/** A value of RFC 5424 structured data. */
export const syslogValue = (text: string): string => text.replace(/["\\\]]/g, (sign) => `\\${sign}`);

/** A tag's value of the line protocol; a backslash has no escape there. */
export const influxTag = (text: string): string =>
  text.replaceAll('\\', '_').replace(/[,= ]/g, (sign) => `\\${sign}`);

/** A string field of the line protocol, with its quotes. */
export const influxString = (text: string): string => `"${text.replace(/["\\]/g, (sign) => `\\${sign}`)}"`;

/** One part of a Graphite path: letters, digits, hyphen and underscore. */
export const graphitePart = (text: string): string => text.replace(/[^A-Za-z0-9_-]+/gu, '_') || '_';
