/** What sounds in the page: one at a time, and voices at the speed that their listener chose. */
import { State, type Observable } from '../core/observable';
import { storeChoice } from './store-choice';
import { readChoice } from './stored-choice';

/** Of voice messages. */
const speeds = [1, 1.5, 2] as const;

let sounding: HTMLMediaElement | undefined;

/** It sounds alone from now on: to be called when it begins to play. */
export function playAlone(media: HTMLMediaElement): void {
  if (sounding !== media) sounding?.pause();
  sounding = media;
}

let chosenSpeed: State<number> | undefined;

/** The same in all voice messages, and on the next visit. */
export function voiceSpeed(): Observable<number> {
  return speedState();
}

export function nextVoiceSpeed(): void {
  const state = speedState();
  const next = speeds[(speeds.findIndex((speed) => speed === state.value) + 1) % speeds.length] ?? 1;
  storeChoice('voice-speed', String(next));
  state.set(next);
}

function speedState(): State<number> {
  const stored = Number(readChoice('voice-speed'));
  chosenSpeed ??= new State<number>(speeds.find((speed) => speed === stored) ?? 1);
  return chosenSpeed;
}
