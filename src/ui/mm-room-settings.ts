/** The dialog "Room settings": owner and hosts change them, and each takes effect at once; members read them. Also the way out for good. */
import { LitElement, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { limits } from '../config';
import type { HistoryRule, Policy, Role } from '../core/membership';
import type { Observable } from '../core/observable';
import type { Profile, RoomFace, RoomSettingsPatch, RoomSettingsView } from '../session/faces';
import { spanText } from './amounts';
import { checkStyles } from './check-styles';
import { notify } from './events';
import { fieldStyles } from './field-styles';
import { forgetWarning } from './i18n/forget-texts';
import { localized } from './i18n/localize';
import { host, owner, roomSettings, you } from './i18n/room-texts';
import * as texts from './i18n/room-settings-texts';
import './mm-confirm';
import './mm-dialog';
import { roomSettingsStyles } from './mm-room-settings-styles';
import { ObserveController } from './observe-controller';
import { sharedStyles } from './shared-styles';

const policies: readonly Policy[] = ['hosts', 'members', 'open'];
const historyRules: readonly HistoryRule[] = ['everything', 'from-now'];
/** Seconds after which messages may disappear: 5 minutes, an hour, a day, a week, 30 days. */
const lifetimes: readonly number[] = [300, 3_600, 86_400, 604_800, 2_592_000];

/** @fires mm-close - from the dialog */
@localized()
@customElement('mm-room-settings')
export class MmRoomSettings extends LitElement {
  static override styles = [sharedStyles, fieldStyles, checkStyles, roomSettingsStyles];

  @property({ attribute: false }) room: RoomFace | undefined;
  @property({ attribute: false }) profile: Observable<Profile> | undefined;

  /** A password's key is being computed. */
  @state() private busy = false;
  @state() private passwordMissing = false;
  /** The setting that could not be changed. */
  @state() private failed: string | undefined;

  constructor() {
    super();
    new ObserveController(this, () => [this.room?.settings, this.room?.role, this.room?.people, this.profile]);
  }

  protected override updated(): void {
    const list = this.renderRoot.querySelector<HTMLSelectElement>('#lifetime');
    // Only now: a list takes no value whose option isn't there yet.
    if (list && this.room) list.value = String(this.room.settings.value.lifetimeS);
  }

  /** `what` names it, should it fail; the control then shows again what is in force. */
  async #change(what: string, change: RoomSettingsPatch): Promise<void> {
    this.failed = undefined;
    try {
      await this.room?.changeSettings(change);
    } catch {
      this.failed = what;
    }
  }

  async #setPassword(password: string): Promise<void> {
    this.busy = true;
    await this.#change(texts.password(), { password });
    this.busy = false;
    const field = this.renderRoot.querySelector<HTMLInputElement>('#password');
    if (field && !this.failed) field.value = '';
  }

  #submitPassword(event: SubmitEvent): void {
    event.preventDefault();
    if (this.busy) return;
    const password = this.renderRoot.querySelector<HTMLInputElement>('#password')?.value ?? '';
    this.passwordMissing = password === '';
    if (password !== '') void this.#setPassword(password);
  }

  #try(doing: Promise<void>): void {
    doing.catch(() => notify(this, { kind: 'oops' }));
  }

  protected override render(): unknown {
    const { room } = this;
    if (!room) return nothing;
    const role = room.role.value;
    return html`<mm-dialog .heading=${roomSettings()}>
      <div class="groups">
        ${room.kind === 'named' ? html`<p>${texts.namedRoom()}</p>` : role === 'owner' || role === 'host' ? this.#controls(room, role) : this.#facts(room)} ${this.#end(room, role)}
      </div>
    </mm-dialog>`;
  }

  #controls(room: RoomFace, role: Role): unknown {
    const settings = room.settings.value;
    return html`
      ${this.failed === undefined ? nothing : html`<p class="problem" role="alert">${texts.notChanged(this.failed)}</p>`} ${this.#title(settings)} ${this.#policy(settings)}
      ${role === 'owner' ? this.#password(settings) : html`<p>${passwordFact(settings)}</p>`}
      ${this.#checkbox('lock', texts.lock(), settings.locked, (locked) => ({ locked }), texts.lockAdvice())}
      <fieldset>
        <legend>${texts.newcomersSee()}</legend>
        ${historyRules.map((history) => this.#radio('history', texts.newcomersSee(), texts.historyName(history), settings.history === history, { history }))}
      </fieldset>
      ${this.#lifetime(settings)} ${this.#hosts(room)} ${role === 'owner' ? this.#checkbox('one-off', texts.oneOff(), settings.oneOff, (oneOff) => ({ oneOff })) : nothing}
      <section>
        <h3>${texts.link()}</h3>
        <p class="advice" id="link-advice">${texts.changeLinkAdvice()}</p>
        <button aria-describedby="link-advice" @click=${() => this.#try(room.changeLink())}>${texts.changeLink()}</button>
      </section>
    `;
  }

  #title({ title }: RoomSettingsView): unknown {
    return html`<div class="field">
      <label for="title">${texts.title()}</label>
      <input
        id="title"
        dir="auto"
        autocomplete="off"
        maxlength=${limits.titleCharacters}
        aria-describedby="title-advice"
        .value=${live(title)}
        @change=${(event: Event) => this.#change(texts.title(), { title: (event.target as HTMLInputElement).value })}
      />
      <p class="advice" id="title-advice">${texts.titleAdvice(limits.titleCharacters)}</p>
    </div>`;
  }

  #policy({ policy, standIn }: RoomSettingsView): unknown {
    return html`<fieldset>
      <legend>${texts.whoLetsIn()}</legend>
      ${policies.map((each) => this.#radio('policy', texts.whoLetsIn(), texts.policyName(each), policy === each, { policy: each }))}
      ${policy === 'hosts' ? this.#checkbox('stand-in', texts.standIn(), standIn, (value) => ({ standIn: value })) : nothing}
      ${policy === 'open' ? html`<p class="advice">${texts.openWarning()}</p>` : nothing}
    </fieldset>`;
  }

  #password({ hasPassword }: RoomSettingsView): unknown {
    return html`<form class="field" novalidate @submit=${this.#submitPassword}>
      <label for="password">${texts.password()}</label>
      <div class="row">
        <input
          id="password"
          class="secret"
          dir="auto"
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          placeholder=" "
          maxlength=${limits.passwordCharacters}
          aria-describedby="password-problem password-advice"
          aria-invalid=${this.passwordMissing ? 'true' : 'false'}
          @input=${() => (this.passwordMissing = false)}
        />
        <button aria-disabled=${this.busy ? 'true' : 'false'}>${texts.set()}</button>
        ${hasPassword ? html`<button type="button" class="quiet" aria-disabled=${this.busy ? 'true' : 'false'} @click=${() => this.#setPassword('')}>${texts.takeAway()}</button>` : nothing}
      </div>
      <p class="problem" id="password-problem" role="alert">${this.passwordMissing ? texts.passwordEmpty() : ''}</p>
      <p class="advice" id="password-advice">${this.busy ? texts.working() : hasPassword ? `${texts.hasPassword()} ${texts.passwordAdvice()}` : texts.passwordAdvice()}</p>
    </form>`;
  }

  /** What another release has set is listed, too. */
  #lifetime({ lifetimeS }: RoomSettingsView): unknown {
    const choices = [...new Set([0, ...lifetimes, lifetimeS])].sort((a, b) => a - b);
    return html`<div class="field">
      <label for="lifetime">${texts.disappearing()}</label>
      <select
        id="lifetime"
        aria-describedby="lifetime-advice"
        @change=${(event: Event) => this.#change(texts.disappearing(), { lifetimeS: Number((event.target as HTMLSelectElement).value) })}
      >
        ${choices.map((seconds) => html`<option value=${seconds}>${seconds === 0 ? texts.never() : spanText(seconds)}</option>`)}
      </select>
      <p class="advice" id="lifetime-advice">${texts.disappearingAdvice()}</p>
    </div>`;
  }

  #radio(group: string, what: string, name: string, checked: boolean, change: RoomSettingsPatch): unknown {
    return html`<label class="check"><input type="radio" name=${group} .checked=${live(checked)} @change=${() => this.#change(what, change)} /><span>${name}</span></label>`;
  }

  #checkbox(id: string, name: string, checked: boolean, change: (checked: boolean) => RoomSettingsPatch, advice?: string): unknown {
    return html`<div>
      <label class="check">
        <input
          type="checkbox"
          .checked=${live(checked)}
          aria-describedby=${advice === undefined ? nothing : `${id}-advice`}
          @change=${(event: Event) => this.#change(name, change((event.target as HTMLInputElement).checked))}
        />
        <span>${name}</span>
      </label>
      ${advice === undefined ? nothing : html`<p class="advice" id="${id}-advice">${advice}</p>`}
    </div>`;
  }

  #facts(room: RoomFace): unknown {
    const settings = room.settings.value;
    return html`<dl>
        <dt>${texts.whoLetsIn()}</dt>
        <dd>${texts.policyName(settings.policy)}</dd>
        <dt>${texts.newcomersSee()}</dt>
        <dd>${texts.historyName(settings.history)}</dd>
        <dt>${texts.disappearing()}</dt>
        <dd>${settings.lifetimeS === 0 ? texts.never() : spanText(settings.lifetimeS)}</dd>
      </dl>
      <p>${passwordFact(settings)}</p>
      ${settings.locked ? html`<p>${texts.isLocked()}</p>` : nothing} ${settings.oneOff ? html`<p>${texts.isOneOff()}</p>` : nothing} ${this.#hosts(room)}`;
  }

  #hosts(room: RoomFace): unknown {
    const role = room.role.value;
    const { policy, standIn } = room.settings.value;
    const self = this.profile && { id: this.profile.value.deviceId, name: you(this.profile.value.name), role };
    const hosts = [...(self ? [self] : []), ...room.people.value].filter((person) => person.role === 'owner' || person.role === 'host');
    return html`<section>
      <h3 id="hosts">${texts.hosts()}</h3>
      ${hosts.length
        ? html`<ul role="list" aria-labelledby="hosts">
            ${hosts.map((person) => html`<li><bdi>${person.name}</bdi> · ${person.role === 'owner' ? owner() : host()}</li>`)}
          </ul>`
        : html`<p>${texts.noHost()} ${policy === 'hosts' && standIn ? texts.membersStandIn() : nothing}</p>`}
      ${role === 'owner' ? html`<p class="advice">${texts.hostsAdvice()}</p>` : nothing}
    </section>`;
  }

  #end(room: RoomFace, role: Role | undefined): unknown {
    const { oneOff } = room.settings.value;
    const warning = [forgetWarning(), ...(role === 'owner' ? [oneOff ? texts.oneOffWarning() : texts.ownerLeaves()] : [])].join(' ');
    return html`<section class="end">
      <h3>${texts.leaving()}</h3>
      ${role === 'owner' ? html`<mm-confirm .label=${texts.closeRoom()} .question=${texts.closeWarning()} @mm-confirm=${() => this.#try(room.closeRoom())}></mm-confirm>` : nothing}
      <mm-confirm .label=${texts.leaveForGood()} .question=${warning} .yes=${texts.forgetHere()} @mm-confirm=${() => this.#try(room.forget())}></mm-confirm>
    </section>`;
  }
}

function passwordFact({ hasPassword }: RoomSettingsView): string {
  return hasPassword ? texts.hasPassword() : texts.noPassword();
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-room-settings': MmRoomSettings;
  }
}
