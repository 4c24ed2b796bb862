/**
 * Where received datagrams are sent on to: kept on the shelf, opened again at the start. A target that is a port of
 * Weir itself is refused, and one that becomes so is held: each datagram would come back for ever. Nor does a
 * datagram go back to the computer that it came from, or two collectors would play it to and fro.
 */

import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';
import * as v from 'valibot';
import { safeText } from '../../shared/format/text.ts';
import type { ForwardingApi, ForwardingStatus, ForwardingTarget } from '../../shared/model/forwarding.ts';
import type { DocumentShelf } from '../../shared/model/store.ts';
import { type Handlers, RpcError } from '../../shared/rpc.ts';
import { type Forwarder, openForwarder } from '../sources/forward.ts';

const SHELF = 'forwarding';
const MOST_TARGETS = 16;

export const forwardingTarget = v.strictObject({
  address: v.pipe(v.string(), v.maxLength(64)),
  port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
});

type Open = { target: ForwardingTarget; forwarder: Forwarder; returned: number; loop: string };

export class Forwarding {
  readonly #documents: DocumentShelf;
  readonly #ownPorts: () => { address: string; port: number }[];
  readonly #open = new Map<string, Open>();
  readonly #unreadable = new Map<string, string>();
  readonly handlers: Handlers<ForwardingApi> = {
    'forwarding.list': () => this.list(),
    'forwarding.put': (name, target) => this.put(name, target),
    'forwarding.delete': (name) => this.delete(name),
  };

  /** `ownPorts` are the sockets that are listened on now. */
  constructor(documents: DocumentShelf, ownPorts: () => { address: string; port: number }[]) {
    this.#documents = documents;
    this.#ownPorts = ownPorts;
  }

  async start(): Promise<void> {
    for (const [name, body] of await this.#documents.all(SHELF)) {
      try {
        this.#add(name, v.parse(forwardingTarget, JSON.parse(body)));
      } catch {
        this.#unreadable.set(
          name,
          `What is kept of “${safeText(name)}” cannot be read; set it again or delete it.`,
        );
      }
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#open.values()].map(({ forwarder }) => forwarder.close()));
    this.#open.clear();
  }

  /** Other ports are listened on: a target may have become one of them, or be none any more. */
  portsChanged(): void {
    for (const one of this.#open.values()) one.loop = this.#loop(one.target);
  }

  /** Sends a datagram on; it is copied where anybody gets it. */
  datagram(bytes: Uint8Array, start: number, end: number, from: string): void {
    if (this.#open.size === 0) return;
    let octets: Uint8Array | null = null;
    for (const one of this.#open.values()) {
      if (one.loop !== '') continue;
      if (one.target.address === from && !isLoopback(from)) {
        one.returned++;
        continue;
      }
      octets ??= bytes.slice(start, end);
      one.forwarder.send(octets);
    }
  }

  list(): ForwardingStatus[] {
    return [
      ...[...this.#open].map(([name, { target, forwarder, returned, loop }]) => ({
        name,
        target,
        sent: forwarder.sent,
        dropped: forwarder.dropped + returned,
        problem: loop || forwarder.problem,
      })),
      ...[...this.#unreadable].map(([name, problem]) => ({
        ...{ name, target: { address: '', port: 0 }, sent: 0, dropped: 0, problem },
      })),
    ];
  }

  async put(name: string, target: ForwardingTarget): Promise<ForwardingTarget> {
    if (isIP(target.address) === 0)
      throw new RpcError(
        'refused',
        `“${safeText(target.address, 64)}” is no IP address; forwarding takes an address, as in 192.0.2.7.`,
      );
    const loop = this.#loop(target);
    if (loop !== '') throw new RpcError('refused', loop);
    if (!this.#open.has(name) && this.#open.size >= MOST_TARGETS)
      throw new RpcError('refused', `Weir forwards to at most ${MOST_TARGETS} targets; delete one first.`);
    await this.#documents.put(SHELF, name, JSON.stringify(target));
    const before = this.#open.get(name);
    if (before && before.target.address === target.address && before.target.port === target.port)
      return target;
    await before?.forwarder.close();
    this.#add(name, target);
    this.#unreadable.delete(name);
    return target;
  }

  async delete(name: string): Promise<null> {
    if (!this.#open.has(name) && !this.#unreadable.has(name))
      throw new RpcError('missing', `Nothing is forwarded by the name “${safeText(name)}”.`);
    await this.#documents.delete(SHELF, name);
    await this.#open.get(name)?.forwarder.close();
    this.#open.delete(name);
    this.#unreadable.delete(name);
    return null;
  }

  #add(name: string, target: ForwardingTarget): void {
    this.#open.set(name, {
      ...{ target, returned: 0, loop: this.#loop(target) },
      forwarder: openForwarder(target.address, target.port),
    });
  }

  /** Why a target would get back what it is sent; '' where it would not. */
  #loop({ address, port }: ForwardingTarget): string {
    const target = canonical(address);
    const own = isOwn(target);
    const heard = this.#ownPorts().some((listener) => {
      if (listener.port !== port) return false;
      const at = canonical(listener.address);
      return at === target || (own && (isEvery(at) || isEvery(target)));
    });
    return heard
      ? `Weir itself listens on ${address} port ${port}: what is sent there would come back for ever.`
      : '';
  }
}

const isEvery = (address: string): boolean => address === '' || address === '0.0.0.0' || address === '::';

/** One spelling for one address; mapped IPv4 as IPv4. */
function canonical(address: string): string {
  const bare = address.split('%')[0]!;
  return ipaddr.isValid(bare) ? ipaddr.process(bare).toString() : address;
}

const isLoopback = (address: string): boolean =>
  ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback';

function isOwn(address: string): boolean {
  if (isEvery(address) || isLoopback(address)) return true;
  return Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .some((one) => canonical(one.address) === address);
}
