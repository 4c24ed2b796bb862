/** XDR as octets: what the builder writes into. */
import { padded } from './field.ts';

/** Big-endian octets in a buffer that grows. */
export class OctetWriter {
  length = 0;
  private bytes = new Uint8Array(2048);
  private view = new DataView(this.bytes.buffer);

  u32(value: number): void {
    this.room(4);
    this.view.setUint32(this.length, value);
    this.length += 4;
  }

  setU32(offset: number, value: number): void {
    this.view.setUint32(offset, value);
  }

  u64(value: number | bigint): void {
    this.room(8);
    this.view.setBigUint64(this.length, typeof value === 'bigint' ? value : BigInt(Math.trunc(value)));
    this.length += 8;
  }

  f32(value: number): void {
    this.room(4);
    this.view.setFloat32(this.length, value);
    this.length += 4;
  }

  f64(value: number): void {
    this.room(8);
    this.view.setFloat64(this.length, value);
    this.length += 8;
  }

  octets(octets: Uint8Array): void {
    this.room(octets.length);
    this.bytes.set(octets, this.length);
    this.length += octets.length;
  }

  /** Zeros up to a multiple of 4. */
  pad(): void {
    const padding = padded(this.length) - this.length;
    this.room(padding);
    this.length += padding;
  }

  finish(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  private room(octets: number): void {
    if (this.length + octets <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.bytes.length, this.length + octets));
    larger.set(this.bytes);
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}
