/** Starts the worker that turns a name or a password into a key, and ends it when it has answered. */
import { AppError } from '../core/app-error';
import type { PasswordKeyReply, PasswordKeyRequest } from '../protocol/password-key.worker';
import workerUrl from '../protocol/password-key.worker.ts?worker&url';

/** See RoomParts.derivePasswordKey. `trusted` makes of our own script's address what `new Worker` takes (ui/trusted-types.ts). */
export async function derivePasswordKey(text: string, salt: Uint8Array, trusted: (url: string) => string | URL): Promise<Uint8Array<ArrayBuffer>> {
  const worker = new Worker(trusted(workerUrl), { type: 'module', name: 'password-key' });
  try {
    const reply = await answer(worker, { text, salt });
    if ('key' in reply) return reply.key;
    throw new AppError('no-password-key', { cause: reply.problem });
  } finally {
    // Its memory would stay as large as it was.
    worker.terminate();
  }
}

function answer(worker: Worker, request: PasswordKeyRequest): Promise<PasswordKeyReply> {
  return new Promise((resolve, reject) => {
    worker.addEventListener('message', (event: MessageEvent<PasswordKeyReply>) => resolve(event.data));
    worker.addEventListener('error', (event) => reject(new AppError('no-password-key', { cause: event.message })));
    worker.postMessage(request);
  });
}
