/**
 * A database of countries or of autonomous systems (MaxMind's mmdb format) that a user points to. It is read whole,
 * checked to be of the right kind, and read again when the file has changed; what cannot be used is said in one
 * sentence, and a file that went bad leaves the one before in use. The file may come from anywhere: nothing it
 * holds can do more than be of no use.
 */
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { type CountryResponse, Reader, type Response } from 'mmdb-lib';
import { safeText } from '../../shared/format/text.ts';
import { checkMetadata, EndlessValue, RecordBounds } from './mmdb-bounds.ts';

export type Country = { code: string; name: string };
export type AutonomousSystem = { number: number; description: string };

/** The largest file that is read, in octets: the largest on the market is a third of it. */
const MOST_OCTETS = 1024 ** 3;

export type PlaceKind<Place> = {
  /** 'countries', 'AS numbers'. */
  subject: string;
  example: string;
  /** Types of database, as they name themselves, that hold it; and those that hold the other thing. */
  holds: RegExp;
  read: (record: unknown) => Place | null;
};

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};
const textOf = (value: unknown): string => (typeof value === 'string' ? safeText(value) : '');

export const COUNTRIES: PlaceKind<Country> = {
  subject: 'countries',
  example: 'GeoLite2-Country.mmdb or dbip-country-lite.mmdb',
  holds: /country|city|location|enterprise|insights/i,
  read(record) {
    const fields = fieldsOf(record);
    // MaxMind and DB-IP nest, IPinfo does not.
    const country = [fields.country, fields.registered_country]
      .map(fieldsOf)
      .find(({ iso_code }) => iso_code);
    const code = textOf(country?.iso_code) || textOf(fields.country_code) || textOf(fields.country);
    const name = textOf(fieldsOf(country?.names).en) || textOf(fields.country_name) || textOf(fields.country);
    return code === '' ? null : { code, name: name || code };
  },
};

export const AUTONOMOUS_SYSTEMS: PlaceKind<AutonomousSystem> = {
  subject: 'AS numbers',
  example: 'GeoLite2-ASN.mmdb or dbip-asn-lite.mmdb',
  holds: /asn|isp|\bas\b|enterprise/i,
  read(record) {
    const fields = fieldsOf(record);
    const given = fields.autonomous_system_number ?? fields.asn;
    const number = Number(typeof given === 'string' ? given.replace(/^AS/i, '') : given);
    if (!Number.isInteger(number) || number < 0 || number > 0xffff_ffff) return null;
    const description =
      textOf(fields.autonomous_system_organization) || textOf(fields.as_name) || textOf(fields.name);
    return { number, description };
  },
};

export class PlaceFile<Place> {
  readonly #kind: PlaceKind<Place>;
  #path = '';
  #stamp = '';
  #reader: Reader<CountryResponse> | null = null;
  #bounds: RecordBounds | null = null;
  /** One sentence where the file cannot be used, else ''. */
  problem = '';
  /** What the database calls itself and when it was made; '' where none is in use. */
  about = '';

  constructor(kind: PlaceKind<Place>) {
    this.#kind = kind;
  }

  /** Uses the file at a path, '' for none. Never throws; what is wrong is in `problem`. */
  async use(path: string): Promise<void> {
    this.#path = path;
    this.#stamp = '';
    this.#reader = null;
    this.problem = '';
    this.about = '';
    await this.refresh();
  }

  /** Reads the file again where it has changed since. True where answers may have changed. */
  async refresh(): Promise<boolean> {
    const path = this.#path;
    if (path === '') return false;
    const name = safeText(basename(path));
    try {
      const { size, mtimeMs } = await stat(path);
      const stamp = `${size} ${mtimeMs}`;
      if (stamp === this.#stamp) return false;
      this.#stamp = stamp;
      if (size > MOST_OCTETS)
        throw new PlaceError(`${name} is larger than 1 GiB; choose a smaller database.`);
      const octets = await readFile(path);
      const bounds = new RecordBounds(octets);
      const reader = readDatabase(octets, bounds, name, this.#kind);
      if (path !== this.#path) return false;
      const { databaseType, buildEpoch } = reader.metadata;
      this.#reader = reader;
      this.#bounds = bounds;
      this.about = `${safeText(databaseType)}, ${buildEpoch.toISOString().slice(0, 10)}`;
      this.problem = '';
      return true;
    } catch (error) {
      if (path === this.#path) this.problem = sentenceOf(error, name, this.#kind.example);
      return false;
    }
  }

  /** What the database says of an IP address; null where it says nothing. */
  find(address: string): Place | null {
    if (this.#reader === null) return null;
    try {
      this.#bounds?.begin();
      return this.#kind.read(this.#reader.get(address));
    } catch (error) {
      if (error instanceof EndlessValue) {
        this.problem = `${safeText(basename(this.#path))}: its records lead to each other without end, so that it is not used; get it anew.`;
        this.#reader = null;
        this.about = '';
      }
      // An IPv6 address in a database of IPv4, or a damaged place of the file.
      return null;
    }
  }
}

class PlaceError extends Error {}

function readDatabase(
  octets: Buffer,
  bounds: RecordBounds,
  name: string,
  kind: PlaceKind<unknown>,
): Reader<CountryResponse> {
  let reader: Reader<Response & CountryResponse>;
  let databaseType: string;
  try {
    checkMetadata(octets);
    reader = new Reader(octets, { cache: bounds });
    databaseType = String(reader.metadata.databaseType);
    reader.metadata.buildEpoch.toISOString();
  } catch {
    throw new PlaceError(
      `${name} is no database in the mmdb format, or it is damaged; choose ${kind.example}.`,
    );
  }
  if (!kind.holds.test(databaseType))
    throw new PlaceError(
      `${name} holds “${safeText(databaseType, 40)}”, not ${kind.subject}; choose ${kind.example}.`,
    );
  return reader;
}

function sentenceOf(error: unknown, name: string, example: string): string {
  if (error instanceof PlaceError) return error.message;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return `There is no file ${name} at that place; choose ${example}.`;
  if (code === 'EACCES' || code === 'EPERM')
    return `${name} may not be read by Weir; change its permissions.`;
  if (code === 'EISDIR') return `${name} is a folder; choose ${example} in it.`;
  return `${name} cannot be read (${code || 'unknown reason'}); choose ${example}.`;
}
