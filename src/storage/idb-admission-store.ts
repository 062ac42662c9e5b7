/** A room's admission events in IndexedDB: a row a token, found by the event's id. */
import { encodeBase64Url } from '../core/base64url';
import type { RoomAlias } from '../core/ids';
import type { AdmissionStore, StoredAdmission } from './admission-store';
import { keysOfRoom, type Database } from './database';
import { fieldsOf, isText } from './row';

/** On disk. `id` is that of the event: the first 16 bytes of the token's SHA-256, in base64url. */
interface AdmissionRow {
  readonly alias: RoomAlias;
  readonly id: string;
  readonly token: string;
  readonly genesis?: true;
}

export class IdbAdmissionStore implements AdmissionStore {
  /** What was read or written last: what is known when the disk goes. */
  seen: StoredAdmission = { tokens: [] };
  readonly #database: Database;
  readonly #alias: RoomAlias;

  constructor(database: Database, alias: RoomAlias) {
    this.#database = database;
    this.#alias = alias;
  }

  async load(): Promise<StoredAdmission> {
    const rows = await this.#database.read('admission', async (store) => parseRows(await store.getAll(keysOfRoom(this.#alias))));
    return (this.seen = admissionOf(rows));
  }

  async add(genesis: string | undefined, tokens: readonly string[]): Promise<void> {
    const alias = this.#alias;
    // Hashed before the transaction, which would not outlive the wait.
    const first = genesis === undefined ? undefined : { alias, id: await idOf(genesis), token: genesis, genesis: true as const };
    const added: readonly AdmissionRow[] = await Promise.all(tokens.map(async (token) => ({ alias, id: await idOf(token), token })));
    this.seen = await this.#database.write('admission', 'strict', async (store) => {
      const known = parseRows(await store.getAll(keysOfRoom(alias)));
      const made = first && !known.some((row) => row.genesis) ? [first, ...added] : added;
      await Promise.all(made.map((row) => store.put(row)));
      return admissionOf([...known, ...made]);
    });
  }
}

const utf8 = new TextEncoder();

async function idOf(token: string): Promise<string> {
  return encodeBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', utf8.encode(token))).subarray(0, 16));
}

function admissionOf(rows: readonly AdmissionRow[]): StoredAdmission {
  const genesis = rows.find((row) => row.genesis)?.token;
  return { ...(genesis !== undefined && { genesis }), tokens: [...new Set(rows.filter((row) => !row.genesis).map(({ token }) => token))] };
}

/** A damaged row is passed over: the others in the room have the event, and give it again. */
function parseRows(rows: readonly unknown[]): AdmissionRow[] {
  return rows.map(fieldsOf).flatMap((fields) => {
    const { alias, id, token, genesis } = fields ?? {};
    return isText(alias) && isText(id) && isText(token) ? [{ alias: alias as RoomAlias, id, token, ...(genesis === true && { genesis }) }] : [];
  });
}
