/** The recording of a data directory, with its settings kept beside what the user made. */
import { join } from 'node:path';
import * as v from 'valibot';
import type { StoredDocument } from '../../shared/model/store.ts';
import { DEFAULT_RECORDING, Recorder } from '../recording/recorder.ts';

type Shelf = {
  all(kind: string): StoredDocument[];
  put(document: StoredDocument): null;
};

const KIND = 'recording';
const NAME = 'settings';

const schema = v.object({
  enabled: v.boolean(),
  budgetOctets: v.nullable(v.pipe(v.number(), v.finite(), v.minValue(0))),
  automaticOctets: v.nullable(v.pipe(v.number(), v.finite(), v.minValue(0))),
});

/** Where a data directory has its recording. */
export function recordingFolder(directory: string): string {
  return join(directory, 'recording');
}

export function recorderFor(directory: string, documents: Shelf): Recorder {
  const stored = documents.all(KIND).find(({ name }) => name === NAME);
  const parsed = v.safeParse(schema, stored ? jsonOf(stored.body) : null);
  const kept = parsed.success ? parsed.output : { ...DEFAULT_RECORDING, automaticOctets: null };
  return new Recorder({
    folder: recordingFolder(directory),
    settings: { enabled: kept.enabled, budgetOctets: kept.budgetOctets },
    automaticOctets: kept.automaticOctets,
    keep(settings, automaticOctets) {
      try {
        documents.put({ kind: KIND, name: NAME, body: JSON.stringify({ ...settings, automaticOctets }) });
      } catch {
        // On a full disk they hold for this run.
      }
    },
    nowMs: Date.now(),
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
