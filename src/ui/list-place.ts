/** Keeps a reader's place in a list that grows, shrinks and changes its heights above and below what they read. */

/** Pixels from the end within which a reader counts as being at the end. */
const nearEndPixels = 48;

/**
 * One row in sight is the anchor: wherever the content moves it to, the list is scrolled along. All browsers are corrected the same way, since Safari has no scroll anchoring of its own, and
 * that of the others rests at the very top of a list, where it is wanted most (https://drafts.csswg.org/css-scroll-anchoring-1/#suppression-triggers). The style sheet turns it off.
 * What the reader scrolls meanwhile is theirs: only the anchor's place in the content is compared.
 */
export class ListPlace<Row extends HTMLElement> {
  /** The reader is at the end, and stays there when more comes. */
  atEnd = true;

  readonly #rows: () => readonly Row[];
  #log: HTMLElement | undefined;
  #anchor: { readonly row: HTMLElement; readonly top: number; readonly listTop: number } | undefined;
  /** Where the list stood when its reader was last known not to have scrolled since, and how high it was. */
  #top = 0;
  #height = 0;
  /** Browsers scroll by whole pixels: what is left over of a correction goes with the next, or a hundred of them would add up. */
  #owed = 0;
  /** Texts are rendered late, pictures come late, keyboards and stages change the height. */
  readonly #sizes: ResizeObserver;

  /** `rows`: in order. `moved`: the list was corrected, or may show something else now. */
  constructor(rows: () => readonly Row[], moved: () => void) {
    this.#rows = rows;
    this.#sizes = new ResizeObserver(() => {
      this.keep();
      moved();
    });
  }

  /** `log` scrolls `content`. */
  watch(log: HTMLElement, content: HTMLElement): void {
    this.#log = log;
    this.#sizes.observe(log);
    this.#sizes.observe(content);
  }

  stop(): void {
    this.#sizes.disconnect();
  }

  /** Pixels above and below what is in sight. */
  get above(): number {
    return this.#log?.scrollTop ?? 0;
  }

  get below(): number {
    const log = this.#log;
    return log ? log.scrollHeight - log.scrollTop - log.clientHeight : 0;
  }

  /** Something scrolled the list; says which way its reader went. `endIsThere`: nothing is to be loaded below. */
  scrolled(endIsThere: boolean): 'up' | 'down' | undefined {
    const log = this.#shownLog();
    if (!log) return undefined;
    if (!this.atEnd) this.keep();
    const travelled = this.#travelled(log);
    const nearEnd = this.below <= nearEndPixels;
    // Only going up leaves the end: a list that grew since is further from it, too, and its reader did nothing.
    if (nearEnd || travelled < 0) this.atEnd = nearEnd && endIsThere;
    if (Math.abs(travelled) < 1) return undefined;
    this.#note(log);
    return travelled < 0 ? 'up' : 'down';
  }

  /** Brings what was in sight back to where it was, or the end where that is followed. */
  keep(): void {
    const log = this.#shownLog();
    if (!log) return;
    // Scrolled up a moment ago, and not heard of yet: then the end isn't followed.
    if (this.atEnd && this.#travelled(log) < -1 && this.below > 1) this.atEnd = false;
    if (this.atEnd) return this.toEnd();
    const anchor = this.#anchor;
    if (!anchor?.row.isConnected) return this.#note(log);
    const moved = placeIn(log, anchor.row) - anchor.top;
    if (Math.abs(moved) < 0.5) return;
    // A content that got shorter was scrolled by the browser, to where it ends for now.
    const cut = log.scrollTop < anchor.listTop && this.below < 1;
    const travelled = cut ? 0 : log.scrollTop - this.#top;
    const wanted = (cut ? anchor.listTop : log.scrollTop) + moved + this.#owed;
    log.scrollTop = wanted;
    const owed = wanted - log.scrollTop;
    this.#owed = Math.abs(owed) < 1 ? owed : 0;
    this.#top = log.scrollTop - travelled;
    this.#hold(log, anchor.row);
  }

  toEnd(): void {
    const log = this.#shownLog();
    if (!log) return;
    log.scrollTop = log.scrollHeight;
    this.#note(log);
  }

  /** Scrolls so that the row stands in the middle, or near the top, and holds it there until its reader scrolls. */
  show(row: HTMLElement, where: 'middle' | 'top'): void {
    const log = this.#shownLog();
    if (!log) return;
    this.atEnd = false;
    const room = Math.max(0, log.clientHeight - row.offsetHeight);
    log.scrollTop = placeIn(log, row) - (where === 'middle' ? room / 2 : Math.min(room, log.clientHeight / 5));
    this.#top = log.scrollTop;
    this.#height = log.clientHeight;
    this.#owed = 0;
    this.#hold(log, row);
  }

  /** Shows the row near the top, unless the end can be seen as well with it; `endIsThere` as in `scrolled`. */
  beginAt(row: Row, endIsThere: boolean): void {
    const log = this.#shownLog();
    if (!log) return;
    this.toEnd();
    if (!endIsThere || row.getBoundingClientRect().top < log.getBoundingClientRect().top) this.show(row, 'top');
  }

  /** The last row that was seen to its end; of one longer than the list, its beginning. */
  lastInSight(): Row | undefined {
    const box = this.#shownLog()?.getBoundingClientRect();
    if (!box) return undefined;
    const rows = this.#rows();
    const further = firstOf(rows, ({ top, bottom }) => bottom > box.bottom + 1 && top > box.top);
    return rows[further - 1];
  }

  /** A hidden list has no height, and no end to be away from. */
  #shownLog(): HTMLElement | undefined {
    return this.#log && this.#log.clientHeight > 0 ? this.#log : undefined;
  }

  /** The first row that begins in sight; one that is cut may grow above what is read. */
  #note(log: HTMLElement): void {
    this.#top = log.scrollTop;
    this.#height = log.clientHeight;
    this.#owed = 0;
    const box = log.getBoundingClientRect();
    const rows = this.#rows();
    const at = firstOf(rows, ({ bottom }) => bottom > box.top);
    const [first, next] = [rows[at], rows[at + 1]];
    this.#anchor = undefined;
    if (!first) return;
    const isCut = first.getBoundingClientRect().top < box.top;
    const nextIsInSight = next !== undefined && next.getBoundingClientRect().top < box.top + log.clientHeight;
    this.#hold(log, isCut && nextIsInSight ? next : first);
  }

  /** Pixels that the reader scrolled since; below 0 upwards. At its end, a list that became higher was scrolled up by the browser, and what came below since hides that. */
  #travelled(log: HTMLElement): number {
    const pixels = log.scrollTop - this.#top;
    const grown = log.clientHeight - this.#height;
    if (pixels >= 0 || grown <= 0 || !this.atEnd) return pixels;
    return pixels + grown > -1 ? 0 : pixels + grown;
  }

  #hold(log: HTMLElement, row: HTMLElement): void {
    this.#anchor = { row, top: placeIn(log, row), listTop: log.scrollTop };
  }
}

/** Pixels from the beginning of the content, wherever the list is scrolled to. */
function placeIn(log: HTMLElement, row: HTMLElement): number {
  return row.getBoundingClientRect().top - log.getBoundingClientRect().top + log.scrollTop;
}

/** Where in the list the first row stands whose box is such that all boxes below it are so, too; its length where none is. Asked of few: a list is looked at in every frame that scrolls it. */
function firstOf(rows: readonly HTMLElement[], isSuch: (box: DOMRect) => boolean): number {
  let [from, to] = [0, rows.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    const row = rows[middle];
    if (row && isSuch(row.getBoundingClientRect())) to = middle;
    else from = middle + 1;
  }
  return from;
}
