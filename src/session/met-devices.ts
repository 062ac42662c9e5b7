/**
 * Devices this one was ever linked with, as a note beside the log. In a room known by name keys are free, so one can make up feeds without end; those whom one has met
 * are told apart by it from those who were only heard of. Who came first stays: a crowd that comes later takes nobody's place.
 */
import type { DeviceId } from '../core/ids';
import type { Notes } from '../core/notes';

export const metNote = 'sync.met';
/** Devices remembered. */
export const metMaximum = 200;

/** Those met first come first. */
export function metIn(notes: Notes): readonly DeviceId[] {
  const met = notes[metNote];
  return Array.isArray(met) ? (met as DeviceId[]) : [];
}
