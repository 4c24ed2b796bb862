/**
 * Keeps one answer on the screen up to date. A question is asked when it changes and each time the workspace
 * has something new, unless the screen is paused or cannot be seen; never two at once. The answer shown stays
 * until the next one is there, except that an answer of another workspace is never shown.
 */
import { useDocumentVisibility } from '@vueuse/core';
import { computed, onScopeDispose, type Ref, ref, type ShallowRef, shallowRef, watch } from 'vue';
import { type OnProgress, RpcError } from '../../shared/rpc.ts';
import { problemOf } from '../api.ts';
import { connectionState } from '../connection.ts';
import { useScope } from '../stores/scope.ts';
import { useWorkspaces } from '../stores/workspaces.ts';

export type Answered<Q, T> = {
  answer: ShallowRef<T | null>;
  /** The question of the shown answer. */
  asked: ShallowRef<Q | null>;
  /** One plain sentence where the last asking failed, else ''. */
  problem: Ref<string>;
  busy: Ref<boolean>;
  /** Busy for more than 300 ms. */
  slow: Ref<boolean>;
  /** How much of a long answer is there (0 to 1); null while none is under way that tells. */
  progress: Ref<number | null>;
  /** Stops the asking that is under way; what is there of its answer stays. */
  cancel(): void;
  /** Asks again now, also while paused. */
  again(): void;
};

const slowAfterMs = 300;
/** A question that was cut off, though the connection stands, is asked again after this. */
const retryAfterMs = 1000;

/**
 * `question` answers null where there is nothing to ask. A question that only follows the clock (the same but
 * for its `interval` and `atMs`, under the same range) waits its turn; any other change, also a jump to another moment,
 * aborts the one under way.
 */
export function useAnswer<Q, T>(
  question: () => Q | null,
  ask: (question: Q, signal: AbortSignal, onProgress: OnProgress<T>) => Promise<T>,
): Answered<Q, T> {
  const scope = useScope();
  const workspaces = useWorkspaces();
  const visibility = useDocumentVisibility();

  const answer: ShallowRef<T | null> = shallowRef(null);
  const asked: ShallowRef<Q | null> = shallowRef(null);
  const problem = ref('');
  const busy = ref(false);
  const slow = ref(false);
  const progress = ref<number | null>(null);
  /** What the shown answer is of. */
  let shownSubject = '';
  /** What the user stopped: it is not asked again by itself. */
  let cancelled = '';

  let underWay: {
    controller: AbortController;
    subject: string;
    timer: ReturnType<typeof setTimeout>;
  } | null = null;
  let askAgain = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let shownWorkspace = scope.workspace;

  const subjectOf = (q: Q): string => {
    const following =
      typeof q === 'object' && q !== null ? { ...q, interval: undefined, atMs: undefined } : q;
    return JSON.stringify([scope.workspace, scope.range, scope.jumps, following]);
  };

  function stop() {
    if (!underWay) return;
    clearTimeout(underWay.timer);
    underWay.controller.abort();
    underWay = null;
    busy.value = false;
    slow.value = false;
    progress.value = null;
  }

  function cancel() {
    if (!underWay) return;
    cancelled = underWay.subject;
    stop();
  }

  function start() {
    clearTimeout(retry);
    const q = question();
    if (shownWorkspace !== scope.workspace) {
      stop();
      shownWorkspace = scope.workspace;
      answer.value = null;
      asked.value = null;
      problem.value = '';
    }
    if (q === null || scope.workspace === '') {
      stop();
      askAgain = false;
      return;
    }
    const subject = subjectOf(q);
    if (cancelled === subject) return;
    cancelled = '';
    if (underWay) {
      if (underWay.subject === subject) {
        askAgain = true;
        return;
      }
      stop();
    }
    askAgain = false;
    const mine = {
      controller: new AbortController(),
      subject,
      timer: setTimeout(() => {
        slow.value = true;
      }, slowAfterMs),
    };
    underWay = mine;
    busy.value = true;
    // A part of the same answer that is shown whole already would be a step back.
    const shown = asked.value !== null && shownSubject === subject;
    ask(q, mine.controller.signal, (part, partial) => {
      if (underWay !== mine) return;
      if (!shown) progress.value = part;
      if (shown || partial === null) return;
      answer.value = partial;
      problem.value = '';
    })
      .then(
        (value) => {
          if (underWay !== mine) return;
          answer.value = value;
          asked.value = q;
          shownSubject = subject;
          problem.value = '';
        },
        (error: unknown) => {
          if (underWay !== mine) return;
          // A lost connection is told once, by the banner; the question is asked again when it is back.
          const isLost = error instanceof RpcError && error.kind === 'closed';
          if (isLost) {
            // It is there all the same: what broke is behind it, and nothing else may come that asks again.
            retry = setTimeout(() => {
              if (connectionState.value !== 'lost' && underWay === null) start();
            }, retryAfterMs);
            return;
          }
          problem.value = problemOf(error);
          // What stood before another moment was chosen would be taken for how it was then.
          if (scope.momentMs !== null && !shown) answer.value = null;
        },
      )
      .finally(() => {
        if (underWay !== mine) return;
        clearTimeout(mine.timer);
        underWay = null;
        busy.value = false;
        slow.value = false;
        progress.value = null;
        if (askAgain) start();
      });
  }

  // Compared as text, so that an equal question made anew is not asked anew.
  const questionText = computed(() => JSON.stringify(question()));
  let missed = false;
  watch(
    [
      questionText,
      () => scope.workspace,
      () => workspaces.revision,
      connectionState,
      () => scope.paused,
      visibility,
    ],
    ([text, workspace, revision, connection, paused, seen], before) => {
      const [textBefore, workspaceBefore, revisionBefore, connectionBefore] = before;
      const questionChanged = text !== textBefore || workspace !== workspaceBefore;
      const reconnected = connection === 'open' && connectionBefore === 'lost';
      if (revision !== revisionBefore) missed = true;
      if (connection === 'lost') return;
      if (seen === 'hidden' && !questionChanged) return;
      if (!questionChanged && !reconnected && (paused || !missed)) return;
      missed = false;
      start();
    },
    { flush: 'post' },
  );
  start();
  onScopeDispose(() => {
    clearTimeout(retry);
    stop();
  });

  function again() {
    cancelled = '';
    start();
  }

  return { answer, asked, problem, busy, slow, progress, cancel, again };
}
