/**
 * Keys of the InfiniBand base transport header, over Ethernet (RoCE) or InfiniBand itself, and of the extended
 * headers right behind it (InfiniBand Architecture Specification, volume 1, chapter 9).
 */
import type { Layer } from '../../packet/header.ts';
import type { Sample } from '../../samples/sample.ts';
import { BOOLEAN, NUMBER, named } from '../form.ts';
import { key, offsetOf, type Read } from './line.ts';

const BTH_OCTETS = 12;

const RELIABLE = 0;
const UNRELIABLE = 1;
const RELIABLE_DATAGRAM = 2;
const EXTENDED_RELIABLE = 5;
const TRANSPORTS: readonly (string | undefined)[] = ['RC', 'UC', 'RD', 'UD', 'CNP', 'XRC'];

const OPERATIONS: readonly string[] = [
  'SEND_FIRST',
  'SEND_MIDDLE',
  'SEND_LAST',
  'SEND_LAST_WITH_IMMEDIATE',
  'SEND_ONLY',
  'SEND_ONLY_WITH_IMMEDIATE',
  'RDMA_WRITE_FIRST',
  'RDMA_WRITE_MIDDLE',
  'RDMA_WRITE_LAST',
  'RDMA_WRITE_LAST_WITH_IMMEDIATE',
  'RDMA_WRITE_ONLY',
  'RDMA_WRITE_ONLY_WITH_IMMEDIATE',
  'RDMA_READ_REQUEST',
  'RDMA_READ_RESPONSE_FIRST',
  'RDMA_READ_RESPONSE_MIDDLE',
  'RDMA_READ_RESPONSE_LAST',
  'RDMA_READ_RESPONSE_ONLY',
  'ACKNOWLEDGE',
  'ATOMIC_ACKNOWLEDGE',
  'CMP_SWAP',
  'FETCH_ADD',
  'RESYNC',
  'SEND_LAST_WITH_INVALIDATE',
  'SEND_ONLY_WITH_INVALIDATE',
];
/** RoCE's congestion notification packet (annex A17). */
const CONGESTION_NOTIFICATION = 0x81;

/** Operations with an RDMA header (RETH), and with an acknowledgement header (AETH). */
const WITH_RDMA: readonly number[] = [6, 10, 11, 12];
const WITH_ACKNOWLEDGEMENT: readonly number[] = [13, 15, 16, 17, 18];

const operationName = (opcode: number): string | undefined =>
  opcode === CONGESTION_NOTIFICATION
    ? 'CNP'
    : opcode >>> 5 <= EXTENDED_RELIABLE
      ? OPERATIONS[opcode & 31]
      : undefined;

/** A number of the header: the big-endian octets at `offset`, shifted and masked. */
const bth =
  (offset: number, octets: 1 | 4, shift: number, mask: number): Read =>
  (sample, layer, out, at) => {
    if (layer.baseTransport < 0) return false;
    const { view } = sample.header;
    const place = layer.baseTransport + offset;
    out[at] = ((octets === 1 ? view.getUint8(place) : view.getUint32(place)) >>> shift) & mask;
    return true;
  };

/** Where the headers of an operation begin behind those of its transport; -1 for one that has them not. */
function extendedHeader(sample: Sample, layer: Layer, operations: readonly number[], octets: number): number {
  if (layer.baseTransport < 0) return -1;
  const opcode = sample.header.view.getUint8(layer.baseTransport);
  const transport = opcode >>> 5;
  if (!operations.includes(opcode & 31)) return -1;
  const isRequest = operations === WITH_RDMA;
  let offset = layer.baseTransport + BTH_OCTETS;
  if (transport === RELIABLE_DATAGRAM) offset += isRequest ? 12 : 4;
  else if (transport === EXTENDED_RELIABLE) offset += isRequest ? 4 : 0;
  else if (transport !== RELIABLE && !(transport === UNRELIABLE && isRequest)) return -1;
  return offset + octets > sample.header.end ? -1 : offset;
}

const RETH_OCTETS = 16;
const AETH_OCTETS = 4;

const rdmaLength: Read = (sample, layer, out, at) => {
  const offset = extendedHeader(sample, layer, WITH_RDMA, RETH_OCTETS);
  if (offset < 0) return false;
  out[at] = sample.header.view.getUint32(offset + 12);
  return true;
};

/** The credits of an acknowledgement: the low five bits of a syndrome whose bits 5 and 6 say ACK. */
const credits: Read = (sample, layer, out, at) => {
  const offset = extendedHeader(sample, layer, WITH_ACKNOWLEDGEMENT, AETH_OCTETS);
  if (offset < 0) return false;
  const syndrome = sample.header.view.getUint8(offset);
  if ((syndrome & 0x60) !== 0) return false;
  out[at] = syndrome & 0x1f;
  return true;
};

export const infinibandKeys = [
  key(
    'ibbt_offset',
    'IBBT offset',
    NUMBER,
    offsetOf((layer) => layer.baseTransport),
    'Octets from the start of the sampled header to the InfiniBand base transport header.',
  ),
  key(
    'ibbtopcode',
    'IB opcode',
    NUMBER,
    bth(0, 1, 0, 0xff),
    'Operation code of InfiniBand or RoCE, by number.',
  ),
  key(
    'ibbtoptransport',
    'IB transport',
    named((opcode) => TRANSPORTS[opcode]),
    bth(0, 1, 5, 7),
    'Transport of InfiniBand or RoCE: RC, UC, RD, UD, CNP, XRC.',
  ),
  key(
    'ibbtopname',
    'IB operation',
    named(operationName),
    bth(0, 1, 0, 0xff),
    'Operation of InfiniBand or RoCE, as in RDMA_WRITE_ONLY.',
  ),
  key(
    'ibbtse',
    'IB solicited',
    BOOLEAN,
    bth(1, 1, 7, 1),
    'Solicited event bit of InfiniBand or RoCE: true or false.',
  ),
  key(
    'ibbtm',
    'IB migration',
    BOOLEAN,
    bth(1, 1, 6, 1),
    'Migration bit of InfiniBand or RoCE: true or false.',
  ),
  key('ibbttver', 'IB version', NUMBER, bth(1, 1, 0, 15), 'Transport header version of InfiniBand or RoCE.'),
  key(
    'ibbtdestqp',
    'IB queue pair',
    NUMBER,
    bth(4, 4, 0, 0xff_ffff),
    'Destination queue pair of InfiniBand or RoCE.',
  ),
  key(
    'ibbtack',
    'IB acknowledge',
    BOOLEAN,
    bth(8, 1, 7, 1),
    'Whether an acknowledgement is asked for: true or false.',
  ),
  key(
    'ibbtrdmalen',
    'RDMA length',
    NUMBER,
    rdmaLength,
    'Length of the transfer that an RDMA request begins, in octets.',
  ),
  key('ibbtaethack', 'IB credits', NUMBER, credits, 'Credit code in an acknowledgement; 31 for none given.'),
] as const;
