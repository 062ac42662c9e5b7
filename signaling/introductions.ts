/**
 * Introduces strangers: `peer` embedded for any number of http and https servers that share one set of ids.
 *
 * `peer` keeps who is who and relays; everything that comes from outside is checked before (guards.ts, guarded-socket.ts). Its http
 * routes (/id, /peers) are never attached to a server, so there is no discovery.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { ExpressPeerServer, type IClient } from 'peer';
import { WebSocketServer, type WebSocket } from 'ws';
import { AbsentQueues } from './absent-queues';
import { addressKey } from './addresses';
import type { Counters } from './counters';
import { closeCodes, GuardedSocket } from './guarded-socket';
import { isSignalingUrl, readIdentity, urlForPeer, type Identity } from './guards';
import { limits as defaultLimits, type Limits } from './limits';

export interface IntroductionsOptions {
  readonly counters: Counters;
  /** Says whether a page may connect; both are request headers. */
  readonly isOriginAllowed: (origin: string | undefined, host: string | undefined) => boolean;
  /** Single limits to change, in tests. */
  readonly limits?: Partial<Limits>;
}

export interface Introductions {
  /**
   * Takes over an `upgrade` request under /sig/; false when it is for somebody else. Refusals are plain http answers: 403 foreign page,
   * 404 wrong path or identity, 429 too many sockets from one address, 503 stopping.
   */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Closes every socket with 1001. Two timers of `peer` live on, since it has no way to stop them: end the process by exit. */
  stop(): Promise<void>;
}

const openFrame = JSON.stringify({ type: 'OPEN' });

/** Starts with no clients; `handleUpgrade` brings them. */
export function startIntroductions(options: IntroductionsOptions): Introductions {
  const limits: Limits = { ...defaultLimits, ...options.limits };
  const { counters } = options;
  const webSockets = new WebSocketServer({ noServer: true, maxPayload: limits.frameBytes, clientTracking: false, perMessageDeflate: false });
  const sockets = new Set<GuardedSocket>();
  const socketsByAddress = new Map<string, number>();
  const holdersById = new Map<string, GuardedSocket>();
  const queues = new AbsentQueues(limits);
  const nowMs = () => performance.now();
  let stopping = false;

  const peer = embedPeer(webSockets, limits);
  peer.on('error', () => (counters.errors += 1));
  peer.on('connection', (client) => admit(client));

  const life = setInterval(() => {
    for (const socket of sockets) socket.checkLife();
    queues.sweep(nowMs());
  }, limits.pingIntervalMs);

  /** `peer` has given an id to a socket: a new one, or one that shows the token of the present holder. */
  function admit(client: IClient): void {
    const socket = client.getSocket() as unknown as GuardedSocket;
    const id = client.getId();
    const previous = holdersById.get(id);
    holdersById.set(id, socket);
    socket.client = client;
    socket.on('close', () => {
      if (holdersById.get(id) === socket) holdersById.delete(id);
    });
    if (previous) {
      // `peer` only says OPEN to the first socket of an id; a client waits for it after each reconnect.
      socket.send(openFrame);
      previous.close(closeCodes.replaced, 'replaced by a newer socket');
    }
    for (const frame of queues.take(id, nowMs())) socket.send(frame);
  }

  function keepIfAbsent(dst: string, frame: string): boolean {
    if (holdersById.has(dst)) return false;
    if (!queues.add(dst, frame, nowMs())) counters.dropped += 1;
    return true;
  }

  function receive(socket: WebSocket, identity: Identity, address: string): void {
    const guarded = new GuardedSocket({ socket, identity, limits, counters, nowMs, keepIfAbsent });
    sockets.add(guarded);
    count(socketsByAddress, address, 1);
    socket.once('close', () => {
      sockets.delete(guarded);
      count(socketsByAddress, address, -1);
    });
    // `peer` reads nothing of the request but its URL, and of the socket only what GuardedSocket offers.
    webSockets.emit('connection', guarded, { url: urlForPeer(identity) });
  }

  function refusalOf(request: IncomingMessage, identity: Identity | undefined, address: string): string | undefined {
    if (stopping) return '503 Service Unavailable';
    if (!options.isOriginAllowed(request.headers.origin, request.headers.host)) return '403 Forbidden';
    if (!identity) return '404 Not Found';
    if ((socketsByAddress.get(address) ?? 0) >= limits.socketsPerAddress) return '429 Too Many Requests';
    return undefined;
  }

  return {
    handleUpgrade(request, socket, head) {
      if (!isSignalingUrl(request.url)) return false;
      const identity = readIdentity(request.url ?? '');
      const address = addressKey(request.socket.remoteAddress);
      const refusal = refusalOf(request, identity, address);
      if (refusal || !identity) {
        counters.refusals += 1;
        refuseUpgrade(socket, refusal ?? '404 Not Found');
      } else {
        webSockets.handleUpgrade(request, socket, head, (opened) => receive(opened, identity, address));
      }
      return true;
    },

    async stop() {
      stopping = true;
      clearInterval(life);
      const closed = [...sockets].map((socket) => socket.closed);
      for (const socket of sockets) socket.close(closeCodes.goingAway, 'the server stops');
      await Promise.all(closed);
    },
  };
}

/** Answers an upgrade with a plain http status, e.g. `404 Not Found`, and closes the connection. */
export function refuseUpgrade(socket: Duplex, status: string): void {
  // The client may hang up first; an error without a listener would end the process.
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function embedPeer(webSockets: WebSocketServer, limits: Limits): ReturnType<typeof ExpressPeerServer> {
  // `peer` only checks that there is a server; ours hand it their sockets through `createWebSocketServer`.
  const server = createServer();
  const peer = ExpressPeerServer(server, { allow_discovery: false, concurrent_limit: limits.sockets, createWebSocketServer: () => webSockets });
  // `peer` starts when it is mounted in an express app, which stays unattached; an unmounted second one is just that, without
  // a dependency on express itself.
  ExpressPeerServer(server).use(peer);
  return peer;
}

function count(numbersByKey: Map<string, number>, key: string, change: number): void {
  const next = (numbersByKey.get(key) ?? 0) + change;
  if (next > 0) numbersByKey.set(key, next);
  else numbersByKey.delete(key);
}
