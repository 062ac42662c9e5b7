/** Keys of names and passwords, computed in a real worker. The expected bytes are those of another implementation (Python's cryptography 48). */
import { expect } from 'chai';
import { AppError } from '../../../src/core/app-error';
import { gateSalt } from '../../../src/protocol/room-keys';
import { derivePasswordKey } from '../../../src/session/password-key';

const itself = (url: string): string => url;
const nameSalt = new TextEncoder().encode('mindmeet/name/1');

describe('the key of a name or password', () => {
  it('is Argon2id of the text, also of letters beyond ASCII', async () => {
    const base = await derivePasswordKey('book club', nameSalt, itself);
    expect(hex(base)).to.equal('5319fd13487915790b54b16b0bc6c42fce32fd61ae78a42510424c8f361ce5ce');
    const salt = await gateSalt(base);
    expect(hex(salt)).to.equal('c283156643d0a39c020252cf8179b8fd');
    expect(hex(await derivePasswordKey('café', salt, itself))).to.equal('b572a540ae80c5efc9820a4dd70cbbd08904a3ce37c21c8222855d4af68d84b7');
  });

  it('leaves no worker behind', async () => {
    let ended = 0;
    const terminate = Worker.prototype.terminate;
    Worker.prototype.terminate = function (this: Worker) {
      ended += 1;
      terminate.call(this);
    };
    try {
      await derivePasswordKey('book club', nameSalt, itself);
      expect(ended).to.equal(1);
      await failureOf(derivePasswordKey('', nameSalt, itself));
      expect(ended).to.equal(2);
    } finally {
      Worker.prototype.terminate = terminate;
    }
  });

  for (const [title, text, address] of [
    ['its code cannot be loaded', 'book club', '/nowhere/password-key.worker.js'],
    ['its code refuses', '', undefined],
  ] as const) {
    it(`is said not to be had when ${title}`, async () => {
      const failure = await failureOf(derivePasswordKey(text, nameSalt, (url) => address ?? url));
      expect(failure).to.be.instanceOf(AppError).with.property('code', 'no-password-key');
    });
  }
});

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(() => undefined, (cause: unknown) => cause);
}
