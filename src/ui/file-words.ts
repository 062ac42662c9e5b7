/** What is written of a file, and of how far it has come, in few words. */
import type { FileManifest } from '../core/file';
import { endingOf } from '../core/file-name';
import type { FileState, FileView } from '../session/files/files-face';
import { bytesText } from './amounts';
import * as texts from './i18n/file-texts';

/** Code points of a name that are shown: two lines of a card. */
const shownName = 44;
/** Of these, so many stand behind the gap, with its ending among them. */
const shownTail = 14;

type ComingFile = Extract<FileState, { kind: 'coming' }>;

/** How it is called where it is spoken of: a recording has a technical name that says nothing. */
export function nameOf({ name, look }: FileManifest): string {
  return look.kind === 'voice' ? texts.voiceMessage() : name;
}

/** A long name without its middle: how it begins and how it ends says what it is. */
export function shortName(name: string): string {
  const points = [...name];
  return points.length <= shownName ? name : `${points.slice(0, shownName - shownTail - 1).join('').trimEnd()}…${points.slice(-shownTail).join('').trimStart()}`;
}

/** "PDF · 1.2 MB". */
export function kindAndSize(file: FileManifest): string {
  const ending = endingOf(file.name);
  return joined(/^[a-z0-9]{1,8}$/u.test(ending) ? ending.toUpperCase() : texts.unknownType(), bytesText(file.sizeBytes));
}

/** "3 MB of 12 MB · 2.4 MB/s · 40 s left". */
export function comingText(file: FileManifest, state: ComingFile): string {
  return joined(texts.soFar(bytesText(state.receivedBytes), bytesText(file.sizeBytes)), paceText(state));
}

/** "3 MB · 2.4 MB/s · 40 s left": under the size, and one line on a phone as well. */
export function wayText(state: ComingFile): string {
  return joined(bytesText(state.receivedBytes), paceText(state));
}

function paceText({ bytesPerSecond, secondsLeft }: ComingFile): string {
  return joined(bytesPerSecond > 0 ? rateText(bytesPerSecond) : '', secondsLeft === undefined ? '' : leftText(secondsLeft));
}

export function sendingText({ people, bytesPerSecond }: { readonly people: readonly unknown[]; readonly bytesPerSecond: number }): string {
  return texts.sendingTo(String(people.length), rateText(bytesPerSecond));
}

/** Why it doesn't come at the moment, or can't any more. */
export function troubleText(state: FileState): string {
  switch (state.kind) {
    case 'away':
      return state.sources === 0 ? texts.noSource() : '';
    case 'paused':
      return { person: texts.paused(), 'no-source': texts.noSource(), 'disk-full': texts.diskFull(), 'room-full': texts.roomFull() }[state.reason];
    case 'lost':
      return state.reason === 'changed' ? texts.changed() : texts.vanished();
    case 'coming':
    case 'here':
      return '';
  }
}

/** Why a picture or a film is not shown though it is here; '' as long as it is, or may be. */
export function reasonNotShown(view: FileView | undefined, { look }: FileManifest): string {
  if (!view || view.kind === look.kind) return '';
  if (view.kind !== 'none') return texts.notShown();
  return { type: texts.notShown(), 'too-many-pixels': texts.tooManyPixels(), 'not-here': '' }[view.why];
}

/** 0 to 100, which it is only when all of it is here. */
export function percentOf({ sizeBytes }: FileManifest, state: FileState): number {
  if (state.kind === 'here') return 100;
  return state.kind === 'coming' || state.kind === 'paused' ? Math.min(99, Math.floor((100 * state.receivedBytes) / sizeBytes)) : 0;
}

/** "0:07", "1:02:03": of sounds and films. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}

export function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}

function rateText(bytesPerSecond: number): string {
  return texts.aSecond(bytesText(bytesPerSecond));
}

function leftText(seconds: number): string {
  if (seconds < 60) return texts.secondsLeft(Math.max(1, Math.round(seconds)));
  return seconds < 5400 ? texts.minutesLeft(Math.round(seconds / 60)) : texts.hoursLeft(Math.round(seconds / 3600));
}
