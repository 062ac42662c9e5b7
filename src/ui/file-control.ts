/** What an element of a file has in hand: where the file stands, and what its person can do about it. */
import type { LitElement, ReactiveController } from 'lit';
import type { FileState } from '../session/files/files-face';
import { notify } from './events';
import { isHere, notSaved } from './i18n/file-texts';
import type { WantedFile } from './file-url';
import { nameOf, troubleText } from './file-words';
import { ObserveController } from './observe-controller';

declare global {
  interface HTMLElementEventMap {
    /** Something to be said of a file, once, to whoever can't see it. */
    'file-said': CustomEvent<string>;
  }
}

/**
 * Keeps the element in step with the file. Of a file that was asked for here it is told how that ended; one that comes by itself, and each step on the way, are only seen.
 */
export class FileControl implements ReactiveController {
  readonly #host: LitElement;
  readonly #wanted: () => WantedFile | undefined;
  /** Asked for by the person, and not here yet. */
  #awaited = false;
  #before: FileState | undefined;

  constructor(host: LitElement, wanted: () => WantedFile | undefined) {
    this.#host = host;
    this.#wanted = wanted;
    host.addController(this);
    new ObserveController(host, () => {
      const given = wanted();
      return [given?.files.state(given.file)];
    });
  }

  /** Undefined without a file. */
  get state(): FileState | undefined {
    const given = this.#wanted();
    return given?.files.state(given.file).value;
  }

  hostUpdate(): void {
    const { state } = this;
    if (this.#awaited && state && state !== this.#before) this.#tell(state);
    this.#before = state;
  }

  fetch(): void {
    this.#awaited = true;
    this.#act(({ files, file }) => files.fetch(file));
  }

  pause(): void {
    this.#awaited = false;
    this.#act(({ files, file }) => files.pause(file.id));
  }

  cancel(): void {
    this.#awaited = false;
    this.#act(({ files, file }) => files.cancel(file.id));
  }

  async save(): Promise<void> {
    const given = this.#wanted();
    if (!given) return;
    await saveFileOf(this.#host, given);
  }

  #act(work: (given: WantedFile) => void): void {
    const given = this.#wanted();
    if (given) work(given);
  }

  #tell(state: FileState): void {
    const given = this.#wanted();
    if (!given) return;
    const trouble = troubleText(state);
    const said = state.kind === 'here' ? isHere(nameOf(given.file)) : state.kind === 'away' || trouble === '' ? '' : `${nameOf(given.file)}: ${trouble}`;
    if (state.kind === 'here') this.#awaited = false;
    if (said !== '') this.#host.dispatchEvent(new CustomEvent('file-said', { detail: said, bubbles: true, composed: true }));
  }
}

/** Saves it where the person wants it; what goes wrong is said. */
export async function saveFileOf(host: HTMLElement, { files, file }: WantedFile): Promise<void> {
  try {
    const { saveBlob } = await import('./save-file');
    const outcome = await saveBlob(file.name, () => files.bytes(file));
    if (outcome === 'failed' || outcome === 'gone') host.dispatchEvent(new CustomEvent('file-said', { detail: notSaved(nameOf(file)), bubbles: true, composed: true }));
  } catch {
    notify(host, { kind: 'oops' });
  }
}
