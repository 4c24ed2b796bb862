/** The base transport header of InfiniBand and RoCE, and the RDMA and acknowledgement headers behind it, for people. */
import { type Fields, hexNumber, type Names } from './fields.ts';
import type { Description } from './layer.ts';

/** Operations of a base transport header, by the low five bits of the opcode. */
const OPERATIONS: Names = {
  0: 'SEND first',
  1: 'SEND middle',
  2: 'SEND last',
  3: 'SEND last with immediate',
  4: 'SEND only',
  5: 'SEND only with immediate',
  6: 'RDMA WRITE first',
  7: 'RDMA WRITE middle',
  8: 'RDMA WRITE last',
  9: 'RDMA WRITE last with immediate',
  10: 'RDMA WRITE only',
  11: 'RDMA WRITE only with immediate',
  12: 'RDMA READ request',
  13: 'RDMA READ response first',
  14: 'RDMA READ response middle',
  15: 'RDMA READ response last',
  16: 'RDMA READ response only',
  17: 'acknowledge',
  18: 'ATOMIC acknowledge',
  19: 'compare and swap',
  20: 'fetch and add',
};
const TRANSPORTS: Names = { 0: 'RC', 1: 'UC', 2: 'RD', 3: 'UD', 5: 'XRC' };
const CONGESTION_NOTIFICATION = 0x81;
const WITH_RDMA_HEADER = [6, 10, 11, 12];
const WITH_ACKNOWLEDGEMENT = [13, 15, 16, 17, 18];

function opcodeText(opcode: number): string {
  if (opcode === CONGESTION_NOTIFICATION) return 'congestion notification';
  const transport = TRANSPORTS[opcode >>> 5];
  const operation = OPERATIONS[opcode & 31];
  return transport && operation ? `${transport} ${operation}` : hexNumber(2)(opcode);
}

export function describeBaseTransport(fields: Fields): Description {
  const opcode = fields.number('opcode', 0, 1, { text: opcodeText });
  fields.bits('solicited event', 1, 1, 7, 1);
  fields.bits('migration', 1, 1, 6, 1);
  fields.bits('pad count', 1, 1, 4, 2);
  fields.number('partition key', 2, 2, { text: hexNumber(4) });
  const queuePair = fields.number('destination queue pair', 5, 3, { text: hexNumber(6) });
  fields.bits('acknowledge request', 8, 1, 7, 1);
  fields.number('packet sequence', 9, 3);
  const summary = `${opcodeText(opcode)}, queue pair ${hexNumber(6)(queuePair)}`;
  const reliable = opcode >>> 5 === 0 || opcode >>> 5 === 5;
  const operation = opcode & 31;
  if (reliable && WITH_RDMA_HEADER.includes(operation)) {
    fields.octets('virtual address', 12, 8);
    fields.number('remote key', 20, 4, { text: hexNumber(8) });
    fields.number('DMA length', 24, 4, { unit: 'octets' });
    return { length: 28, summary };
  }
  if (reliable && WITH_ACKNOWLEDGEMENT.includes(operation)) {
    fields.number('syndrome', 12, 1, { text: syndromeText });
    fields.number('message sequence', 13, 3);
    return { length: 16, summary };
  }
  return { length: 12, summary };
}

/** What an acknowledgement says: bits 6 and 5 of the syndrome. */
function syndromeText(syndrome: number): string {
  const kind = (syndrome >>> 5) & 3;
  if (kind === 0) return `ACK (${syndrome})`;
  if (kind === 1) return `receiver not ready (${syndrome})`;
  return kind === 3 ? `NAK (${syndrome})` : String(syndrome);
}
