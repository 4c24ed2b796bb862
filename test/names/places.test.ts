/** Databases of countries and AS numbers: read, refused by a sentence where they are no use, read again when changed. */
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { AUTONOMOUS_SYSTEMS, COUNTRIES, PlaceFile } from '../../main/names/place-file.ts';
import { mmdbOf } from './mmdb.ts';

const folder = mkdtempSync(join(tmpdir(), 'weir-places-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: Buffer | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** A pointer of eleven bits into the data. */
const pointer = (to: number): number[] => [0x20 | (to >> 8), to & 255];

const countries = mmdbOf('GeoLite2-Country', {
  '192.0.2.0/24': { country: { iso_code: 'DE', names: { en: 'Germany', de: 'Deutschland' } } },
  '198.51.100.0/25': { registered_country: { iso_code: 'AT', names: { en: 'Austria' } } },
  '203.0.113.7': { country: 'FR', country_name: 'France' },
});
const systems = mmdbOf('DBIP-ASN-Lite', {
  '192.0.2.0/24': { autonomous_system_number: 64500, autonomous_system_organization: 'Example Net' },
  '198.51.100.0/24': { asn: 'AS64501', as_name: 'Other\u202E Net' },
});

describe('a database of countries', () => {
  it('answers by the forms that MaxMind, DB-IP and IPinfo use', async () => {
    const places = new PlaceFile(COUNTRIES);
    await places.use(file('country.mmdb', countries));
    expect(places.problem).toBe('');
    expect(places.about).toBe('GeoLite2-Country, 2023-11-14');
    expect(places.find('192.0.2.200')).toEqual({ code: 'DE', name: 'Germany' });
    expect(places.find('198.51.100.1')).toEqual({ code: 'AT', name: 'Austria' });
    expect(places.find('198.51.100.200')).toBeNull();
    expect(places.find('203.0.113.7')).toEqual({ code: 'FR', name: 'France' });
    expect(places.find('10.0.0.1')).toBeNull();
    expect(places.find('2001:DB8::1')).toBeNull();
    expect(places.find('nonsense')).toBeNull();
  });

  it('is read again when it has changed; where it went bad the one before is used and the trouble said', async () => {
    const path = file('changing.mmdb', countries);
    const places = new PlaceFile(COUNTRIES);
    await places.use(path);
    expect(await places.refresh()).toBe(false);
    writeFileSync(path, mmdbOf('GeoLite2-Country', { '192.0.2.0/24': { country: { iso_code: 'NL' } } }));
    utimesSync(path, 1, 1);
    expect(await places.refresh()).toBe(true);
    expect(places.find('192.0.2.1')).toEqual({ code: 'NL', name: 'NL' });
    writeFileSync(path, 'half a file');
    utimesSync(path, 2, 2);
    expect(await places.refresh()).toBe(false);
    expect(places.problem).toMatch(/changing\.mmdb is no database in the mmdb format/);
    expect(places.find('192.0.2.1')).toEqual({ code: 'NL', name: 'NL' });
    await places.use('');
    expect(places.find('192.0.2.1')).toBeNull();
    expect(places.problem).toBe('');
  });

  it.each([
    ['a file of something else', () => file('wrong.mmdb', systems), /holds “DBIP-ASN-Lite”, not countries/],
    ['a text', () => file('text.mmdb', 'hello'), /text\.mmdb is no database in the mmdb format/],
    ['nothing', () => file('empty.mmdb', ''), /is no database/],
    ['no file', () => join(folder, 'missing.mmdb'), /There is no file missing\.mmdb at that place/],
    ['a folder', () => folder, /is a folder/],
  ])('is refused by a sentence: %s', async (_what, path, sentence) => {
    const places = new PlaceFile(COUNTRIES);
    await places.use(path());
    expect(places.problem).toMatch(sentence);
    expect(places.find('192.0.2.1')).toBeNull();
  });

  it('is given up with a sentence where its records lead to each other without end', async () => {
    // A list of pointers to lists of pointers, thirty deep: 2³⁰ values in a few hundred octets; and a circle.
    for (const [name, record] of [
      [
        'doubling',
        Array.from({ length: 30 }, (_, at) => [
          0x02,
          0x04,
          ...pointer(6 * (at + 1)),
          ...pointer(6 * (at + 1)),
        ]).flat(),
      ],
      ['circle', [...pointer(0)]],
      // Lists of sixteen million, one in the other: room for each would be made before it is read.
      ['long', Array.from({ length: 40 }, () => [0x1f, 0x04, 0xff, 0xff, 0xff]).flat()],
    ] as const) {
      const places = new PlaceFile(COUNTRIES);
      const database = mmdbOf('GeoLite2-Country', { '192.0.2.0/24': 'x'.repeat(20) });
      const at = database.indexOf(Buffer.from('x'.repeat(20))) - 1;
      const marker = database.indexOf(Buffer.from('\xAB\xCD\xEFMaxMind.com', 'latin1'));
      const hostile = Buffer.concat([
        database.subarray(0, at),
        Buffer.from([...record, 0x41, 0x78]),
        database.subarray(marker),
      ]);
      await places.use(file(`${name}.mmdb`, hostile));
      expect(places.problem).toBe('');
      expect(places.find('192.0.2.1')).toBeNull();
      expect(places.problem).toMatch(/lead to each other without end/);
    }
  });

  it('is refused where its metadata has no end: pointers that double, a circle, lists longer than the file', async () => {
    const database = mmdbOf('GeoLite2-Country', { '192.0.2.0/24': 'x' });
    const mark = Buffer.from('\xAB\xCD\xEFMaxMind.com', 'latin1');
    const before = database.subarray(0, database.indexOf(mark) + mark.length);
    const doubling = Array.from({ length: 40 }, (_, at) => [
      ...[0x02, 0x04, ...pointer(6 * (at + 1)), ...pointer(6 * (at + 1))],
    ]).flat();
    const metadata: Record<string, number[]> = {
      doubling,
      circle: [...pointer(0)],
      long: Array.from({ length: 40 }, () => [0x1f, 0x04, 0xff, 0xff, 0xff]).flat(),
      deep: Array.from({ length: 60_000 }, () => [0x01, 0x04]).flat(),
      large: Array.from({ length: 200_000 }, () => 0xe0),
      none: [],
    };
    for (const [name, octets] of Object.entries(metadata)) {
      const places = new PlaceFile(COUNTRIES);
      await places.use(file(`${name}.mmdb`, Buffer.concat([before, Buffer.from(octets)])));
      expect(places.problem).toMatch(/is no database in the mmdb format, or it is damaged/);
      expect(places.find('192.0.2.1')).toBeNull();
    }
  });

  it('can be damaged anywhere without more than being of no use', async () => {
    const places = new PlaceFile(COUNTRIES);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(countries.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        async (changes) => {
          const damaged = Buffer.from(countries);
          for (const [at, octet] of changes) damaged[at] = octet;
          await places.use(file('damaged.mmdb', damaged));
          for (const address of ['192.0.2.1', '198.51.100.1', '203.0.113.7', '10.0.0.1']) {
            const found = places.find(address);
            if (found !== null) expect(typeof found.code).toBe('string');
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('a database of AS numbers', () => {
  it('answers numbers and names, made safe to show', async () => {
    const places = new PlaceFile(AUTONOMOUS_SYSTEMS);
    await places.use(file('asn.mmdb', systems));
    expect(places.find('192.0.2.1')).toEqual({ number: 64500, description: 'Example Net' });
    expect(places.find('198.51.100.1')).toEqual({ number: 64501, description: 'Other\uFFFD Net' });
    await places.use(file('country2.mmdb', countries));
    expect(places.problem).toMatch(/not AS numbers; choose GeoLite2-ASN/);
  });
});
