/**
 * Argon2id (RFC 9106) in a worker: it takes a third of a second of a processor, and 64 MiB, on purpose. One request, one reply; then the page ends the worker.
 *
 * hash-wasm carries its WebAssembly inside the script, so this script's response must allow 'wasm-unsafe-eval' (signaling/security-headers.ts), and no other does.
 */
import { argon2id } from 'hash-wasm';

export interface PasswordKeyRequest {
  readonly text: string;
  readonly salt: Uint8Array;
}

/** `problem`: why there is no key, in the browser's words. */
export type PasswordKeyReply = { readonly key: Uint8Array<ArrayBuffer> } | { readonly problem: string };

/** The second recommendation of RFC 9106 §4 (64 MiB, three passes), in one lane, since a page has no threads to share memory with. */
const parameters = { memorySize: 64 * 1024, iterations: 3, parallelism: 1, hashLength: 32, outputType: 'binary' } as const;

addEventListener('message', (event: MessageEvent<PasswordKeyRequest>) => {
  void derive(event.data).then((reply) => postMessage(reply));
});

async function derive({ text, salt }: PasswordKeyRequest): Promise<PasswordKeyReply> {
  try {
    // hash-wasm takes no empty password (RFC 9106 §3.1 does); nobody is asked for one.
    return { key: new Uint8Array(await argon2id({ ...parameters, password: text, salt })) };
  } catch (cause) {
    return { problem: String(cause) };
  }
}
