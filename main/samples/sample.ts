/**
 * One flow sample as every consumer downstream sees it: scaled by its own sampling rate, its header parsed,
 * its way through the network named by one number. Reused: whoever keeps something copies it.
 */
import { PacketHeader } from '../packet/header.ts';
import { Datagram, FlowSample } from '../sflow/sample.ts';
import type { Agent } from './agent.ts';

export class Sample {
  timeMs = 0;
  agent: Agent | null = null;
  /** Id in `Network.paths`: agent, data source, input and output, and whether the sample counts. */
  path = 0;
  samplingRate = 0;
  /** Whether it is of a frame on a wire; else of an application's request (sflow_application.txt). */
  isFrame = true;
  /** Length of the sampled frame on the wire, in octets (with FCS where the agent counts it). */
  frameOctets = 0;
  /** frameOctets × samplingRate. */
  octets = 0;
  readonly header = new PacketHeader();
  datagram: Datagram = new Datagram();
  flow: FlowSample = new FlowSample();
}
