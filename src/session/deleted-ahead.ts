/** Messages that were deleted before they came, by who said so. Never changed, so that a write that fails leaves it as it was. */
import { limits } from '../config';
import { fairShares } from '../core/fair-shares';
import type { DeviceId, MessageId } from '../core/ids';
import type { Notes } from '../core/notes';

const noteName = 'log.deletedAhead';

export class DeletedAhead {
  readonly #idsByDevice: ReadonlyMap<DeviceId, ReadonlySet<MessageId>>;

  static read(notes: Notes): DeletedAhead {
    const kept = notes[noteName];
    const entries = typeof kept === 'object' && kept !== null && !Array.isArray(kept) ? (Object.entries(kept) as [DeviceId, readonly MessageId[]][]) : [];
    return new DeletedAhead(new Map(entries.map(([device, ids]) => [device, new Set(ids)])));
  }

  private constructor(idsByDevice: ReadonlyMap<DeviceId, ReadonlySet<MessageId>>) {
    this.#idsByDevice = idsByDevice;
  }

  has(id: MessageId): boolean {
    for (const ids of this.#idsByDevice.values()) if (ids.has(id)) return true;
    return false;
  }

  /** The same when nothing is different. Whoever deletes what isn't there without end loses its own, and nobody else's. */
  with(said: readonly (readonly [DeviceId, MessageId])[], arrived: readonly MessageId[]): DeletedAhead {
    const fresh = said.filter(([device, id]) => !this.#idsByDevice.get(device)?.has(id));
    const here = new Set(arrived.filter((id) => this.has(id)));
    if (fresh.length === 0 && here.size === 0) return this;
    const idsByDevice = new Map([...this.#idsByDevice].map(([device, ids]) => [device, [...ids].filter((id) => !here.has(id))]));
    for (const [device, id] of fresh) {
      const ids = idsByDevice.get(device);
      if (ids) ids.push(id);
      else idsByDevice.set(device, [id]);
    }
    const shares = [...fairShares(idsByDevice, limits.deletedAhead)].filter(([, ids]) => ids.length > 0);
    return new DeletedAhead(new Map(shares.map(([device, ids]) => [device, new Set(ids)])));
  }

  get note(): Notes {
    const entries = [...this.#idsByDevice].map(([device, ids]) => [device, [...ids]] as const);
    return { [noteName]: entries.length > 0 ? Object.fromEntries(entries) : undefined };
  }
}
