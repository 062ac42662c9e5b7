/** For work on files that nobody waits for. */
import { AppError } from '../../core/app-error';

/** What the disk refuses is told where somebody waits; a fault is told by the page. */
export function expected(failure: unknown): void {
  if (!(failure instanceof AppError)) throw failure;
}
