/** The notice that everybody is gone because this device is offline: shown when that has lasted for a while, taken back when it is over. */
import { timing } from '../config';
import type { Notices } from './notices';

export class Disconnection {
  readonly #notices: Notices;
  readonly #isOffline: () => boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `isOffline`: whether that is the reason, asked when the time is up. */
  constructor(notices: Notices, isOffline: () => boolean) {
    this.#notices = notices;
    this.#isOffline = isOffline;
  }

  /** Nobody is linked with us any more. */
  begin(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#isOffline()) this.#notices.show({ kind: 'disconnected' });
    }, timing.disconnectedNoticeMs);
  }

  /** Somebody is again, or it no longer matters. */
  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#notices.clear('disconnected');
  }
}
