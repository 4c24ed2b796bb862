/** Keys of the sample itself: where it was taken, how large the frame was, why it was dropped. */

import { stackOf } from '../../packet/stack.ts';
import { DROP_REASON } from '../../sflow/enumerations.ts';
import { AGENT, INTERFACE, NUMBER, named, PORT, STACK } from '../form.ts';
import { inputWord, outputWord, readAgent } from './agent.ts';
import { either, recordField, sampleKey } from './line.ts';

const DIRECTION = named((value) => (value === 1 ? 'egress' : 'ingress'));
const REASON = named((value) => DROP_REASON[value]);

const DISCARDED = 1;

export const sampleKeys = [
  sampleKey(
    'agent',
    'Agent',
    AGENT,
    (sample, _layer, out, at) => {
      readAgent(sample, out, at);
      return true;
    },
    'Name of the agent that took the sample, else its address. A key of Weir’s own.',
  ),
  sampleKey(
    'inputifindex',
    'Input port',
    INTERFACE,
    (sample, _layer, out, at) => {
      out[at] = inputWord(sample);
      return true;
    },
    'ifIndex of the port that the frame came in at.',
  ),
  sampleKey(
    'outputifindex',
    'Output port',
    INTERFACE,
    (sample, _layer, out, at) => {
      out[at] = outputWord(sample);
      return true;
    },
    'ifIndex of the port that the frame left by; "multiple" for a flood, "discard" for a drop.',
  ),
  sampleKey(
    'inputifname',
    'Input port',
    PORT,
    (sample, _layer, out, at) => {
      out[at] = inputWord(sample);
      readAgent(sample, out, at + 1);
      return true;
    },
    'Name of the port that the frame came in at, else its number. A key of Weir’s own.',
  ),
  sampleKey(
    'outputifname',
    'Output port',
    PORT,
    (sample, _layer, out, at) => {
      out[at] = outputWord(sample);
      readAgent(sample, out, at + 1);
      return true;
    },
    'Name of the port that the frame left by, else its number. A key of Weir’s own.',
  ),
  sampleKey(
    'direction',
    'Direction',
    DIRECTION,
    (sample, _layer, out, at) => {
      const { flow } = sample;
      out[at] = flow.dataSourceIndex === flow.outputValue && flow.outputFormat === 0 ? 1 : 0;
      return true;
    },
    'Whether the sample was taken where the frame came in (ingress) or where it left (egress).',
  ),
  sampleKey(
    'stack',
    'Stack',
    STACK,
    (sample, _layer, out, at) => {
      if (sample.header.depth === 0) return false;
      out[at] = stackOf(sample.header);
      return true;
    },
    'The layers of the sampled header, as in eth.ip.tcp.',
  ),
  sampleKey(
    'frames',
    'Frames',
    NUMBER,
    (sample, _layer, out, at) => {
      if (!sample.isFrame) return false;
      out[at] = 1;
      return true;
    },
    'Frames in the sample: 1.',
  ),
  sampleKey(
    'requests',
    'Requests',
    NUMBER,
    (_sample, _layer, out, at) => {
      out[at] = 1;
      return true;
    },
    'Requests in the sample: 1.',
  ),
  sampleKey(
    'stripped',
    'Stripped',
    NUMBER,
    (sample, _layer, out, at) => {
      if (sample.flow.headerStart < 0) return false;
      out[at] = sample.flow.stripped;
      return true;
    },
    'Octets that the agent took off the frame before it was sampled (FCS, tags).',
  ),
  sampleKey(
    'samplingrate',
    'Sampling rate',
    NUMBER,
    (sample, _layer, out, at) => {
      out[at] = sample.samplingRate;
      return true;
    },
    'One in how many frames was sampled. A key of Weir’s own.',
  ),
  sampleKey(
    'reason',
    'Drop reason',
    REASON,
    (sample, _layer, out, at) => {
      const { flow } = sample;
      if (flow.kind === 'discarded') out[at] = flow.reason;
      else if (flow.outputFormat === DISCARDED) out[at] = flow.outputValue & 0x3fff_ffff;
      else return false;
      return true;
    },
    'Why the frame was dropped (sflow_drops.txt), as in ttl_exceeded.',
  ),
  sampleKey(
    'queueindex',
    'Queue',
    NUMBER,
    either(recordField(1036, 'queue'), recordField(1019, 'queueIndex')),
    'Egress queue that the frame was put into.',
  ),
  sampleKey(
    'queuedepth',
    'Queue depth',
    NUMBER,
    recordField(1040, 'depth'),
    'Depth of the egress queue when the frame was put into it, in octets.',
  ),
  sampleKey(
    'queuelength',
    'Queue length',
    NUMBER,
    recordField(1019, 'queueLength'),
    'Length of the egress queue, in segments. A key of Weir’s own.',
  ),
  sampleKey(
    'transitdelay',
    'Transit delay',
    NUMBER,
    recordField(1039, 'delay'),
    'Time that the frame spent in the device, in nanoseconds; 4294967295 for that or more.',
  ),
] as const;
