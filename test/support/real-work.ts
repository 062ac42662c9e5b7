/**
 * What goes on in real time while a test lives in virtual time: cryptography, and reads of blobs. Virtual time that ran ahead of it would let what waits for it
 * run out of time whenever the machine is slow.
 */

// The real one: what a test fakes stands still.
const { setImmediate: nextTurn } = globalThis;
let underWay = 0;
const waiting: (() => void)[] = [];

countCalls(SubtleCrypto.prototype, ['decrypt', 'deriveBits', 'deriveKey', 'digest', 'encrypt', 'exportKey', 'generateKey', 'importKey', 'sign', 'verify']);
countCalls(Blob.prototype, ['arrayBuffer', 'text']);

/** Once nothing of it is under way, and all that followed from it at once has been done. */
export async function realWorkDone(): Promise<void> {
  if (underWay > 0) await new Promise<void>((resolve) => void waiting.push(resolve));
  await new Promise<void>((resolve) => void nextTurn(resolve));
  if (underWay > 0) await realWorkDone();
}

function countCalls<Prototype extends object>(prototype: Prototype, names: readonly (keyof Prototype & string)[]): void {
  for (const name of names) {
    const method = prototype[name] as (...parameters: unknown[]) => Promise<unknown>;
    async function counted(this: Prototype, ...parameters: unknown[]): Promise<unknown> {
      underWay += 1;
      try {
        return await Reflect.apply(method, this, parameters);
      } finally {
        underWay -= 1;
        if (underWay === 0) for (const resolve of waiting.splice(0)) resolve();
      }
    }
    Object.defineProperty(prototype, name, { value: counted, configurable: true, writable: true });
  }
}
