/** Why and where a packet was dropped: sflow_drops.txt, and what host-sflow adds to it. */
import { ACL_DIRECTION } from '../enumerations.ts';
import { flowRecord, text, u32 } from '../field.ts';

const DOCUMENT = 'sflow_drops.txt';
const HOST_SFLOW = 'host-sflow src/sflow/sflow.h';

export const dropRecords = [
  flowRecord({ format: 1036, name: 'extended_egress_queue', document: DOCUMENT, fields: [u32('queue')] }),
  flowRecord({
    format: 1037,
    name: 'extended_acl',
    document: DOCUMENT,
    fields: [u32('number'), text('name'), u32('direction', '', { names: ACL_DIRECTION })],
  }),
  flowRecord({ format: 1038, name: 'extended_function', document: DOCUMENT, fields: [text('symbol', 64)] }),
  flowRecord({
    format: 1041,
    name: 'extended_hw_trap',
    document: HOST_SFLOW,
    fields: [text('group'), text('trap')],
  }),
  flowRecord({
    format: 1042,
    name: 'extended_linux_drop_reason',
    document: HOST_SFLOW,
    fields: [text('reason')],
  }),
] as const;
