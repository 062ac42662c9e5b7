/** The admission events of one room, as this device keeps them: signed tokens, which never change and are never taken back. */

/** `tokens`: all but the genesis, in no order that means anything. A room known by name has no genesis. */
export interface StoredAdmission {
  readonly genesis?: string;
  readonly tokens: readonly string[];
}

export interface AdmissionStore {
  load(): Promise<StoredAdmission>;
  /** On the disk when it resolves. What is there already stays: a second genesis is not taken, a token that comes again changes nothing. All or nothing. */
  add(genesis: string | undefined, tokens: readonly string[]): Promise<void>;
}
