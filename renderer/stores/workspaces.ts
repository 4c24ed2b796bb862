/**
 * The workspaces this window can show and the status of each: the live one and every capture that is open. The
 * status is read again on each `changed` event; `revision` counts these readings, so whoever shows figures of
 * the current workspace asks again when it moves.
 */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { HostDescription } from '../../shared/api.ts';
import { safeText } from '../../shared/format/text.ts';
import type { Severity } from '../../shared/model/event.ts';
import type { WorkspaceId, WorkspaceStatus, WorkspaceSummary } from '../../shared/model/workspace.ts';
import { problemOf, useApi } from '../api.ts';
import { shellBridge } from '../connection.ts';
import { type Upload, UploadCancelled, uploadCapture } from '../upload.ts';
import { useScope } from './scope.ts';
import { type Toast, useToasts } from './toasts.ts';

export type UploadProgress = { name: string; sentOctets: number; totalOctets: number };

const TONES: Readonly<Record<Severity, Toast['tone']>> = { critical: 'crit', warning: 'warn', info: 'plain' };

export const useWorkspaces = defineStore('workspaces', () => {
  const scope = useScope();
  const toasts = useToasts();

  const host = shallowRef<HostDescription | null>(null);
  const list = shallowRef<WorkspaceSummary[]>([]);
  const statuses = shallowRef<Readonly<Record<WorkspaceId, WorkspaceStatus>>>({});
  const revision = ref(0);
  const upload = shallowRef<UploadProgress | null>(null);
  /** The first list has arrived. */
  const ready = ref(false);

  const status = computed<WorkspaceStatus | null>(() => statuses.value[scope.workspace] ?? null);
  const current = computed(() => list.value.find(({ id }) => id === scope.workspace) ?? null);
  const live = computed(() => list.value.find(({ kind }) => kind === 'live') ?? null);

  const reading = new Set<WorkspaceId>();
  const unread = new Set<WorkspaceId>();
  let uploading: Upload | null = null;

  /** Reads the status of a workspace; what changes meanwhile is read once more after it. */
  async function refresh(id: WorkspaceId): Promise<void> {
    if (reading.has(id)) {
      unread.add(id);
      return;
    }
    reading.add(id);
    try {
      const next = await useApi().ask(id, 'status', []);
      if (!list.value.some((workspace) => workspace.id === id)) return;
      statuses.value = { ...statuses.value, [id]: next };
      if (id === scope.workspace) {
        scope.observe(next);
        revision.value++;
      }
    } catch {
      // A workspace that was closed meanwhile, or a lost connection: the banner and the list tell of it.
    } finally {
      reading.delete(id);
      if (unread.delete(id)) void refresh(id);
    }
  }

  function select(id: WorkspaceId): void {
    const workspace = list.value.find((one) => one.id === id);
    if (!workspace) return;
    scope.setWorkspace(id, workspace.kind);
    const known = statuses.value[id];
    if (known) scope.observe(known);
    void refresh(id);
  }

  function take(next: WorkspaceSummary[], selected: WorkspaceId | null): void {
    for (const { id } of list.value) {
      if (next.some((workspace) => workspace.id === id)) continue;
      scope.forget(id);
      const { [id]: _closed, ...others } = statuses.value;
      statuses.value = others;
    }
    list.value = next;
    ready.value = true;
    const isThere = (id: WorkspaceId | null) => next.some((workspace) => workspace.id === id);
    if (selected !== null && isThere(selected)) select(selected);
    else if (!isThere(scope.workspace)) {
      // A capture served alone stands first; else the live workspace is what one comes back to.
      const first = next.find(({ kind }) => kind === 'live') ?? next[0];
      if (first) select(first.id);
    }
  }

  /** Reads everything: at start, and after a lost connection is back. */
  async function load(): Promise<void> {
    try {
      const first = host.value === null;
      const found = await useApi().host('host.describe');
      // Another version is behind the same address now: this page is no longer its own.
      if (host.value && host.value.version !== found.version) window.location.reload();
      host.value = found;
      take(await useApi().host('workspaces.list'), first ? host.value.select : null);
      for (const { id } of list.value) void refresh(id);
    } catch (error) {
      toasts.problem(problemOf(error));
    }
  }

  /** Starts hearing the host; called once. */
  function start(): void {
    const api = useApi();
    api.on('workspaces', ({ list: next, select: selected }) => take(next, selected));
    api.on('changed', ({ workspace }) => void refresh(workspace));
    api.on('notification', ({ title, body, severity }) =>
      toasts.show({ tone: TONES[severity], title: safeText(title), detail: safeText(body, 400) }),
    );
    void load();
  }

  /**
   * Opens a capture and shows it: by path where the shell knows it, else by sending the file. What goes wrong
   * is told in a toast.
   */
  async function open(source: string | File): Promise<void> {
    const api = useApi();
    try {
      const shell = shellBridge();
      if (typeof source === 'string' || shell) {
        const path = typeof source === 'string' ? source : (shell?.pathOf(source) ?? '');
        const opened = await api.host('workspaces.open', path);
        show(opened.id);
        return;
      }
      if (uploading) {
        toasts.problem('One capture is being sent already. Open the next one when it is done.');
        return;
      }
      const limit = host.value?.uploadLimitOctets ?? 0;
      if (limit > 0 && source.size > limit) {
        const sizes = `${Math.ceil(source.size / 1e6)} MB, and this server takes up to ${Math.floor(limit / 1e6)} MB`;
        toasts.problem(
          `${source.name} is too large: it has ${sizes}.`,
          'Open it with weir serve FILE instead.',
        );
        return;
      }
      upload.value = { name: source.name, sentOctets: 0, totalOctets: source.size };
      uploading = uploadCapture(source, (sentOctets, totalOctets) => {
        upload.value = { name: source.name, sentOctets, totalOctets };
      });
      show(await uploading.done);
    } catch (error) {
      if (!(error instanceof UploadCancelled)) toasts.problem(problemOf(error));
    } finally {
      uploading = null;
      upload.value = null;
    }
  }

  /** Shows a workspace that the host may not have announced yet. */
  function show(id: WorkspaceId): void {
    if (list.value.some((workspace) => workspace.id === id)) select(id);
    else
      void useApi()
        .host('workspaces.list')
        .then((next) => take(next, id))
        .catch((error: unknown) => toasts.problem(problemOf(error)));
  }

  function cancelUpload(): void {
    uploading?.cancel();
  }

  /** Stops the reading of a capture; what was read stays. */
  async function cancel(id: WorkspaceId): Promise<void> {
    await useApi()
      .ask(id, 'cancelOpening', [])
      .catch((error: unknown) => toasts.problem(problemOf(error)));
  }

  async function close(id: WorkspaceId): Promise<void> {
    await useApi()
      .host('workspaces.close', id)
      .then(() =>
        take(
          list.value.filter((workspace) => workspace.id !== id),
          null,
        ),
      )
      .catch((error: unknown) => toasts.problem(problemOf(error)));
  }

  return {
    host,
    list,
    statuses,
    status,
    current,
    live,
    revision,
    ready,
    upload,
    start,
    load,
    refresh,
    select,
    open,
    close,
    cancel,
    cancelUpload,
  };
});
