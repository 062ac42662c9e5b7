/** The pinned messages, newest pin first. */
import { messageIdOf } from '../core/log-event';
import type { ChatMessage } from '../core/message';
import { State, type Observable } from '../core/observable';
import { Coalesced } from './coalesced';
import type { LogFace, LogNews } from './log-face';
import type { MessageReader } from './message-reader';

/** Shown at most: whoever pins more than that has pinned nothing. */
const pinsShown = 50;
const restMs = 250;

export class Pinned {
  readonly #log: LogFace;
  readonly #reader: MessageReader;
  readonly #messages = new State<readonly ChatMessage[]>([]);
  readonly #reading: Coalesced;

  constructor(log: LogFace, reader: MessageReader, signal: AbortSignal) {
    this.#log = log;
    this.#reader = reader;
    this.#reading = new Coalesced(() => this.read(), restMs, signal);
  }

  get messages(): Observable<readonly ChatMessage[]> {
    return this.#messages;
  }

  take({ events, marks, erased, lost }: LogNews): void {
    const ids = new Set(this.#log.pins.map(({ target }) => target));
    const shown = new Set(this.#messages.value.map(({ id }) => id));
    const concerns = marks.some(({ target, pin }) => pin || shown.has(target)) || erased.some((id) => shown.has(id)) || events.some((event) => ids.has(messageIdOf(event)));
    if (concerns || (lost.length > 0 && ids.size > 0)) this.#reading.ask();
  }

  async read(): Promise<void> {
    const { pins } = this.#log;
    const markedById = await this.#reader.markedById(pins.map(({ target }) => target));
    const messages = await this.#reader.view(pins.map(({ target }) => markedById.get(target)).filter((marked) => marked !== undefined));
    // Those that have gone since take nobody's place.
    this.#messages.set(messages.filter(({ state, pinned }) => state === 'there' && pinned).slice(0, pinsShown));
  }
}
