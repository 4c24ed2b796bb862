/**
 * The bytes of one RPC message on a WebSocket. Typed arrays travel as they lie in memory behind a JSON head,
 * so that an answer of columns costs one copy and no parsing. Both ends of a connection are the same program
 * on little-endian machines (every platform Weir runs on), so the arrays keep the machine's byte order.
 *
 * Layout: u32 length of the head · head (UTF-8 JSON) · zeros up to a multiple of 8 · the arrays, each so padded.
 */
import type { RpcMessage } from './rpc.ts';

declare const TextEncoder: new () => { encode(text: string): Uint8Array };
declare const TextDecoder: new () => { decode(bytes: Uint8Array): string };

const arrayTypes = {
  f64: Float64Array,
  f32: Float32Array,
  u32: Uint32Array,
  i32: Int32Array,
  u16: Uint16Array,
  u8: Uint8Array,
} as const;

type ArrayType = keyof typeof arrayTypes;
type Column = InstanceType<(typeof arrayTypes)[ArrayType]>;

function typeOf(column: ArrayBufferView): ArrayType | null {
  for (const [name, type] of Object.entries(arrayTypes)) if (column instanceof type) return name as ArrayType;
  return null;
}

const padded = (octets: number): number => (octets + 7) & ~7;

/** One message as one block of bytes. Throws TypeError on a value that JSON and typed arrays cannot carry. */
export function encodeMessage(message: RpcMessage): Uint8Array<ArrayBuffer> {
  const columns: Column[] = [];
  const head = new TextEncoder().encode(
    JSON.stringify(message, (_key, value: unknown) => {
      if (typeof value === 'number' && !Number.isFinite(value)) return { $number: String(value) };
      if (ArrayBuffer.isView(value)) {
        const type = typeOf(value);
        if (type === null) throw new TypeError('This kind of array cannot be sent.');
        columns.push(value as Column);
        return { $array: type, length: (value as Column).length };
      }
      return value;
    }),
  );
  let size = padded(4 + head.length);
  for (const column of columns) size += padded(column.byteLength);
  const bytes = new Uint8Array(size);
  new DataView(bytes.buffer).setUint32(0, head.length, true);
  bytes.set(head, 4);
  let offset = padded(4 + head.length);
  for (const column of columns) {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), offset);
    offset += padded(column.byteLength);
  }
  return bytes;
}

/**
 * The message in a block of bytes. Throws RangeError or SyntaxError on bytes that are no message; the caller
 * closes the connection then.
 */
export function decodeMessage(block: ArrayBuffer | Uint8Array): RpcMessage {
  // Arrays need their alignment: a block that begins at an odd place is moved once.
  const bytes =
    block instanceof Uint8Array && block.byteOffset % 8 !== 0
      ? block.slice()
      : block instanceof Uint8Array
        ? block
        : new Uint8Array(block);
  if (bytes.byteLength < 4) throw new RangeError('The message is shorter than its head.');
  const headLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (4 + headLength > bytes.byteLength) throw new RangeError('The message is shorter than its head.');
  let offset = padded(4 + headLength);
  const revive = (_key: string, value: unknown): unknown => {
    if (value === null || typeof value !== 'object') return value;
    if ('$number' in value) return Number(value.$number);
    if ('$array' in value && 'length' in value) {
      const type = arrayTypes[value.$array as ArrayType];
      const length = value.length as number;
      if (!type || !Number.isInteger(length) || length < 0)
        throw new RangeError('The message names no such array.');
      const octets = length * type.BYTES_PER_ELEMENT;
      if (offset + octets > bytes.byteLength) throw new RangeError('The message is shorter than its arrays.');
      const column = new type(bytes.buffer as ArrayBuffer, bytes.byteOffset + offset, length);
      offset += padded(octets);
      return column;
    }
    return value;
  };
  const head = new TextDecoder().decode(bytes.subarray(4, 4 + headLength));
  // JSON.parse revives inner values first and in the order they were written, which is the arrays' order.
  const message = JSON.parse(head, revive) as unknown;
  if (message === null || typeof message !== 'object' || !('type' in message))
    throw new RangeError('The message has no type.');
  return message as RpcMessage;
}
