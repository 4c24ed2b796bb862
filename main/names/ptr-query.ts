/**
 * One question to a name server, over UDP: which name has this address? Node's own resolver tells no time to live
 * with a name, so the question is put here. Each goes out from a socket of its own (another port each time) with a
 * random id, and only an answer to just that question from just that server is taken.
 */
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { isIP } from 'node:net';
import {
  DNS_TYPE,
  dnsQuery,
  negativeTtlSeconds,
  readDnsMessage,
  readDnsName,
  reverseName,
} from './dns-message.ts';

/** A name or, with null, none; and for how long that holds by the server's own word (null: it said nothing). */
export type PtrAnswer = { name: string | null; ttlSeconds: number | null };
/** Rejects where no server answered; the message says why. */
export type PtrQuery = (address: string, servers: readonly string[]) => Promise<PtrAnswer>;

const ANSWER_WITHIN_MS = 2000;
const TRIES = 2;
/** Codes that are an answer: no error, no such name. The others ask for another server. */
const ANSWERS: ReadonlySet<number> = new Set([0, 3]);

export type DnsServer = { address: string; port: number };

/** '192.0.2.1', '192.0.2.1:5353', '2001:db8::1' or '[2001:db8::1]:53'; null where it is none of these. */
export function parseDnsServer(text: string): DnsServer | null {
  const bracketed = /^\[([^\]]+)\](?::(\d{1,5}))?$/.exec(text);
  const ported = bracketed ?? /^([\d.]+):(\d{1,5})$/.exec(text);
  const address = ported ? ported[1]! : text;
  const port = Number(ported?.[2] ?? 53);
  return isIP(address) === 0 || port < 1 || port > 65_535 ? null : { address, port };
}

/** Asks the servers in turn, twice at most. */
export const askByUdp: PtrQuery = async (address, servers) => {
  let failure: Error = new Error('No name server is known.');
  for (let attempt = 0; attempt < TRIES; attempt++) {
    for (const text of servers) {
      const server = parseDnsServer(text);
      if (server === null) continue;
      try {
        return await askOnce(address, server);
      } catch (error) {
        failure = error instanceof Error ? error : failure;
      }
    }
  }
  throw failure;
};

function askOnce(address: string, server: DnsServer): Promise<PtrAnswer> {
  const name = reverseName(address)!;
  const id = randomInt(0x1_0000);
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIP(server.address) === 6 ? 'udp6' : 'udp4');
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      socket.removeAllListeners();
      // An error that is still under way has nobody left to tell.
      socket.on('error', () => {});
      socket.close();
      settle();
    };
    const fail = (why: string): void =>
      end(() => reject(new Error(`The name server ${server.address} ${why}.`)));
    const timer = setTimeout(() => fail('does not answer'), ANSWER_WITHIN_MS);
    timer.unref();
    socket.unref();
    socket.on('error', () => fail('cannot be reached'));
    socket.on('message', (bytes) => {
      const message = readDnsMessage(bytes, 0, bytes.length);
      if (message === null || message.id !== id || !message.isResponse || message.question?.name !== name)
        return;
      if (!ANSWERS.has(message.code)) fail(`refuses to answer (code ${message.code})`);
      else end(() => resolve(answerOf(bytes, message)));
    });
    socket.connect(server.port, server.address, () => {
      socket.send(dnsQuery(id, name, DNS_TYPE.PTR), (error) => {
        if (error) fail('cannot be reached');
      });
    });
  });
}

function answerOf(bytes: Uint8Array, message: NonNullable<ReturnType<typeof readDnsMessage>>): PtrAnswer {
  for (const { type, ttlSeconds, dataAt } of message.answers) {
    if (type !== DNS_TYPE.PTR) continue;
    const found = readDnsName(bytes, 0, bytes.length, dataAt);
    if (found !== null && found.text !== '.') return { name: found.text, ttlSeconds };
  }
  return { name: null, ttlSeconds: negativeTtlSeconds(bytes, message) };
}
