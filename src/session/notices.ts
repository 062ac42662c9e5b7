/** The toasts: what is shown, for how long, and what replaces what. */
import { State, type Observable } from '../core/observable';
import type { Notice, NoticeContent, NoticeId, NoticesFace } from './faces';

/** Milliseconds; undefined stays. What a person should act on, or has lost, does not vanish while they look away. */
const lastsMsByKind: Record<NoticeContent['kind'], number | undefined> = {
  'oops': 8_000,
  'link-copied': 3_000,
  'copy-failed': 8_000,
  'disconnected': undefined,
  'removed': undefined,
  'device-problem': undefined,
  'not-kept': 12_000,
  'person-gone': 5_000,
  'room-full': 8_000,
  'room-closed': undefined,
  'ring-answered': 5_000,
  'changed-key': undefined,
  'handshake-refused': undefined,
  'forked': undefined,
  'mentioned': 12_000,
  'offered': 12_000,
  'link-changed': 8_000,
  'role-changed': 8_000,
  'version-mismatch': undefined,
  'connection-failed': undefined,
};

export class Notices implements NoticesFace {
  readonly #shown = new State<readonly Notice[]>([]);
  #nextId = 1;

  get shown(): Observable<readonly Notice[]> {
    return this.#shown;
  }

  /** A notice of the same kind is replaced, so a repeated fault doesn't fill the screen. */
  show(content: NoticeContent): void {
    const notice: Notice = { id: this.#nextId++ as NoticeId, content, lastsMs: lastsMsByKind[content.kind] };
    this.#shown.update((shown) => [...shown.filter((other) => other.content.kind !== content.kind), notice]);
  }

  dismiss(id: NoticeId): void {
    this.#shown.update((shown) => shown.filter((notice) => notice.id !== id));
  }

  /** Takes back what is no longer true. */
  clear(kind: NoticeContent['kind']): void {
    this.#shown.update((shown) => (shown.some((notice) => notice.content.kind === kind) ? shown.filter((notice) => notice.content.kind !== kind) : shown));
  }
}
