/** Makes ready what is in the tray: begins with what comes, and lets go of what is taken out, or is wanted otherwise. */
import { AppError } from '../../core/app-error';
import { watch } from '../../core/observable';
import type { AttachmentId, AttachmentState } from './files-face';
import { adoptFile, type OwnFilesParts } from './own-files';
import type { Tray, TrayEntry } from './tray';

interface Job {
  readonly original: boolean;
  readonly abort: AbortController;
}

/** At once: a picture of 40 megapixels takes 160 MB while it is made smaller. */
const jobsAtOnce = 2;

/** Until `signal` aborts. */
export function prepareWhatComes(tray: Tray, parts: OwnFilesParts, signal: AbortSignal): void {
  const preparing = new Preparing(tray, parts, signal);
  tray.renew();
  watch(tray.entries, signal, () => preparing.follow());
  signal.addEventListener('abort', () => preparing.stopAll(), { once: true });
}

class Preparing {
  readonly #tray: Tray;
  readonly #parts: OwnFilesParts;
  readonly #signal: AbortSignal;
  readonly #jobs = new Map<AttachmentId, Job>();
  #running = 0;

  constructor(tray: Tray, parts: OwnFilesParts, signal: AbortSignal) {
    this.#tray = tray;
    this.#parts = parts;
    this.#signal = signal;
  }

  follow(): void {
    const entriesById = new Map(this.#tray.entries.value.map((entry) => [entry.attachment.id, entry]));
    for (const [id, { original, abort }] of [...this.#jobs]) {
      if (entriesById.get(id)?.attachment.original === original) continue;
      this.#jobs.delete(id);
      abort.abort();
      void this.#parts.reasons.drop(trayReason(id));
    }
    for (const entry of entriesById.values()) if (this.#running < jobsAtOnce && isDue(entry) && !this.#jobs.has(entry.attachment.id)) void this.#prepare(entry);
  }

  stopAll(): void {
    for (const { abort } of this.#jobs.values()) abort.abort();
  }

  async #prepare({ attachment: { id, original }, file, look }: TrayEntry): Promise<void> {
    const abort = new AbortController();
    const { signal } = abort;
    this.#jobs.set(id, { original, abort });
    this.#running += 1;
    const progress = (share: number): void => {
      if (!signal.aborted) this.#tray.note(id, { state: { kind: 'preparing', share } });
    };
    try {
      const { manifest, prepared } = await adoptFile(this.#parts, { file, original, look, reason: trayReason(id), signal, progress });
      const { name, sizeBytes, look: { kind } } = manifest;
      const about = { name, sizeBytes, kind, reducible: prepared.reducible, tellsMetadata: prepared.metadata === 'kept' };
      // Taken out in the last moment: nobody else drops what it was kept for.
      if (signal.aborted) await this.#parts.reasons.drop(trayReason(id), manifest.id);
      else this.#tray.note(id, { ...about, state: { kind: 'ready' } }, manifest);
    } catch (failure) {
      if (signal.aborted) return;
      this.#tray.note(id, { state: stateAfter(failure) });
      if (!(failure instanceof AppError)) throw failure;
    } finally {
      this.#running -= 1;
      if (!this.#signal.aborted) this.follow();
    }
  }
}

export const trayPrefix = 'tray:';

/** What a file in the tray is kept for; nothing of it counts when the page is loaded anew. */
export function trayReason(id: AttachmentId): string {
  return `${trayPrefix}${id}`;
}

function isDue({ attachment: { state } }: TrayEntry): boolean {
  return state.kind === 'preparing';
}

function stateAfter(failure: unknown): AttachmentState {
  return { kind: 'failed', reason: failure instanceof AppError && failure.code !== 'file-unreadable' ? 'no-space' : 'unreadable' };
}
