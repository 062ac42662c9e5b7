/** Hands a file to the person who asked for it. Nothing of it is read into memory: the browser copies it from disk to disk. */
import { downloadBlob } from './download-blob';

/** cancelled: by the person, in the browser's dialog. gone: the bytes are not here any more. */
export type SaveOutcome = 'saved' | 'cancelled' | 'gone' | 'failed';

/** Where the browser has one: its dialog for where to save (https://wicg.github.io/file-system-access/#api-showsavefilepicker; not in TypeScript's library yet). */
interface SavePicker {
  showSaveFilePicker?(options: { readonly suggestedName: string }): Promise<FileSystemFileHandle>;
}

/**
 * Asks where to, if the browser can, and writes it there; else it goes where downloads go. `content` is asked for only then: the dialog wants the gesture while it is fresh.
 * Never rejects.
 */
export async function saveBlob(name: string, content: Blob | (() => Promise<Blob | undefined>)): Promise<SaveOutcome> {
  const place = await chosenPlace(name);
  if (place === 'cancelled') return place;
  try {
    const blob = content instanceof Blob ? content : await content();
    if (!blob) return 'gone';
    if (place === undefined) downloadBlob(name, blob);
    else await blob.stream().pipeTo(await place.createWritable());
    return 'saved';
  } catch {
    // The disk that was chosen is full, or may not be written to.
    return 'failed';
  }
}

/** undefined: the browser has no such dialog, or doesn't show it here. */
async function chosenPlace(name: string): Promise<FileSystemFileHandle | 'cancelled' | undefined> {
  try {
    return await (globalThis as SavePicker).showSaveFilePicker?.({ suggestedName: name });
  } catch (error) {
    return error instanceof DOMException && error.name === 'AbortError' ? 'cancelled' : undefined;
  }
}
