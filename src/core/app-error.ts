/** An expected failure with a code that ui/i18n turns into a sentence. Bugs throw plain errors; these do not. */

export type AppErrorCode = 'storage-blocked' | 'storage-full' | 'storage-taken' | 'no-password-key' | 'file-unreadable';

export class AppError extends Error {
  readonly code: AppErrorCode;

  constructor(code: AppErrorCode, options?: { readonly cause?: unknown }) {
    super(code, options);
    this.name = 'AppError';
    this.code = code;
  }
}
