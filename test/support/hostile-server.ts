/**
 * A signaling server that lies. It stands in front of the real one, hands pages on as they are, and lets a script decide about each frame of the introductions: what
 * an operator, or whoever took the server over, can do. Keeps a copy of all that it was told, so that a story can ask what it learned.
 *
 *     server.behave(({ direction, ...frame }) => (direction === 'down' ? [] : [{ direction, ...frame }]));   // swallows every answer
 *     server.turnHonest();
 */
import { once } from 'node:events';
import { createServer, request as ask, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer, type RawData } from 'ws';
import { startTestServer, type TestServer } from './server';

/** What clients and server say to each other (signaling/guards.ts). `payload`: base64url in an OFFER; `peer` puts objects into its own messages. */
export interface SignalingMessage {
  readonly type: string;
  readonly src?: string;
  readonly dst?: string;
  readonly payload?: unknown;
}

/** One message on one client's socket. up: from the client. down: to it. `id` is whose socket it is, `<tag>-<session or slot>`. */
export interface Crossing {
  readonly direction: 'up' | 'down';
  readonly id: string;
  readonly message: SignalingMessage;
  /** How long it is held back; later ones may overtake it. */
  readonly delayMs?: number;
}

/** What becomes of a message: these cross instead of it. None drops it, two double it; another `id` brings it to somebody else. */
export type Script = (crossing: Crossing) => readonly Crossing[];

const honest: Script = (crossing) => [crossing];

/** The client's socket, and the one to the real server that goes with it. */
interface Wire {
  readonly id: string;
  readonly client: WebSocket;
  readonly upstream: WebSocket;
}

export class HostileServer implements TestServer {
  readonly origin: string;
  /** Every message that a client or the real server wrote, in order, before the script had its way. */
  readonly crossings: Crossing[] = [];
  readonly #real: TestServer;
  readonly #front: Server;
  readonly #port: number;
  readonly #sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  /** Those that the real server has given their id: two may want the same. */
  readonly #wiresById = new Map<string, Wire>();
  readonly #wires = new Set<Wire>();
  /** Request lines and headers: what a server can log. */
  readonly #requests: string[] = [];
  #script = honest;

  private constructor(real: TestServer, front: Server) {
    this.#real = real;
    this.#front = front;
    this.#port = (front.address() as AddressInfo).port;
    this.origin = `http://localhost:${this.#port}`;
    front.on('request', (request, response) => this.#handOn(request, response));
    front.on('upgrade', (request, socket, head) => this.#connect(request, socket, head));
  }

  /** Honest at first, on a free port; the caller stops it. */
  static async start(): Promise<HostileServer> {
    const front = createServer().listen(0, '127.0.0.1');
    await once(front, 'listening');
    return new HostileServer(await startTestServer(), front);
  }

  get counters(): TestServer['counters'] {
    return this.#real.counters;
  }

  async start(): Promise<void> {
    await this.#real.start();
    if (this.#front.listening) return;
    this.#front.listen(this.#port, '127.0.0.1');
    await once(this.#front, 'listening');
  }

  async stop(): Promise<void> {
    if (this.#front.listening) {
      const closed = once(this.#front, 'close');
      this.#front.close();
      for (const { client } of this.#wires) client.terminate();
      this.#front.closeAllConnections();
      await closed;
    }
    await this.#real.stop();
  }

  /** From now on this decides about each message. */
  behave(script: Script): void {
    this.#script = script;
  }

  turnHonest(): void {
    this.#script = honest;
  }

  /** As after its start, for the next story. Sockets stay. */
  forget(): void {
    this.turnHonest();
    this.crossings.length = 0;
    this.#requests.length = 0;
  }

  /** Ids of the clients that are connected now: sessions, and the slots that they hold. */
  get ids(): readonly string[] {
    return [...this.#wiresById.keys()];
  }

  /** Says something that nobody asked it to, past the script. To a client that is gone: nothing. */
  put(crossing: Crossing): void {
    this.#send(crossing, this.#wiresById.get(crossing.id));
  }

  /** All that it was told, as text to search in: envelopes as they are, not as base64url, in which short words come up by chance. */
  get learned(): string {
    const messages = this.crossings.flatMap(({ message }) => [JSON.stringify({ ...message, payload: undefined }), envelopeOf(message).toString('latin1')]);
    return [...this.#requests, ...messages].join('\n');
  }

  #connect(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#log(request);
    const { host, origin } = request.headers;
    const id = new URL(request.url ?? '/', this.origin).searchParams.get('id') ?? '';
    const upstream = new WebSocket(`${this.#real.origin.replace('http', 'ws')}${request.url}`, { perMessageDeflate: false, headers: { host }, ...(origin !== undefined && { origin }) });
    this.#sockets.handleUpgrade(request, socket, head, (client) => this.#join({ id, client, upstream }));
  }

  #join(wire: Wire): void {
    const { id, client, upstream } = wire;
    this.#wires.add(wire);
    const opened = once(upstream, 'open').catch(() => undefined);
    client.on('message', (data) => void opened.then(() => this.#cross({ direction: 'up', id, message: readMessage(data) }, wire)));
    upstream.on('message', (data) => {
      const message = readMessage(data);
      if (message.type === 'OPEN') this.#wiresById.set(id, wire);
      this.#cross({ direction: 'down', id, message }, wire);
    });
    // Either end's failure ends the other, as with a server that fails.
    upstream.on('error', () => client.close());
    upstream.on('close', () => client.close());
    client.on('error', () => upstream.close());
    client.on('close', () => {
      this.#wires.delete(wire);
      if (this.#wiresById.get(id) === wire) this.#wiresById.delete(id);
      upstream.close();
    });
  }

  #cross(crossing: Crossing, wire: Wire): void {
    this.crossings.push(crossing);
    for (const one of this.#script(crossing)) this.#send(one, one.id === wire.id ? wire : this.#wiresById.get(one.id));
  }

  #send({ direction, message, delayMs }: Crossing, wire: Wire | undefined): void {
    const send = (): void => {
      const socket = direction === 'down' ? wire?.client : wire?.upstream;
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    };
    if (delayMs === undefined) send();
    else setTimeout(send, delayMs);
  }

  #handOn(request: IncomingMessage, response: ServerResponse): void {
    this.#log(request);
    const { method, headers, url } = request;
    const onward = ask(`${this.#real.origin}${url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.writeHead(502).end());
    request.pipe(onward);
  }

  #log({ method, url, rawHeaders }: IncomingMessage): void {
    this.#requests.push([`${method} ${url}`, ...rawHeaders].join('\n'));
  }
}

/** Whether a message is a knock: the first byte of an envelope says so (src/protocol/envelope.ts), and its destination is a slot. */
export function isKnock(message: SignalingMessage): boolean {
  return envelopeOf(message)[0] === 1;
}

/** An envelope with one bit changed, `at` bytes from its start. */
export function withBitFlipped(message: SignalingMessage, at: number): SignalingMessage {
  const bytes = envelopeOf(message);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  return { ...message, payload: bytes.toString('base64url') };
}

/** The bytes of a message's envelope; none where there is none. */
export function envelopeOf({ payload }: SignalingMessage): Buffer {
  return Buffer.from(typeof payload === 'string' ? payload : '', 'base64url');
}

function readMessage(data: RawData): SignalingMessage {
  // Clients are our own pages, and the real server writes nothing else.
  return JSON.parse(Buffer.isBuffer(data) ? data.toString('utf8') : '{}') as SignalingMessage;
}
