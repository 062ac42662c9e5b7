/** Passes that others gave are given anew by owner and hosts, so that no proof grows long: a moment after something has changed. */
import type { Admission } from './admission';
import type { Member } from './roster';

/** A newcomer and what lets it in are through by then, in milliseconds. */
const countersignMs = 2_000;

export class Countersigning {
  readonly #admission: Pick<Admission, 'countersign'>;
  readonly #members: () => readonly Member[];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(admission: Pick<Admission, 'countersign'>, members: () => readonly Member[]) {
    this.#admission = admission;
    this.#members = members;
  }

  soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#admission.countersign(new Set(this.#members().map(({ device }) => device)));
    }, countersignMs);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
