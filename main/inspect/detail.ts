/** One datagram whole, as both kinds of workspace answer it: who sent it where and when, its octets and its tree. */
import { FilterError } from '../../shared/filter/filter.ts';
import type { DatagramDetail, DatagramFilter } from '../../shared/model/inspect.ts';
import type { FunctionContext } from '../flows/functions/context.ts';
import type { Endpoint } from '../sources/pcap-write.ts';
import { EVERYTHING, Examiner } from './examine.ts';
import { inspectDatagram, problemNode } from './node.ts';

/** Sender and receiver of a UDP datagram; an address that is not known is ''. */
export type Ends = { from: Endpoint; to: Endpoint };

/** What an answer takes from who asks and from what is known of the network. */
export type DetailContext = { filter: DatagramFilter | null; context: FunctionContext };

/** `bytes` hold the datagram and nothing else, and belong to the answer from now on. */
export function detailOf(
  { id, timeMs, truncated }: Pick<DatagramDetail, 'id' | 'timeMs' | 'truncated'>,
  bytes: Uint8Array,
  { from, to }: Ends,
  { filter, context }: DetailContext,
): DatagramDetail {
  // The ports are named as soon as it is known whose they are: the header's address stands before any sample.
  let agent = 'unknown';
  const tree = inspectDatagram(
    bytes,
    (address) => {
      agent = address;
    },
    (ifIndex) => context.names.interfaceName(agent, ifIndex),
  );
  if (truncated) {
    const text = 'The capture holds only the beginning of this datagram; the rest was not recorded.';
    tree.children.push(problemNode(text, 'cut off by the capture', bytes.length));
  }
  return {
    ...{ id, timeMs, agent, from: endText(from), to: endText(to), truncated, bytes, tree },
    matching: filter ? matchingSamples(bytes, filter, context) : [],
  };
}

/** Which samples hold what a filter says of one; none where it says nothing, or cannot be understood. */
function matchingSamples(bytes: Uint8Array, filter: DatagramFilter, context: FunctionContext): number[] {
  const { filter: text, ifIndex } = filter;
  if (text === '' && ifIndex === null) return [];
  try {
    const examiner = new Examiner({
      filter: { ...EVERYTHING, filter: text, ifIndex },
      context,
      keepFound: true,
    });
    examiner.read(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length, 0);
    return examiner.matches;
  } catch (error) {
    if (error instanceof FilterError) return [];
    throw error;
  }
}

/** '10.0.0.1:6343', '[2001:db8::1]:6343', '' where it is not known. */
function endText({ address, port }: Endpoint): string {
  if (address === '') return '';
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
