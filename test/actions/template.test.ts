/** Templates: what they become, what is said where one cannot be read, and that no value gets out of its place. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  asArgument,
  asHeader,
  asJson,
  asText,
  asUrl,
  influxString,
  influxTag,
  syslogValue,
} from '../../main/actions/escape.ts';
import { fieldOf, plainEvent, readTemplate, templateFields } from '../../main/actions/fields.ts';
import type { Message } from '../../main/actions/kind.ts';
import { rendered } from '../../main/actions/render.ts';
import { placeOf, TemplateError } from '../../main/actions/template.ts';
import { anEvent, NOON_MS } from './made.ts';

const message = (changes = {}): Message => ({
  ...{ action: 'a', what: 'raised', untold: 0, atMs: NOON_MS },
  nameOf: () => null,
  event: anEvent(changes),
});

function problemOf(text: string): string {
  try {
    readTemplate(text);
    return '';
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const { line, column } = placeOf(text, error.position);
    return `${line}:${column} ${error.message}`;
  }
}

describe('a template', () => {
  it('becomes text with what the fields say', () => {
    const text = (template: string, changes = {}): string => rendered(template, message(changes), asText);
    expect(text('{{ name }} at {{agentName}}: {{value}}')).toBe('elephants at leaf1: 118000000');
    expect(text('{{key:ipsource}} → {{key:tcpdestinationport}}{{key:ipttl}}.')).toBe('192.0.2.10 → 443.');
    expect(text('{{#cleared}}over{{/cleared}}{{^cleared}}stands{{/cleared}}')).toBe('stands');
    expect(text('{{#cleared}}over since {{cleared}}{{/cleared}}', { clearedMs: NOON_MS })).toBe(
      'over since 2026-11-25T12:00:00.000+00:00',
    );
    expect(text('{{#agent}}{{#flowKey}}both{{/flowKey}}{{/agent}}')).toBe('both');
    expect(text('no fields } }} {')).toBe('no fields } }} {');
    expect(text('{{valueText}} of {{levelText}}')).toBe('118 Mbit/s of 100 Mbit/s');
  });

  it('puts names in front of addresses where people read them, and nowhere else', () => {
    const nameOf = (address: string) => (address === '192.0.2.10' ? 'web\r\n\u202e"1"' : null);
    const text = (template: string, escaped = asText): string =>
      rendered(template, { ...message(), nameOf }, escaped);
    expect(text('{{flowNames}}')).toMatch(/^web.*"1" 192\.0\.2\.10, 198\.51\.100\.20, 6, 443$/);
    expect(text('{{flowNames}}')).not.toMatch(/[\r\n\u202e]/);
    expect(text('{{title}}')).toContain('"1" 192.0.2.10,198.51.100.20,6,443 is 118 Mbit/s');
    expect(text('{{causes}}')).toMatch(/^web.* 192\.0\.2\.10,198\.51\.100\.20,6,443 \(62 %\)$/);
    expect(JSON.parse(text('{{title}}', asJson))).toContain('"1" 192.0.2.10');
    for (const plain of ['{{flowKey}}', '{{cause}}', '{{key:ipsource}}', '{{filter}}'])
      expect(text(plain)).not.toContain('web');
    const { names } = plainEvent({ ...message(), nameOf });
    expect(Object.keys(names)).toEqual(['192.0.2.10']);
  });

  it('is refused with the place of what is wrong', () => {
    expect(problemOf('a\n b {{foo}}')).toBe('2:4 there is no field “foo”');
    expect(problemOf('a {{name')).toBe('1:3 “{{” is not closed by “}}”');
    expect(problemOf('{{#name}}x')).toBe('1:1 “{{#name}}” is not ended by “{{/name}}”');
    expect(problemOf('{{#name}}{{/title}}')).toBe('1:10 “{{/title}}” ends nothing that was begun');
    expect(problemOf('{{}}')).toBe('1:1 a field has no name');
    expect(problemOf('{{key:a b}}')).toMatch(/no field/);
    expect(problemOf('{{__proto__}}{{constructor}}')).toMatch(/no field “__proto__”/);
    expect(problemOf('{{name}}'.repeat(300))).toMatch(/more than 256 fields/);
    expect(problemOf('x'.repeat(20_000))).toMatch(/longer than/);
  });

  it('never becomes longer than it may', () => {
    const long = rendered('{{title}}'.repeat(256), message({ title: 'x'.repeat(5000) }), asText);
    expect(long.length).toBeLessThanOrEqual(65_536);
  });

  it('has an example of every field that it offers', () => {
    for (const { name, about } of templateFields()) {
      expect(() => readTemplate(`{{${name}}}`), name).not.toThrow();
      expect(about).not.toBe('');
    }
  });
});

describe('what a field says', () => {
  const hostile = fc.string({ unit: 'binary', maxLength: 60 });

  it('is one line of visible text, whatever was heard', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const said = String(fieldOf(message({ agentName: name, name }), 'name'));
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be in it
        expect(said).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
      }),
    );
  });

  it('stays one value of JSON, within quotes and without', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const text = rendered(
          '{"a": "<{{name}}>", "b": {{name}}, "c": [{{value}}]}',
          message({ name }),
          asJson,
        );
        const said = String(fieldOf(message({ name }), 'name'));
        expect(JSON.parse(text)).toEqual({ a: `<${said}>`, b: said, c: [118_000_000] });
      }),
    );
    expect(rendered('{"\\"{{name}}": {{peak}}}', message({ name: '"x', peak: null }), asJson)).toBe(
      '{"\\"\\"x": null}',
    );
  });

  it('stays one segment of a path and one value of a query', () => {
    fc.assert(
      fc.property(
        fc.oneof(hostile, fc.constantFrom('..', '.', '../..', '%2e%2e', '//evil.example', '?a#b')),
        (name) => {
          const url = new URL(rendered('http://host/acl/{{name}}/x?q={{name}}', message({ name }), asUrl));
          expect(url.host).toBe('host');
          expect(url.pathname.split('/').length).toBe(4);
          expect([...url.searchParams.keys()]).toEqual(['q']);
          expect(url.hash).toBe('');
        },
      ),
    );
  });

  it('stays a header, a value of structured data, a tag and a string of a line', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        expect(rendered('x-{{name}}', message({ name }), asHeader)).toMatch(/^[\x20-\x7e]*$/u);
        const said = String(fieldOf(message({ name }), 'name'));
        expect(syslogValue(said).replace(/\\["\\\]]/g, '')).not.toMatch(/["\]]/);
        expect(influxTag(said).replace(/\\[,= ]/g, '')).not.toMatch(/[,= \\]/);
        expect(
          influxString(said)
            .slice(1, -1)
            .replace(/\\["\\]/g, ''),
        ).not.toMatch(/["\\]/);
      }),
    );
  });

  it('begins no option and no name of a file', () => {
    const argument = (template: string, name: string) => rendered(template, message({ name }), asArgument);
    expect(argument('{{name}}', '-rf')).toBe('_rf');
    expect(argument('{{name}}', '@/etc/passwd')).toBe('_/etc/passwd');
    expect(argument('--name={{name}}', '-rf')).toBe('--name=-rf');
    expect(rendered('{{value}}', message({ value: -5 }), asArgument)).toBe('-5');
  });
});
