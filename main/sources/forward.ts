/**
 * Sends received datagrams on, byte for byte, to one address. What waits for the socket is bounded, and what finds no
 * room is dropped and counted: another collector that is slow costs this one nothing.
 */
import { isIPv6 } from 'node:net';
import { DgramAsPromised } from 'dgram-as-promised';

const MOST_WAITING = 1024;

export type Forwarder = {
  /** The octets belong to the forwarder from now on. */
  send(octets: Uint8Array): void;
  readonly sent: number;
  readonly dropped: number;
  /** One plain sentence about the last datagram that could not be sent; '' after one that could. */
  readonly problem: string;
  close(): Promise<void>;
};

export function openForwarder(address: string, port: number): Forwarder {
  const socket = DgramAsPromised.createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  let waiting = 0;
  let sent = 0;
  let dropped = 0;
  let problem = '';
  let closed = false;
  const fail = (error: Error): void => {
    const code = 'code' in error ? String(error.code) : 'unknown reason';
    problem = `The system does not send to ${address} port ${port} (${code}); check the address and the routes of this computer.`;
  };
  socket.socket.on('error', fail);
  // It keeps no program alive by itself.
  socket.socket.unref();
  return {
    get sent() {
      return sent;
    },
    get dropped() {
      return dropped;
    },
    get problem() {
      return problem;
    },
    send(octets) {
      if (closed) return;
      if (waiting >= MOST_WAITING) {
        dropped++;
        return;
      }
      waiting++;
      // The raw socket, because a promise for each datagram costs more than the datagram.
      socket.socket.send(octets, port, address, (error) => {
        waiting--;
        if (error) {
          dropped++;
          fail(error);
        } else {
          sent++;
          problem = '';
        }
      });
    },
    async close() {
      if (closed) return;
      closed = true;
      await socket.close().catch(() => {});
    },
  };
}
