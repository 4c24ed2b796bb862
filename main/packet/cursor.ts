/**
 * Where the parser stands in a packet. One cursor is reused for every packet; a reader looks at the octets from
 * `offset` on, never at or past `end`, writes what it found into `layer`, moves `offset` behind its header and
 * returns the protocol that follows. `end` may move inwards (an IP total length, an 802.3 length), never out.
 */
import { type Layer, MAX_LAYERS, MAX_STEPS, PacketHeader } from './header.ts';
import { DONE } from './protocols.ts';

/** Reads the header at the cursor; returns the protocol that follows, or DONE. Never throws. */
export type Reader = (cursor: Cursor) => number;

export class Cursor {
  header = new PacketHeader();
  view = this.header.view;
  offset = 0;
  end = 0;
  /** The protocol whose reader is running. */
  protocol = DONE;
  layer: Layer = this.header.layers[0];
  /** Layers begun; the header's own `depth` follows once something was read in the last one. */
  depth = 0;

  /** Puts the cursor at the start of a packet and clears layer 0. */
  reset(header: PacketHeader, view: DataView, start: number, end: number): void {
    this.header = header;
    this.view = view;
    this.offset = start;
    this.end = end;
    this.depth = 1;
    const layer = header.layers[0];
    layer.clear();
    this.layer = layer;
  }

  /** Notes that the running protocol's header begins here; called before `offset` moves. */
  saw(): void {
    this.sawAt(this.protocol, this.offset);
  }

  /** Notes a header that is read by another protocol's reader. */
  sawAt(protocol: number, offset: number): void {
    const header = this.header;
    const step = header.stepCount;
    if (step < MAX_STEPS) {
      header.stepProtocol[step] = protocol;
      header.stepOffset[step] = offset;
      header.stepCount = step + 1;
    }
    header.depth = this.depth;
  }

  /** The octets ended too early, or contradict themselves: nothing behind this is read. */
  cut(): number {
    this.header.truncated = true;
    return DONE;
  }

  /** Goes on with `protocol` at `offset`. */
  follow(protocol: number, offset: number): number {
    this.offset = offset;
    if (protocol === DONE) return DONE;
    return offset < this.end ? protocol : this.cut();
  }

  /** Goes on with the packet inside a tunnel as the next layer; DONE where no layer is left. */
  enter(protocol: number, offset: number): number {
    this.offset = offset;
    if (protocol === DONE) return DONE;
    if (offset >= this.end) return this.cut();
    if (this.depth >= MAX_LAYERS) return DONE;
    const layer = this.header.layers[this.depth]!;
    layer.clear();
    this.layer = layer;
    this.depth++;
    return protocol;
  }

  /** Notes the tunnel header that the running protocol's reader found behind the current layer. */
  tunnel(): void {
    this.saw();
    this.layer.tunnelProtocol = this.protocol;
    this.layer.tunnel = this.offset;
  }
}
