/** Makes the folded texts of new blocks while the page has nothing else to do: the search is quick with them, and the write would be slow. */
import { AppError } from '../core/app-error';

/** Blocks between two other turns of the log. */
const step = 8;
/** A long conversation comes in many parts; nothing more came for so many milliseconds. */
const restMs = 1_000;

export interface TextlessBlocks {
  /** The blocks that have no texts. */
  find(): Promise<readonly number[]>;
  /** Passes those over that are not there any more. */
  fold(ids: readonly number[]): Promise<void>;
}

export class TextFolder {
  readonly #blocks: TextlessBlocks;
  readonly #waiting = new Set<number>();
  /** Counts on with each block. */
  #added = 0;
  #unknown = false;
  #running = false;

  constructor(blocks: TextlessBlocks) {
    this.#blocks = blocks;
  }

  /** Looks for the blocks that an earlier page left without. */
  start(): void {
    this.#unknown = true;
    this.#wake();
  }

  add(ids: Iterable<number>): void {
    for (const id of ids) {
      this.#waiting.add(id);
      this.#added++;
    }
    this.#wake();
  }

  stop(): void {
    this.#unknown = false;
    this.#waiting.clear();
  }

  #wake(): void {
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    let rested = 0;
    try {
      while (this.#unknown || this.#waiting.size > 0) {
        const added = this.#added;
        if (added !== rested) await rest();
        await idle();
        // While much comes in, it can wait.
        if (added !== this.#added) continue;
        rested = added;
        if (this.#unknown) for (const id of await this.#blocks.find()) this.#waiting.add(id);
        this.#unknown = false;
        const ids = [...this.#waiting].slice(0, step);
        for (const id of ids) this.#waiting.delete(id);
        if (ids.length > 0) await this.#blocks.fold(ids);
      }
    } catch (failure) {
      // The disk failed, or another tab has the room: the search does without.
      if (!(failure instanceof AppError)) throw failure;
      this.stop();
    } finally {
      this.#running = false;
    }
  }
}

function rest(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, restMs));
}

/** Safari has no requestIdleCallback (26.0). */
function idle(): Promise<void> {
  return new Promise((resolve) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve(), { timeout: 1_000 });
    else setTimeout(resolve, 50);
  });
}
