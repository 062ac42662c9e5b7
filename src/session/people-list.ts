/** The people of a room as a person sees them: who is linked, who is about to be, in what role, and whether they are who they were. And the names for the heading. */
import type { DeviceId } from '../core/ids';
import { State, type Observable } from '../core/observable';
import type { Acquaintances } from './acquaintances';
import type { Person, Profile } from './faces';
import type { MeshPeer } from './mesh';
import type { Notices } from './notices';
import type { RecordKeeper } from './record-keeper';
import type { RoomAccess } from './room-access';
import type { Present } from './roster';

export interface PeopleListOptions {
  readonly ownDevice: DeviceId;
  readonly profile: Observable<Profile>;
  readonly access: RoomAccess;
  readonly record: RecordKeeper;
  readonly acquaintances: Acquaintances;
  readonly notices: Notices;
  now(): number;
}

export class PeopleList {
  readonly #options: PeopleListOptions;
  readonly #people = new State<readonly Person[]>([]);
  readonly #title: State<readonly string[]>;
  #present: readonly Present[] = [];
  #connecting: readonly MeshPeer[] = [];

  constructor(options: PeopleListOptions) {
    this.#options = options;
    this.#title = new State(this.#names());
  }

  get people(): Observable<readonly Person[]> {
    return this.#people;
  }

  /** The room's title alone, else the others' names (also of the last visit), else one's own. */
  get title(): Observable<readonly string[]> {
    return this.#title;
  }

  nameOf(device: DeviceId): string {
    return this.#people.value.find(({ id }) => id === device)?.name ?? '';
  }

  setPresent(present: readonly Present[]): void {
    this.#present = present;
    const { acquaintances, notices } = this.#options;
    for (const { device, name } of present) if (acquaintances.meet(device, name)) notices.show({ kind: 'changed-key', name });
    this.#keepNames(present.map(({ name }) => name));
    this.refresh();
  }

  /** Known through others, and not linked yet. */
  setConnecting(connecting: readonly MeshPeer[]): void {
    this.#connecting = connecting;
    this.refresh();
  }

  /** Roles, marks, the title, or one's own name have changed. */
  refresh(): void {
    const here = this.#present.map(({ device, ...seen }) => this.#personOf({ id: device, ...seen }));
    const connecting = this.#connecting
      .filter(({ device }) => !this.#present.some((other) => other.device === device))
      .map(({ device, name }) => this.#personOf({ id: device, name, presence: 'connecting', tint: undefined, picture: undefined, code: undefined }));
    this.#people.set([...here, ...connecting]);
    this.#title.set(this.#names());
  }

  #personOf(seen: Pick<Person, 'id' | 'name' | 'presence' | 'tint' | 'picture' | 'code'>): Person {
    const { access, acquaintances, ownDevice } = this.#options;
    const { id } = seen;
    const role = access.roleOf(id) ?? 'member';
    const own = access.roleOf(ownDevice);
    return {
      ...seen,
      role,
      verified: acquaintances.isVerified(id),
      changedKey: acquaintances.hasChangedKey(id),
      removable: own === 'owner' || (own === 'host' && role === 'member'),
    };
  }

  #keepNames(names: readonly string[]): void {
    const { record } = this.#options;
    if (names.length === 0 || names.join('\n') === record.value.peopleNames.join('\n')) return;
    void record.update((room) => ({ ...room, peopleNames: names, lastVisitMs: this.#options.now() }));
  }

  #names(): readonly string[] {
    const { access, record, profile } = this.#options;
    if (access.title) return [access.title];
    const { peopleNames } = record.value;
    return peopleNames.length > 0 ? peopleNames : [profile.value.name];
  }
}
