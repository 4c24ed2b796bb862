// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { effectScope, nextTick, ref } from 'vue';
import { createApi, startApi } from '../../../renderer/api.ts';
import { type Answered, useAnswer } from '../../../renderer/composables/useAnswer.ts';
import { useScope } from '../../../renderer/stores/scope.ts';
import { useWorkspaces } from '../../../renderer/stores/workspaces.ts';
import { RpcError } from '../../../shared/rpc.ts';

type Question = { keys: string; interval: number };
type Pending = {
  question: Question;
  signal: AbortSignal;
  resolve: (value: string) => void;
  reject: (error: Error) => void;
};

const settled = async () => {
  for (let turn = 0; turn < 6; turn++) await nextTick();
};

function setUp() {
  const asked: Pending[] = [];
  const keys = ref('a');
  const interval = ref(1);
  const none = ref(false);
  const scope = useScope();
  const workspaces = useWorkspaces();
  scope.setWorkspace('one', 'live');
  const lifetime = effectScope();
  const answered = lifetime.run(() =>
    useAnswer(
      () => (none.value ? null : { keys: keys.value, interval: interval.value }),
      (question, signal) =>
        new Promise<string>((resolve, reject) => asked.push({ question, signal, resolve, reject })),
    ),
  ) as Answered<Question, string>;
  return { asked, keys, interval, none, scope, workspaces, answered, lifetime };
}

beforeEach(() => {
  setActivePinia(createPinia());
  startApi(createApi({ send: () => {}, onMessage: () => {}, onClose: () => {} }));
});

describe('an answer kept up to date', () => {
  it('is asked at once, and again when the workspace has something new', async () => {
    const { asked, answered, workspaces } = setUp();
    expect(asked).toHaveLength(1);
    asked[0]!.resolve('first');
    await settled();
    expect(answered.answer.value).toBe('first');
    workspaces.revision++;
    await settled();
    expect(asked).toHaveLength(2);
    expect(answered.answer.value).toBe('first');
  });

  it('never has two under way: what follows the clock waits its turn, once', async () => {
    const { asked, answered, interval, workspaces } = setUp();
    for (let second = 2; second < 6; second++) {
      interval.value = second;
      workspaces.revision++;
      await settled();
    }
    expect(asked).toHaveLength(1);
    expect(asked[0]!.signal.aborted).toBe(false);
    asked[0]!.resolve('slow');
    await settled();
    expect(answered.answer.value).toBe('slow');
    expect(asked).toHaveLength(2);
    expect(asked[1]!.question.interval).toBe(5);
  });

  it('drops the older when the question is another one', async () => {
    const { asked, answered, keys } = setUp();
    keys.value = 'b';
    await settled();
    expect(asked[0]!.signal.aborted).toBe(true);
    asked[1]!.resolve('of b');
    asked[0]!.resolve('of a');
    await settled();
    expect(answered.answer.value).toBe('of b');
    expect(answered.asked.value).toEqual({ keys: 'b', interval: 1 });
  });

  it('never shows an answer of another workspace', async () => {
    const { asked, answered, scope } = setUp();
    asked[0]!.resolve('of one');
    await settled();
    scope.setWorkspace('two', 'capture');
    await settled();
    expect(answered.answer.value).toBeNull();
    expect(asked).toHaveLength(2);
  });

  it('holds while paused, except for another question', async () => {
    const { asked, keys, scope, workspaces } = setUp();
    asked[0]!.resolve('x');
    await settled();
    scope.setPaused(true);
    workspaces.revision++;
    await settled();
    expect(asked).toHaveLength(1);
    keys.value = 'b';
    await settled();
    expect(asked).toHaveLength(2);
    asked[1]!.resolve('y');
    await settled();
    scope.setPaused(false);
    await settled();
    workspaces.revision++;
    await settled();
    expect(asked.length).toBeGreaterThan(2);
  });

  it('tells a problem, keeps the last answer, and forgets the problem with the next answer', async () => {
    const { asked, answered, workspaces } = setUp();
    asked[0]!.resolve('good');
    await settled();
    workspaces.revision++;
    await settled();
    asked[1]!.reject(new RpcError('refused', 'The range is longer than a year.'));
    await settled();
    expect(answered.problem.value).toBe('The range is longer than a year.');
    expect(answered.answer.value).toBe('good');
    workspaces.revision++;
    await settled();
    asked[2]!.resolve('better');
    await settled();
    expect(answered.problem.value).toBe('');
  });

  it('leaves a lost connection to the banner', async () => {
    const { asked, answered, workspaces } = setUp();
    asked[0]!.resolve('good');
    await settled();
    workspaces.revision++;
    await settled();
    asked[1]!.reject(new RpcError('closed', 'The connection to Weir is lost.'));
    await settled();
    expect(answered.problem.value).toBe('');
    expect(answered.answer.value).toBe('good');
    expect(answered.busy.value).toBe(false);
  });

  it('asks again by itself what was cut off behind a connection that stands, also while paused', async () => {
    vi.useFakeTimers();
    try {
      const { asked, answered, scope, lifetime } = setUp();
      scope.setPaused(true);
      asked[0]!.reject(new RpcError('closed', 'The connection to Weir is lost.'));
      await settled();
      vi.advanceTimersByTime(2000);
      expect(asked).toHaveLength(2);
      asked[1]!.resolve('there');
      await settled();
      expect(answered.answer.value).toBe('there');
      vi.advanceTimersByTime(10_000);
      expect(asked).toHaveLength(2);
      lifetime.stop();
    } finally {
      vi.useRealTimers();
    }
  });

  it('follows a moment that plays on while answers are slow, and jumps while one is under way', async () => {
    const { asked, answered, interval, scope } = setUp();
    scope.observe({ kind: 'live', nowMs: 100_000, interval: { fromMs: 0, toMs: 100_000 } });
    scope.travelTo(10_000);
    await settled();
    // Each answer comes after five seconds of playing: every one is shown, and what is asked next is the newest.
    for (let round = 0; round < 4; round++) {
      for (let second = 1; second <= 5; second++) {
        scope.travelTo(10_000 + (round * 5 + second) * 1000, { playsOn: true });
        interval.value = scope.momentMs!;
        await settled();
      }
      const last = asked.at(-1)!;
      last.resolve(`at ${last.question.interval}`);
      await settled();
      expect(answered.answer.value).toBe(`at ${last.question.interval}`);
      expect(asked.at(-1)!.question.interval).toBe(scope.momentMs);
    }
    // A jump away and back: the old ones are aborted, and their late answers change nothing.
    const before = asked.at(-1)!;
    for (const atMs of [60_000, 20_000, 60_000]) {
      scope.travelTo(atMs);
      interval.value = atMs;
      await settled();
    }
    expect(before.signal.aborted).toBe(true);
    expect(asked.filter(({ signal }) => !signal.aborted).at(-1)!.question.interval).toBe(60_000);
    const newest = asked.at(-1)!;
    for (const old of asked.slice(0, -1)) old.resolve('late');
    await settled();
    expect(answered.answer.value).not.toBe('late');
    newest.resolve('newest');
    await settled();
    expect(answered.answer.value).toBe('newest');
    expect(answered.busy.value).toBe(false);
  });

  it('asks nothing where there is nothing to ask, and stops with its component', async () => {
    const { asked, none, lifetime, workspaces } = setUp();
    none.value = true;
    await settled();
    expect(asked[0]!.signal.aborted).toBe(true);
    none.value = false;
    await settled();
    lifetime.stop();
    expect(asked[1]!.signal.aborted).toBe(true);
    workspaces.revision++;
    await settled();
    expect(asked).toHaveLength(2);
  });
});
