/** Where the line for unread messages stands: above what was unread when the room was opened, or when its reader went away; there it stays, until they write or come back. */
import { messageIdOf } from '../core/log-event';
import type { MessageId } from '../core/ids';
import { State, type Observable } from '../core/observable';
import type { Unread } from './own-reading';

export class UnreadLine {
  readonly #unread: Observable<Unread>;
  readonly #from = new State<MessageId | undefined>(undefined);
  /** It was drawn since its reader went away, and so awaits them. */
  #isForReturn = false;
  #isLooking = true;

  constructor(unread: Observable<Unread>) {
    this.#unread = unread;
    unread.subscribe(() => this.#follow());
  }

  get from(): Observable<MessageId | undefined> {
    return this.#from;
  }

  /** Above what is unread now. */
  draw(): void {
    const { first } = this.#unread.value;
    this.#from.set(first && messageIdOf(first));
  }

  clear(): void {
    this.#from.set(undefined);
  }

  /** Its reader came, or went away. */
  look(isLooking: boolean): void {
    if (this.#isLooking === isLooking) return;
    this.#isLooking = isLooking;
    if (!isLooking) return this.#follow();
    if (!this.#isForReturn) this.clear();
    this.#isForReturn = false;
  }

  #follow(): void {
    if (this.#isLooking || this.#isForReturn || this.#unread.value.count === 0) return;
    this.draw();
    this.#isForReturn = true;
  }
}
