/** What the server did since it started, as plain numbers: for benchmarks and tests. No ids, no addresses. */
export interface Counters {
  /** Offers accepted from clients. */
  messagesIn: number;
  /** Text frames sent to clients: OPEN, ID-TAKEN, ERROR, OFFER. */
  messagesOut: number;
  /** HEARTBEATs from clients. */
  heartbeats: number;
  /** Upgrades refused before a socket opened. */
  refusals: number;
  /** Sockets closed for breaking a rule, being silent or being slow. */
  cuts: number;
  /** Messages for absent ids that found no room. */
  dropped: number;
  /** Errors that `peer` reported; each would have ended a bare server. */
  errors: number;
  /** STUN requests answered, and datagrams that got no answer. */
  stunAnswered: number;
  stunIgnored: number;
}

/** All zero. */
export function newCounters(): Counters {
  return { messagesIn: 0, messagesOut: 0, heartbeats: 0, refusals: 0, cuts: 0, dropped: 0, errors: 0, stunAnswered: 0, stunIgnored: 0 };
}
