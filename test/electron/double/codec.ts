/**
 * Structured values as text, for the way between Node and the page, which carries only JSON. Everything that
 * Weir's messages hold comes out as it went in: typed arrays, buffers, maps, sets, dates, big integers, NaN,
 * infinities, undefined. The two functions run on both sides, so they use nothing from outside themselves.
 */

/** Text of a structured-cloneable value. */
export function encodeValue(value: unknown): string {
  const bytesAsText = (bytes: Uint8Array) => {
    let text = '';
    for (let at = 0; at < bytes.length; at += 8192)
      text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return btoa(text);
  };
  const visit = (part: unknown): unknown => {
    if (part === undefined) return ['undefined'];
    if (typeof part === 'bigint') return ['bigint', String(part)];
    if (typeof part === 'number' && (!Number.isFinite(part) || Object.is(part, -0)))
      return ['number', Object.is(part, -0) ? '-0' : String(part)];
    if (part === null || typeof part !== 'object') return part;
    if (part instanceof Date) return ['date', visit(part.getTime())];
    if (part instanceof Map) return ['map', [...part].map(([key, item]) => [visit(key), visit(item)])];
    if (part instanceof Set) return ['set', [...part].map(visit)];
    if (part instanceof ArrayBuffer) return ['buffer', bytesAsText(new Uint8Array(part))];
    if (ArrayBuffer.isView(part))
      return [
        'view',
        part.constructor.name,
        bytesAsText(new Uint8Array(part.buffer as ArrayBuffer, part.byteOffset, part.byteLength)),
      ];
    if (Array.isArray(part)) return ['array', part.map(visit)];
    return ['object', Object.entries(part).map(([name, item]) => [name, visit(item)])];
  };
  return JSON.stringify(visit(value));
}

/** The value of a text that `encodeValue` made. */
export function decodeValue(text: string): unknown {
  const views: Record<string, (buffer: ArrayBuffer) => unknown> = {
    Uint8Array: (buffer) => new Uint8Array(buffer),
    // Node's own kind of Uint8Array arrives as a plain one, as it does in a real clone.
    Buffer: (buffer) => new Uint8Array(buffer),
    Int8Array: (buffer) => new Int8Array(buffer),
    Uint8ClampedArray: (buffer) => new Uint8ClampedArray(buffer),
    Uint16Array: (buffer) => new Uint16Array(buffer),
    Int16Array: (buffer) => new Int16Array(buffer),
    Uint32Array: (buffer) => new Uint32Array(buffer),
    Int32Array: (buffer) => new Int32Array(buffer),
    Float32Array: (buffer) => new Float32Array(buffer),
    Float64Array: (buffer) => new Float64Array(buffer),
    BigInt64Array: (buffer) => new BigInt64Array(buffer),
    BigUint64Array: (buffer) => new BigUint64Array(buffer),
    DataView: (buffer) => new DataView(buffer),
  };
  const bytesOf = (encoded: string) =>
    Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0)).buffer;
  const visit = (part: unknown): unknown => {
    if (!Array.isArray(part)) return part;
    const [kind, first, second] = part as [string, never, never];
    if (kind === 'undefined') return undefined;
    if (kind === 'bigint') return BigInt(first);
    if (kind === 'number') return Number(first);
    if (kind === 'date') return new Date(visit(first) as number);
    if (kind === 'map')
      return new Map((first as [unknown, unknown][]).map(([key, item]) => [visit(key), visit(item)]));
    if (kind === 'set') return new Set((first as unknown[]).map(visit));
    if (kind === 'buffer') return bytesOf(first);
    if (kind === 'view') return views[first as string]?.(bytesOf(second));
    if (kind === 'array') return (first as unknown[]).map(visit);
    return Object.fromEntries((first as [string, unknown][]).map(([name, item]) => [name, visit(item)]));
  };
  return visit(JSON.parse(text));
}
