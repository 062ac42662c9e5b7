/** How files come into the tray of a composer: by its button, from the clipboard, or dropped somewhere in the room. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Attachment, FilesFace } from '../session/files/files-face';
import { deepActiveElement } from './focus';
import { pastedFiles } from './pasted-files';

export interface TrayHost extends ReactiveControllerHost, HTMLElement {
  readonly files: FilesFace | undefined;
  /** A message that was sent is changed: the tray waits. */
  readonly editing: object | undefined;
  readonly field: HTMLElement | null;
  readonly waiting: readonly Attachment[];
  /** '' when there is nothing to complain of. */
  complain(problem: string): Promise<void>;
  load<Code>(code: Promise<Code>): Promise<Code | undefined>;
}

/** What is only needed with files is loaded with the first. */
export class ComposerTray implements ReactiveController {
  readonly #host: TrayHost;

  constructor(host: TrayHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    // Files may have been waiting here before.
    this.#host.requestUpdate();
    addEventListener('paste', this.#onPaste);
  }

  hostDisconnected(): void {
    removeEventListener('paste', this.#onPaste);
  }

  hostUpdate(): void {
    const { files } = this.#host;
    if (files?.tray.value.length) void this.#host.load(import('./mm-tray'));
  }

  /** Says which can't be taken. `folders`: names of those that were dropped with them. */
  async add(files: readonly File[], folders: readonly string[]): Promise<void> {
    const host = this.#host;
    const outcome = (files.length > 0 && host.files?.attach(files)) || { refused: [] };
    const texts = await host.load(import('./i18n/tray-texts'));
    if (!texts) return;
    await host.complain(texts.refusalText(outcome, folders) || (host.editing ? texts.afterEditing() : ''));
    // A keyboard on the screen would cover what was chosen.
    if (matchMedia('(pointer: fine)').matches) host.focus();
  }

  /** False, and said, when one of them can't be sent. */
  async mayGo(): Promise<boolean> {
    const failed = this.#host.waiting.find(({ state }) => state.kind === 'failed');
    if (!failed) return true;
    const texts = await this.#host.load(import('./i18n/tray-texts'));
    if (texts) await this.#host.complain(texts.removeFirst(failed.name));
    return false;
  }

  /** Also when nothing has the focus: where else should it go? */
  readonly #onPaste = (event: ClipboardEvent): void => {
    const host = this.#host;
    const focused = deepActiveElement();
    if ((focused && focused !== host.field) || !host.files || !host.checkVisibility()) return;
    const files = pastedFiles(event.clipboardData);
    if (files.length === 0) return;
    event.preventDefault();
    void this.add(files, []);
  };
}
