/** A store that goes on in memory when the disk fails under it: a full disk, or a browser that shuts storage away, ends no conversation. */
import { AppError } from '../core/app-error';

/** Called with `storage-full` or `storage-blocked` each time the disk fails. */
export type ReportFailure = (failure: AppError) => void;

/**
 * The face of `disk` until one of its methods rejects with an AppError; from then on, until the page is loaded anew, that of `memory`, where also the failed call is
 * repeated. Other errors are bugs and pass. Every method of a Store answers with a promise.
 */
export function withFallback<Store extends object>(disk: Store, memory: () => Promise<Store>, report: ReportFailure): Store {
  let standIn: Promise<Store> | undefined;
  const call = (store: Store, name: string | symbol, values: unknown[]): unknown => (Reflect.get(store, name) as (...values: unknown[]) => unknown).apply(store, values);
  return new Proxy(disk, {
    get: (_disk, name) =>
      // Only what is there: a face with a `then` would be taken for a promise.
      name in disk
        ? async (...values: unknown[]): Promise<unknown> => {
            if (standIn) return call(await standIn, name, values);
            try {
              return await call(disk, name, values);
            } catch (failure) {
              if (!(failure instanceof AppError)) throw failure;
              report(failure);
              standIn ??= memory();
              return call(await standIn, name, values);
            }
          }
        : undefined,
  });
}
