/** Files that were given to this device, and are not put away yet: remembered over reloads, beside the log. */
import * as v from 'valibot';
import type { FileManifest } from '../../core/file';
import type { Notes } from '../../core/notes';
import { fileManifestSchema, writeEntry } from '../../protocol/file-manifest';
import { deviceIdSchema, eventIdSchema, nameSchema } from '../../protocol/schema';
import type { FileOffer } from './files-face';

export interface TakenOffer extends FileOffer {
  readonly file: FileManifest;
}

const noteName = 'files.offers';
/** Cards on a screen; of more the oldest are forgotten, and their files go. */
const notedMaximum = 100;

const noteSchema = v.object({ id: eventIdSchema, person: deviceIdSchema, personName: nameSchema, done: v.boolean(), file: fileManifestSchema });

/** What can't be read is left out. */
export function notedOffers(notes: Notes): readonly TakenOffer[] {
  const entries = notes[noteName];
  if (!Array.isArray(entries)) return [];
  return entries.slice(-notedMaximum).flatMap((entry) => {
    const { success, output } = v.safeParse(noteSchema, entry);
    if (!success) return [];
    const { done, ...offer } = output;
    const { name, sizeBytes } = offer.file;
    return [{ ...offer, direction: 'from' as const, name, sizeBytes, state: done ? ('done' as const) : ('accepted' as const), sentBytes: 0 }];
  });
}

/** Accepted, or done. */
export function noteOfOffers(offers: readonly FileOffer[]): Notes {
  const taken = offers.filter((offer): offer is TakenOffer => offer.direction === 'from' && (offer.state === 'accepted' || offer.state === 'done') && offer.file !== undefined);
  const entries = taken.map(({ id, person, personName, state, file }) => ({ id, person, personName, done: state === 'done', file: writeEntry(withoutThumbnail(file)) }));
  return { [noteName]: entries.length > 0 ? entries : undefined };
}

function withoutThumbnail(file: FileManifest): FileManifest {
  if (!('thumbnail' in file.look)) return file;
  const { thumbnail: _thumbnail, ...look } = file.look;
  return { ...file, look };
}
