/** Files that are dragged over the page from outside, until they are let go or taken away again. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { DeviceId } from '../core/ids';

/** What was let go. `folders`: the names of those that were among it. `person`: over whom, in the list. */
export interface Drop {
  readonly files: readonly File[];
  readonly folders: readonly string[];
  readonly person: DeviceId | undefined;
}

/**
 * Renders the host whenever `dragging` or `person` changes. What is let go beside the host is refused: the browser would open it in place of the page.
 * Somebody of the list is known by the attribute `data-person`.
 */
export class FileDrop implements ReactiveController {
  /** Files are over the page, and may be dropped on the host. */
  dragging = false;
  /** Over whom. */
  person: DeviceId | undefined;

  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #isOpen: () => boolean;
  readonly #onDrop: (drop: Drop) => void;
  #over: EventTarget | undefined;
  /** Dragged from within the page: pictures pass for files. */
  #isOwn = false;
  #listening = new AbortController();

  /** `isOpen`: whether the host takes files at the moment. */
  constructor(host: ReactiveControllerHost & HTMLElement, isOpen: () => boolean, onDrop: (drop: Drop) => void) {
    this.#host = host;
    this.#isOpen = isOpen;
    this.#onDrop = onDrop;
    host.addController(this);
  }

  hostConnected(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    addEventListener('dragstart', () => (this.#isOwn = true), { signal });
    addEventListener('dragend', () => (this.#isOwn = false), { signal });
    for (const type of ['dragenter', 'dragover'] as const) addEventListener(type, (event) => this.#drag(event), { signal });
    // The next element is entered before the last one is left; left for nothing, the page is.
    addEventListener('dragleave', (event) => event.composedPath()[0] === this.#over && this.#end(), { signal });
    addEventListener('drop', (event) => this.#drop(event), { signal });
    addEventListener('keydown', ({ key }) => key === 'Escape' && this.#end(), { signal });
  }

  hostDisconnected(): void {
    this.#listening.abort();
    this.#end();
  }

  #drag(event: DragEvent): void {
    const { dataTransfer } = event;
    if (!dataTransfer?.types.includes('Files') || this.#isOwn) return;
    event.preventDefault();
    const path = event.composedPath();
    [this.#over] = path;
    const open = this.#isOpen() && path.includes(this.#host);
    dataTransfer.dropEffect = open ? 'copy' : 'none';
    this.#show(open, open ? personIn(path) : undefined);
  }

  #drop(event: DragEvent): void {
    const { dataTransfer } = event;
    if (!dataTransfer?.types.includes('Files') || this.#isOwn) return;
    event.preventDefault();
    const path = event.composedPath();
    this.#end();
    if (this.#isOpen() && path.includes(this.#host)) this.#onDrop({ ...contentOf(dataTransfer), person: personIn(path) });
  }

  #end(): void {
    this.#over = undefined;
    this.#show(false, undefined);
  }

  #show(dragging: boolean, person: DeviceId | undefined): void {
    if (dragging === this.dragging && person === this.person) return;
    this.dragging = dragging;
    this.person = person;
    this.#host.requestUpdate();
  }
}

function personIn(path: readonly EventTarget[]): DeviceId | undefined {
  const item = path.find((each) => each instanceof HTMLElement && each.dataset['person'] !== undefined);
  return (item as HTMLElement | undefined)?.dataset['person'] as DeviceId | undefined;
}

/** Read at once: after the event nothing of it is left. A folder passes for an empty file (https://wicg.github.io/entries-api/#dom-datatransferitem-webkitgetasentry). */
function contentOf({ items }: DataTransfer): Pick<Drop, 'files' | 'folders'> {
  const dropped = [...items].filter(({ kind }) => kind === 'file');
  const isFolder = (item: DataTransferItem) => item.webkitGetAsEntry()?.isDirectory === true;
  return {
    folders: dropped.filter(isFolder).map((item) => item.getAsFile()?.name ?? ''),
    files: dropped.flatMap((item) => (isFolder(item) ? [] : (item.getAsFile() ?? []))),
  };
}
