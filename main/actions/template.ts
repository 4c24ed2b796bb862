/**
 * Texts with fields of an event in them: `{{title}}`, `{{key:ipsource}}`. `{{#clear}}…{{/clear}}` stands where the
 * field says something, `{{^flowKey}}…{{/flowKey}}` where it does not. Read once, before it is saved; what a field
 * says is escaped by whoever knows where the text goes.
 */

/** What a field says; null and '' are nothing. */
export type FieldValue = string | number | null;

/** A template that cannot be read: a sentence, and the character (from 0) that it is about. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly position: number;
  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}

export type TemplatePart =
  | { kind: 'text'; text: string }
  | { kind: 'field'; name: string; position: number }
  | { kind: 'section'; name: string; inverted: boolean; parts: TemplatePart[]; position: number };

/** Makes what a field says safe where it goes; `before` is the text that stands before it. */
export type Escape = (value: FieldValue, before: string) => string;

export const MOST_TEMPLATE_CHARACTERS = 16_384;
const MOST_FIELDS = 256;
const MOST_DEPTH = 8;
/** Longest text that a template may become. */
const MOST_RENDERED = 65_536;

/** Reads a template. Throws TemplateError. */
export function parseTemplate(text: string, isField: (name: string) => boolean): TemplatePart[] {
  if (text.length > MOST_TEMPLATE_CHARACTERS)
    throw new TemplateError(
      `it is longer than ${MOST_TEMPLATE_CHARACTERS} characters`,
      MOST_TEMPLATE_CHARACTERS,
    );
  const root: TemplatePart[] = [];
  const open: { name: string; position: number; parts: TemplatePart[] }[] = [];
  let parts = root;
  let at = 0;
  let count = 0;
  while (at < text.length) {
    const position = text.indexOf('{{', at);
    if (position < 0) break;
    if (position > at) parts.push({ kind: 'text', text: text.slice(at, position) });
    const end = text.indexOf('}}', position);
    if (end < 0) throw new TemplateError('“{{” is not closed by “}}”', position);
    if (++count > MOST_FIELDS) throw new TemplateError(`it has more than ${MOST_FIELDS} fields`, position);
    const [, sign, name] = /^\s*([#^/]?)\s*(.*?)\s*$/s.exec(text.slice(position + 2, end))!;
    if (sign !== '/' && !isField(name!))
      throw new TemplateError(
        name === '' ? 'a field has no name' : `there is no field “${name!.slice(0, 64)}”`,
        position,
      );
    if (sign === '#' || sign === '^') {
      if (open.length >= MOST_DEPTH)
        throw new TemplateError(`sections stand more than ${MOST_DEPTH} deep`, position);
      const section: TemplatePart = {
        ...{ kind: 'section', name: name!, inverted: sign === '^', position },
        parts: [],
      };
      parts.push(section);
      open.push({ name: name!, position, parts });
      parts = section.parts;
    } else if (sign === '/') {
      const section = open.pop();
      if (section?.name !== name)
        throw new TemplateError(`“{{/${name!.slice(0, 64)}}}” ends nothing that was begun`, position);
      parts = section!.parts;
    } else parts.push({ kind: 'field', name: name!, position });
    at = end + 2;
  }
  if (open.length > 0) {
    const { name, position } = open.at(-1)!;
    throw new TemplateError(`“{{#${name}}}” is not ended by “{{/${name}}}”`, position);
  }
  if (at < text.length) parts.push({ kind: 'text', text: text.slice(at) });
  return root;
}

/** The text that a template becomes; no longer than 65,536 characters. */
export function renderTemplate(
  parts: readonly TemplatePart[],
  fieldOf: (name: string) => FieldValue,
  escaped: Escape,
): string {
  let text = '';
  const render = (some: readonly TemplatePart[]): void => {
    for (const part of some) {
      if (text.length >= MOST_RENDERED) return;
      if (part.kind === 'text') text += part.text;
      else if (part.kind === 'field') text += escaped(fieldOf(part.name), text);
      else {
        const value = fieldOf(part.name);
        const says = value !== null && value !== '';
        if (says !== part.inverted) render(part.parts);
      }
    }
  };
  render(parts);
  return text.length > MOST_RENDERED ? text.slice(0, MOST_RENDERED) : text;
}

/** Where a character stands, as people count: line and column from 1. */
export function placeOf(text: string, position: number): { line: number; column: number } {
  const before = text.slice(0, position).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}
