/** What the menu and the palette do with the data itself: the shown range as a pcap file, a backup of what is stored. */
import { figureText, formatOctets } from '../../shared/format/rates.ts';
import { problemOf, useApi } from '../api.ts';
import { saveRange } from '../export/save-range.ts';
import { useAppearance } from '../stores/appearance.ts';
import { useScope } from '../stores/scope.ts';
import { useToasts } from '../stores/toasts.ts';
import { useWorkspaces } from '../stores/workspaces.ts';
import { useMenuCommand } from './useMenuCommand.ts';

/** Called once by the window. */
export function useDataCommands(): void {
  const scope = useScope();
  const workspaces = useWorkspaces();
  const appearance = useAppearance();
  const toasts = useToasts();

  /** Where nothing narrower is chosen, all there is. */
  useMenuCommand('export-pcap', () => {
    const status = workspaces.statuses[scope.workspace];
    const interval = scope.interval ?? status?.interval;
    if (!status || !interval) toasts.problem('Nothing has been heard yet, so there is nothing to export.');
    else void saveRange(scope.workspace, status.kind, interval, appearance.zone);
  });
  useMenuCommand('backup', () => void backUp());

  async function backUp(): Promise<void> {
    try {
      const { path, octets } = await useApi().host('storage.backup');
      const size = figureText(formatOctets(octets));
      toasts.show({ tone: 'ok', title: `A backup of ${size} was written to ${path}.` });
    } catch (error) {
      toasts.problem(problemOf(error));
    }
  }
}
