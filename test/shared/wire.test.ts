import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connect, RpcError, type RpcMessage, serve, type Wire } from '../../shared/rpc.ts';
import { decodeMessage, encodeMessage } from '../../shared/wire.ts';

describe('a message on a WebSocket', () => {
  it('carries plain values, typed arrays of every kind and numbers that JSON lacks', () => {
    const message: RpcMessage = {
      type: 'answer',
      id: 7,
      value: {
        text: 'h1 → h2',
        none: null,
        list: [new Float64Array([1.5, Number.NaN, -0]), { deep: new Uint32Array([4294967295]) }],
        bytes: new Uint8Array([1, 2, 3]),
        empty: new Float64Array(0),
        ratio: Number.NaN,
        rate: Number.POSITIVE_INFINITY,
      },
    };
    expect(decodeMessage(encodeMessage(message))).toEqual(message);
  });

  it('is read from a block that begins at an odd place', () => {
    const bytes = encodeMessage({ type: 'event', name: 'x', data: new Float64Array([3]) });
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodeMessage(shifted.subarray(3))).toEqual({
      type: 'event',
      name: 'x',
      data: new Float64Array([3]),
    });
  });

  it('keeps any nesting of arrays and values in order', () => {
    const leaf = fc.oneof(fc.string(), fc.double(), fc.float64Array(), fc.uint8Array(), fc.constant(null));
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(value, (data) => {
        const wanted = JSON.stringify(data, (_k, v) => (v === 0 ? 0 : v));
        const got = decodeMessage(encodeMessage({ type: 'event', name: 'e', data }));
        expect(got.type === 'event' && JSON.stringify(got.data, (_k, v) => (v === 0 ? 0 : v))).toBe(wanted);
      }),
    );
  });

  it('is refused, not misread, where it is cut short or random', () => {
    const whole = encodeMessage({ type: 'answer', id: 1, value: new Float64Array([1, 2, 3]) });
    for (let length = 0; length < whole.length; length++) {
      expect(() => decodeMessage(whole.slice(0, length)), `cut at ${length}`).toThrow();
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          decodeMessage(bytes);
        } catch (error) {
          expect(error instanceof RangeError || error instanceof SyntaxError).toBe(true);
        }
      }),
    );
  });
});

/** Two wires joined back to back. */
function pair(): [Wire, Wire, () => void] {
  const receivers: ((message: RpcMessage) => void)[] = [];
  const closers: (() => void)[] = [];
  const wire = (own: number): Wire => ({
    send: (message) => queueMicrotask(() => receivers[1 - own]?.(structuredClone(message))),
    onMessage: (listener) => {
      receivers[own] = listener;
    },
    onClose: (listener) => {
      closers.push(listener);
    },
  });
  return [
    wire(0),
    wire(1),
    () => {
      for (const close of closers) close();
    },
  ];
}

type TestApi = { add: (a: number, b: number) => number; refuse: () => null; wait: () => null };

describe('calls over a wire', () => {
  it('answer, refuse with their sentence, push events, and are cancelled', async () => {
    const [near, far, close] = pair();
    let release = () => {};
    let sawCancel = false;
    const push = serve(far, async (_workspace, method, args, call) => {
      if (method === 'add') return (args[0] as number) + (args[1] as number);
      if (method === 'refuse') throw new RpcError('refused', 'The port is taken.');
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      sawCancel = call.signal.aborted;
      return null;
    });
    const client = connect<TestApi, { hello: number }>(near);
    expect(await client.call(null, 'add', [2, 3])).toBe(5);
    await expect(client.call(null, 'refuse', [])).rejects.toMatchObject({
      kind: 'refused',
      message: 'The port is taken.',
    });
    const heard = new Promise((resolve) => client.on('hello', resolve));
    push('hello', 4);
    expect(await heard).toBe(4);
    const controller = new AbortController();
    const waiting = client.call(null, 'wait', [], controller.signal);
    await Promise.resolve();
    await Promise.resolve();
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ kind: 'cancelled' });
    await new Promise((resolve) => setImmediate(resolve));
    release();
    await new Promise((resolve) => setImmediate(resolve));
    expect(sawCancel).toBe(true);
    const pending = client.call(null, 'wait', []);
    close();
    await expect(pending).rejects.toMatchObject({ kind: 'closed' });
    await expect(client.call(null, 'add', [1, 1])).rejects.toMatchObject({ kind: 'closed' });
  });
});
