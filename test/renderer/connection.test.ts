import { describe, expect, it } from 'vitest';
import { type ConnectionState, type Line, reconnectingWire } from '../../renderer/connection.ts';
import { connect, type RpcMessage } from '../../shared/rpc.ts';

type Contract = { double: (n: number) => number };

/** A line whose far side is the test. */
function fakeLine() {
  const sent: RpcMessage[] = [];
  const on = { open: () => {}, close: () => {}, message: (_message: RpcMessage) => {} };
  const line: Line = {
    send: (message) => sent.push(message),
    onOpen: (listener) => {
      on.open = listener;
    },
    onMessage: (listener) => {
      on.message = listener;
    },
    onClose: (listener) => {
      on.close = listener;
    },
  };
  return { line, sent, on };
}

function setUp() {
  const lines: ReturnType<typeof fakeLine>[] = [];
  const pauses: { delayMs: number; run: () => void }[] = [];
  const states: ConnectionState[] = [];
  const wire = reconnectingWire(
    () => {
      const next = fakeLine();
      lines.push(next);
      return next.line;
    },
    (delayMs, run) => pauses.push({ delayMs, run }),
    (state) => states.push(state),
  );
  return { lines, pauses, states, client: connect<Contract, { tick: number }>(wire) };
}

describe('a wire that reconnects', () => {
  it('keeps requests until the first line is open, in order', () => {
    const { lines, client } = setUp();
    void client.call(null, 'double', [1]);
    void client.call(null, 'double', [2]);
    expect(lines[0]!.sent).toEqual([]);
    lines[0]!.on.open();
    expect(lines[0]!.sent.map((message) => message.type === 'request' && message.args)).toEqual([[1], [2]]);
  });

  it('tries again before it was ever open, without failing what waits', async () => {
    const { lines, pauses, states, client } = setUp();
    const answer = client.call(null, 'double', [4]);
    lines[0]!.on.close();
    pauses[0]!.run();
    lines[1]!.on.open();
    lines[1]!.on.message({ type: 'answer', id: 1, value: 8 });
    expect(await answer).toBe(8);
    expect(states).toEqual(['open']);
  });

  it('fails what is under way when the line breaks, and what is asked while it is broken', async () => {
    const { lines, states, client } = setUp();
    lines[0]!.on.open();
    const underWay = client.call(null, 'double', [1]);
    lines[0]!.on.close();
    await expect(underWay).rejects.toMatchObject({ kind: 'closed' });
    await expect(client.call(null, 'double', [2])).rejects.toMatchObject({ kind: 'closed' });
    expect(states).toEqual(['open', 'lost']);
  });

  it('goes on after a broken line: new requests are answered, listeners stay', async () => {
    const { lines, pauses, states, client } = setUp();
    const heard: number[] = [];
    client.on('tick', (n) => heard.push(n));
    lines[0]!.on.open();
    lines[0]!.on.close();
    pauses[0]!.run();
    lines[1]!.on.open();
    lines[1]!.on.message({ type: 'event', name: 'tick', data: 7 });
    const answer = client.call(null, 'double', [21]);
    lines[1]!.on.message({ type: 'answer', id: 1, value: 42 });
    expect(await answer).toBe(42);
    expect(heard).toEqual([7]);
    expect(states).toEqual(['open', 'lost', 'open']);
  });

  it('waits longer after each failed attempt, and short again after a good one', () => {
    const { lines, pauses } = setUp();
    for (let attempt = 0; attempt < 7; attempt++) {
      lines.at(-1)!.on.close();
      pauses.at(-1)!.run();
    }
    const delays = pauses.map(({ delayMs }) => delayMs);
    expect(delays).toEqual([...delays].sort((a, b) => a - b));
    expect(delays.at(-1)).toBe(5_000);
    lines.at(-1)!.on.open();
    lines.at(-1)!.on.close();
    expect(pauses.at(-1)!.delayMs).toBe(delays[0]);
  });
});
