/** Hands pictures to a worker, one after the other: each may take 160 MB while it is decoded. */
import type { WorkReply, WorkRequest } from './picture.worker';
import workerUrl from './picture.worker.ts?worker&url';

/** A picture of 40 megapixels takes a slow phone some seconds; one that takes longer is given up. */
const workMs = 30_000;

export class PictureWorkshop {
  readonly #trusted: (url: string) => string | URL;
  #queue: Promise<unknown> = Promise.resolve();

  /** `trusted` makes of our own script's address what `new Worker` takes. */
  constructor(trusted: (url: string) => string | URL) {
    this.#trusted = trusted;
  }

  /** Rejects with the signal's reason, at once also when it waits or works. A worker that breaks has `failed`. */
  work(request: WorkRequest, signal: AbortSignal): Promise<WorkReply> {
    const result = this.#queue.then(() => this.#answer(request, signal));
    this.#queue = result.catch(() => undefined);
    return unlessAborted(result, signal);
  }

  async #answer(request: WorkRequest, signal: AbortSignal): Promise<WorkReply> {
    signal.throwIfAborted();
    const worker = new Worker(this.#trusted(workerUrl), { type: 'module', name: 'picture' });
    const late = AbortSignal.timeout(workMs);
    try {
      return await unlessAborted(reply(worker, request, late), signal);
    } finally {
      worker.terminate();
    }
  }
}

function reply(worker: Worker, request: WorkRequest, late: AbortSignal): Promise<WorkReply> {
  return new Promise((resolve) => {
    worker.addEventListener('message', (event: MessageEvent<WorkReply>) => resolve(event.data));
    worker.addEventListener('error', (event) => resolve({ kind: 'failed', problem: event.message }));
    late.addEventListener('abort', () => resolve({ kind: 'failed', problem: 'took too long' }));
    worker.postMessage(request, request.kind === 'poster' ? [request.frame] : []);
  });
}

function unlessAborted<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(signal.reason as Error);
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    result.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
