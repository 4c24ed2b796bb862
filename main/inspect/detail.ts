/** One datagram whole, as both kinds of workspace answer it: who sent it where and when, its octets and its tree. */
import type { DatagramDetail } from '../../shared/model/inspect.ts';
import type { Endpoint } from '../sources/pcap-write.ts';
import { inspectDatagram } from './node.ts';

/** Sender and receiver of a UDP datagram; an address that is not known is ''. */
export type Ends = { from: Endpoint; to: Endpoint };
/** The name of a port of an agent, 'if 52' where none was heard. */
export type AgentPortName = (agent: string, ifIndex: number) => string;

/** `bytes` hold the datagram and nothing else, and belong to the answer from now on. */
export function detailOf(
  { id, timeMs, truncated }: Pick<DatagramDetail, 'id' | 'timeMs' | 'truncated'>,
  bytes: Uint8Array,
  { from, to }: Ends,
  portName: AgentPortName,
): DatagramDetail {
  // The ports are named as soon as it is known whose they are: the header's address stands before any sample.
  let agent = 'unknown';
  const tree = inspectDatagram(
    bytes,
    (address) => {
      agent = address;
    },
    (ifIndex) => portName(agent, ifIndex),
  );
  return { id, timeMs, agent, from: endText(from), to: endText(to), truncated, bytes, tree };
}

/** '10.0.0.1:6343', '[2001:db8::1]:6343', '' where it is not known. */
function endText({ address, port }: Endpoint): string {
  if (address === '') return '';
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
