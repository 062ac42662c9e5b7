/** Object URLs of what is shown, each with an owner that lets it go: one that nobody revokes holds its bytes as long as the page lives. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { FileManifest } from '../core/file';
import type { FileView, FilesFace } from '../session/files/files-face';

/** One at a time: of another blob it makes another, and the former is revoked. */
export class BlobUrl {
  #blob: Blob | undefined;
  #url: string | undefined;

  /** The same for the same blob. */
  of(blob: Blob | undefined): string | undefined {
    if (blob === this.#blob) return this.#url;
    this.release();
    this.#blob = blob;
    this.#url = blob && URL.createObjectURL(blob);
    return this.#url;
  }

  release(): void {
    if (this.#url !== undefined) URL.revokeObjectURL(this.#url);
    this.#blob = undefined;
    this.#url = undefined;
  }
}

export interface WantedFile {
  readonly files: FilesFace;
  readonly file: FileManifest;
}

/** What may be shown of a file, as long as its element is in the page. `wanted` is asked before each render: undefined while there is nothing to show. */
export class ShownFile implements ReactiveController {
  /** Undefined until it is known. */
  view: FileView | undefined;

  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #wanted: () => WantedFile | undefined;
  readonly #content = new BlobUrl();
  readonly #thumbnail = new BlobUrl();
  #asked: WantedFile | undefined;
  #thumbnailOf: { readonly bytes: BlobPart | undefined; readonly blob: Blob | undefined } = { bytes: undefined, blob: undefined };

  constructor(host: ReactiveControllerHost & HTMLElement, wanted: () => WantedFile | undefined) {
    this.#host = host;
    this.#wanted = wanted;
    host.addController(this);
  }

  /** Of its content, which is of a type that runs nothing; undefined while it isn't here, or not to be shown. */
  get url(): string | undefined {
    return this.view && this.view.kind !== 'none' ? this.#content.of(this.view.content) : undefined;
  }

  /** Of the small picture that came with the message: a JPEG, as that was checked. */
  thumbnailUrl({ look }: FileManifest): string | undefined {
    const bytes = 'thumbnail' in look ? look.thumbnail : undefined;
    if (bytes !== this.#thumbnailOf.bytes) this.#thumbnailOf = { bytes, blob: bytes && new Blob([bytes], { type: 'image/jpeg' }) };
    return this.#thumbnail.of(this.#thumbnailOf.blob);
  }

  hostConnected(): void {
    this.#host.requestUpdate();
  }

  hostUpdate(): void {
    const wanted = this.#wanted();
    if (wanted?.file.id === this.#asked?.file.id && wanted?.files === this.#asked?.files) return;
    this.#asked = wanted;
    this.view = undefined;
    this.#content.release();
    if (wanted) void this.#ask(wanted);
  }

  hostDisconnected(): void {
    // An element that is only moved comes back at once.
    queueMicrotask(() => {
      if (this.#host.isConnected) return;
      this.#asked = undefined;
      this.view = undefined;
      this.#content.release();
      this.#thumbnail.release();
    });
  }

  async #ask(wanted: WantedFile): Promise<void> {
    const view = await wanted.files.view(wanted.file).catch(() => ({ kind: 'none', why: 'not-here' }) as const);
    if (this.#asked !== wanted) return;
    this.view = view;
    this.#host.requestUpdate();
  }
}
