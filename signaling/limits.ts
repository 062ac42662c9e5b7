/** What the server takes from strangers before it refuses: each number with its unit and its reason. */

/** Sizes in bytes, counts, and times in milliseconds. Tests shrink single values; nothing else changes them. */
export interface Limits {
  readonly frameBytes: number;
  readonly payloadCharacters: number;
  readonly socketsPerAddress: number;
  readonly sockets: number;
  readonly framesPerSecond: number;
  readonly framesBurst: number;
  readonly absentMessages: number;
  readonly absentBytes: number;
  readonly absentTotalMessages: number;
  readonly absentTotalBytes: number;
  readonly absentMs: number;
  readonly bufferedBytes: number;
  readonly pingIntervalMs: number;
  readonly pingsMissed: number;
  readonly closeGraceMs: number;
}

export const limits: Limits = {
  /** One WebSocket frame. An envelope has 4 KiB at most; bare `peer` takes 100 MiB (ws's default). */
  frameBytes: 32 * 1024,
  /** One relayed payload: an envelope of 4 KiB is 5.5 KiB of base64url. */
  payloadCharacters: 8 * 1024,
  /** Sockets open from one address. A school or a company sits behind one address, and tests open many from loopback. */
  socketsPerAddress: 512,
  /** Sockets open in all, as `peer`'s `concurrent_limit`. 5,000 take about 200 MB. */
  sockets: 5_000,
  /** Frames and pings a socket may send a second on average, and at once. A join sends fewer than 16. */
  framesPerSecond: 60,
  framesBurst: 240,
  /** Messages waiting for one absent id: three slots knocked at twice, and some. */
  absentMessages: 8,
  absentBytes: 64 * 1024,
  /** Messages waiting in all, whoever they are for. */
  absentTotalMessages: 4_096,
  absentTotalBytes: 4 * 1024 * 1024,
  /** A message waits this long, as `peer`'s `expire_timeout`. A client repeats a knock sooner. */
  absentMs: 5_000,
  /** Bytes the kernel has not taken yet from us for one socket: its reader is too slow, or gone. */
  bufferedBytes: 1024 * 1024,
  /** Hidden pages run timers once a minute, but browsers answer pings at once (RFC 6455 §5.5.3). */
  pingIntervalMs: 10_000,
  /** A socket is dead after this many unanswered pings. */
  pingsMissed: 2,
  /** A closed socket may finish its closing handshake for this long. */
  closeGraceMs: 2_000,
};
