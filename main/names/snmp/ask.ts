/**
 * Asks one agent by SNMP (RFC 3416, 3414) for its name and the names of its interfaces (RFC 2863): one small request
 * after another, with a pause between, and an end to all of it. The agent may be slow, silent, lying or huge: what it
 * sends is read from its own address only, walked only as long as it goes forward, and cut where it is too much.
 */
import { isIP } from 'node:net';
import type { Session, Varbind } from 'net-snmp';
import { safeText } from '../../../shared/format/text.ts';
import type { SnmpAccess } from '../../../shared/model/interface-name.ts';
import { LONGEST_TEXT, MOST_INTERFACES, type SnmpAnswer } from './answer.ts';

/** An access whose secrets are known. */
export type SnmpCredentials = Omit<SnmpAccess, 'community' | 'authenticationKey' | 'encryptionKey'> & {
  community: string;
  authenticationKey: string;
  encryptionKey: string;
};
export type SnmpTarget = { address: string; access: SnmpCredentials };

/** Rejects with a sentence without secrets in it. `problem` tells what of the answer is missing. */
export type AskAgent = (target: SnmpTarget) => Promise<{ answer: SnmpAnswer; problem: string }>;

const SYS_NAME = '1.3.6.1.2.1.1.5.0';
const IF_DESCR = '1.3.6.1.2.1.2.2.1.2';
const IF_NAME = '1.3.6.1.2.1.31.1.1.1.1';
const IF_HIGH_SPEED = '1.3.6.1.2.1.31.1.1.1.15';
const IF_ALIAS = '1.3.6.1.2.1.31.1.1.1.18';

/** Rows of one request: an answer of 25 names of 120 characters fits into a few frames. */
const ROWS_AT_ONCE = 25;
const ANSWER_WITHIN_MS = 2000;
const RETRIES = 1;
const PAUSE_MS = 20;
const MOST_REQUESTS = 4 * Math.ceil(MOST_INTERFACES / 10);

type Limits = { withinMs: number; pauseMs: number };
/** An agent of a thousand ports is read in four seconds; one that drips is left. */
const LIMITS: Limits = { withinMs: 120_000, pauseMs: PAUSE_MS };

/** Asks over UDP; `nowMs` is the wall's, and stamps the answer. */
export function askBySnmp(nowMs: () => number, limits: Limits = LIMITS): AskAgent {
  return async ({ address, access }) => {
    const session = await open(address, access);
    const deadline = setTimeout(() => session.close(), limits.withinMs);
    deadline.unref();
    try {
      return await readAgent(new Requests(session, limits), nowMs);
    } catch (error) {
      throw new Error(sentenceOf(address, error, limits));
    } finally {
      clearTimeout(deadline);
      try {
        session.close();
      } catch {
        // The deadline has closed it.
      }
    }
  };
}

async function readAgent(
  requests: Requests,
  nowMs: () => number,
): Promise<{ answer: SnmpAnswer; problem: string }> {
  const [told] = await requests.get([SYS_NAME]);
  const names = await requests.column(IF_NAME);
  if (names.size === 0) for (const [port, name] of await requests.column(IF_DESCR)) names.set(port, name);
  const aliases = await requests.column(IF_ALIAS);
  const speeds = await requests.column(IF_HIGH_SPEED);
  const ports = [...names].flatMap(([port, name]): SnmpAnswer['ports'] => {
    const megabits = Number(speeds.get(port) ?? 0);
    const speed = Number.isFinite(megabits) && megabits > 0 ? megabits * 1e6 : 0;
    const words = textOf(name);
    return words === '' ? [] : [[port, words, textOf(aliases.get(port)), speed]];
  });
  return {
    answer: { sysName: textOf(told?.value), atMs: nowMs(), ports },
    problem: requests.isCut
      ? `More than ${MOST_INTERFACES.toLocaleString('en')} interfaces; the rest is left out.`
      : '',
  };
}

class Requests {
  readonly #session: Session;
  readonly #limits: Limits;
  #made = 0;
  isCut = false;

  constructor(session: Session, limits: Limits) {
    this.#session = session;
    this.#limits = limits;
  }

  async #pause(): Promise<void> {
    if (this.#made++ > 0) await new Promise((resolve) => setTimeout(resolve, this.#limits.pauseMs));
  }

  async get(oids: string[]): Promise<Varbind[]> {
    await this.#pause();
    return new Promise((resolve, reject) => {
      this.#session.get(oids, (error, varbinds) => (error ? reject(error) : resolve(varbinds)));
    });
  }

  async #bulk(oid: string): Promise<Varbind[]> {
    await this.#pause();
    return new Promise((resolve, reject) => {
      this.#session.getBulk([oid], 0, ROWS_AT_ONCE, (error, varbinds) =>
        error ? reject(error) : resolve(varbinds.flat()),
      );
    });
  }

  /** A column of the interface table, by ifIndex, as long as the agent goes forward in it. */
  async column(column: string): Promise<Map<number, unknown>> {
    const found = new Map<number, unknown>();
    let last = 0;
    for (;;) {
      if (this.#made >= MOST_REQUESTS) throw new Error('it answers in too small steps');
      const before = last;
      for (const { oid, value } of await this.#bulk(last === 0 ? column : `${column}.${last}`)) {
        const ifIndex = oid.startsWith(`${column}.`) ? Number(oid.slice(column.length + 1)) : Number.NaN;
        // Out of the column, or not forward: there is no more, or it would never end.
        if (!Number.isInteger(ifIndex) || ifIndex <= last || ifIndex > 0xffff_ffff) return found;
        if (found.size >= MOST_INTERFACES) {
          this.isCut = true;
          return found;
        }
        last = ifIndex;
        if (value !== null && value !== undefined) found.set(ifIndex, value);
      }
      if (last === before) return found;
    }
  }
}

const textOf = (value: unknown): string =>
  Buffer.isBuffer(value)
    ? safeText(
        value
          .subarray(0, 4 * LONGEST_TEXT)
          .toString('utf8')
          .replace(/\0+$/, '')
          .trim(),
        LONGEST_TEXT,
      )
    : '';

async function open(address: string, access: SnmpCredentials): Promise<Session> {
  const { default: snmp } = await import('net-snmp');
  const family = isIP(address);
  if (family === 0) throw new Error(`${address} is no IP address that SNMP can be asked at.`);
  const options = {
    ...{ port: access.port, retries: RETRIES, timeout: ANSWER_WITHIN_MS },
    transport: family === 6 ? 'udp6' : 'udp4',
    backwardsGetNexts: true,
  };
  const session =
    access.version === '2c'
      ? snmp.createSession(address, access.community, { ...options, version: snmp.Version2c })
      : snmp.createV3Session(
          address,
          {
            name: access.user,
            level: snmp.SecurityLevel[access.level]!,
            authProtocol: snmp.AuthProtocols[access.authentication]!,
            authKey: access.authenticationKey,
            privProtocol: snmp.PrivProtocols[access.encryption]!,
            privKey: access.encryptionKey,
          },
          { ...options, version: snmp.Version3 },
        );
  session.on('error', () => {});
  // Only who was asked answers, and nothing that is sent may end this thread.
  session.dgram.removeAllListeners('message');
  session.dgram.on('message', (bytes, from) => {
    if (from.port !== access.port || from.address !== address) return;
    try {
      session.onMsg(bytes);
    } catch {
      // No SNMP: the request runs into its time.
    }
  });
  session.dgram.removeAllListeners('error');
  session.dgram.on('error', () => {});
  return session;
}

/** Why an agent gave no names, without what it was asked with. */
function sentenceOf(address: string, error: unknown, limits: Limits): string {
  const [name, message] = error instanceof Error ? [error.name, error.message] : ['', ''];
  if (name === 'RequestTimedOutError')
    return `${address} does not answer SNMP; check its access list and the community or user.`;
  if (/forcibly closed/.test(message))
    return `${address} did not tell all within ${Math.round(limits.withinMs / 1000)} s.`;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (/^E[A-Z]+$/.test(code)) return `${address} cannot be reached by SNMP (${code}).`;
  if (
    name === 'ResponseInvalidError' &&
    /^(Unknown User Name|Wrong Digest|Unsupported Security Level|Decryption Error)/.test(message)
  )
    return `${address} refuses the user of SNMP v3: ${message.replace(/ \(.*/, '').toLowerCase()}.`;
  // These sentences of net-snmp may hold the community.
  if (name === 'ResponseInvalidError' || name === 'RequestInvalidError' || name === 'ProcessingError')
    return `${address} answers SNMP with something else than was asked for.`;
  if (name === 'RequestFailedError') return `${address} refuses: ${safeText(message, 80)}.`;
  return `${address} gave no names by SNMP: ${safeText(message, 80)}.`;
}
