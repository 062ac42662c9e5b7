/** What was asked for and has not come, of whom: no part is asked of two at once. */
import type { FeedId } from '../core/ids';
import { rangesContain, subtractRanges, unionRanges, type Ranges } from '../core/ranges';

export type Parts = ReadonlyMap<FeedId, Ranges>;

/** One `want` on a link. */
export interface Wish {
  readonly id: number;
  readonly parts: Parts;
  /** Looks for where two histories part: its events are held, so it is nobody else's business. */
  readonly isSearch: boolean;
  /** When it last brought something, in milliseconds. */
  movedMs: number;
  /** When it last had brought what can be expected (`share` of 1 since then); a little now and then keeps nobody else from being asked. */
  fulfilledMs: number;
  share: number;
}

export class Wishes {
  readonly #now: () => number;
  readonly #wishes = new Set<Wish>();
  #lastId = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  get isAny(): boolean {
    return this.#wishes.size > 0;
  }

  begin(parts: Parts, isSearch: boolean): Wish {
    this.#lastId = (this.#lastId % 0xffff_ffff) + 1;
    const nowMs = this.#now();
    const wish: Wish = { id: this.#lastId, parts, isSearch, movedMs: nowMs, fulfilledMs: nowMs, share: 0 };
    this.#wishes.add(wish);
    return wish;
  }

  end(wish: Wish): void {
    this.#wishes.delete(wish);
  }

  /** Of these, what nobody is asked for. */
  unasked(feed: FeedId, ranges: Ranges): Ranges {
    let left = ranges;
    for (const { parts, isSearch } of this.#wishes) if (!isSearch && left.length > 0) left = subtractRanges(left, parts.get(feed) ?? []);
    return left;
  }

  asksFor(feed: FeedId, sequence?: number): boolean {
    return [...this.#wishes].some(({ parts, isSearch }) => {
      const ranges = isSearch ? undefined : parts.get(feed);
      return ranges !== undefined && (sequence === undefined || rangesContain(ranges, sequence));
    });
  }

  /** All that is asked for. */
  parts(): Parts {
    const all = new Map<FeedId, Ranges>();
    for (const { parts, isSearch } of this.#wishes) if (!isSearch) for (const [feed, ranges] of parts) all.set(feed, unionRanges(all.get(feed) ?? [], ranges));
    return all;
  }
}
