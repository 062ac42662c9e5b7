/** A server for one test, and people who connect to it over real sockets. Everything is closed when the test ends. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import { startServer, type RunningServer, type ServerOptions } from '../../../signaling/start-server';

export const tag = 'abcdefghijklmnopqrstuvwxyz';
export const otherTag = 'zyxwvutsrqponmlkjihgfedcba';

/** An id of the room `room`; `letter` stands for 26 of them. */
export function idOf(letter: string, room = tag): string {
  return `${room}-${letter.repeat(26)}`;
}

/** On 127.0.0.1 and free ports, without an app, STUN and https unless `options` say so. */
export async function startTestServer(options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  const cacheDirectory = await temporaryFolder();
  const server = await startServer({ host: '127.0.0.1', port: 0, httpsPort: 'off', stunPort: 'off', iceServers: [], cacheDirectory, ...options });
  onTestFinished(() => server.stop());
  return server;
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mindmeet-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface Knock {
  readonly id?: string;
  readonly token?: string;
  readonly room?: string;
  /** Instead of the path and query that the other fields make. */
  readonly path?: string;
  readonly options?: ClientOptions;
}

/** Path and query as PeerJS makes them. */
export function pathOf({ id = idOf('a'), token = 'secret', room = tag }: Knock): string {
  return `/sig/${room}/peerjs?key=peerjs&id=${id}&token=${token}&version=1.5.5`;
}

/** One client. Frames wait until they are asked for, so none is missed. */
export class Client {
  readonly socket: WebSocket;
  /** The close code; 1006 when the connection just ended. */
  readonly closed: Promise<number>;
  readonly #frames: string[] = [];
  #wanted: ((frame: string) => void) | undefined;

  constructor(port: number, knock: Knock) {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}${knock.path ?? pathOf(knock)}`, knock.options);
    this.closed = new Promise((resolve) => this.socket.on('close', resolve));
    this.socket.on('error', (error) => (this.error = error));
    this.socket.on('message', (data: Buffer) => this.#take(data.toString('utf8')));
    onTestFinished(() => this.socket.terminate());
  }

  error: Error | undefined;

  /** The next frame, parsed; rejects when the socket closes first. */
  async next(): Promise<Record<string, unknown>> {
    const text =
      this.#frames.shift() ??
      (await Promise.race([
        new Promise<string>((resolve) => (this.#wanted = resolve)),
        this.closed.then((code) => Promise.reject(new Error(`closed with ${code} (${this.error?.message ?? 'no error'})`))),
      ]));
    return JSON.parse(text) as Record<string, unknown>;
  }

  /** Sends an offer, or any other fields. */
  send(fields: Readonly<Record<string, unknown>>): void {
    this.socket.send(JSON.stringify(fields));
  }

  /** Resolves when the server has taken all that was sent before. */
  async settled(): Promise<void> {
    const answered = new Promise((resolve) => this.socket.once('pong', resolve));
    this.socket.ping();
    await answered;
  }

  #take(frame: string): void {
    const wanted = this.#wanted;
    this.#wanted = undefined;
    if (wanted) wanted(frame);
    else this.#frames.push(frame);
  }
}

/** Connects and waits for OPEN. */
export async function enter(server: RunningServer, knock: Knock): Promise<Client> {
  const client = new Client(server.port, knock);
  const first = await client.next();
  if (first['type'] !== 'OPEN') throw new Error(`expected OPEN, got ${JSON.stringify(first)}`);
  return client;
}

/** Tries to connect where that is refused: the http status of the answer. */
export async function refusalOf(port: number, knock: Knock): Promise<number> {
  const client = new Client(port, knock);
  return new Promise((resolve, reject) => {
    client.socket.on('unexpected-response', (_request, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    client.socket.on('open', () => reject(new Error('was let in')));
  });
}

/** Alice and Bob, who mind their own business. */
export interface HonestPair {
  readonly alice: Client;
  readonly bob: Client;
  /** Rejects unless each still hears the other. */
  talk(): Promise<void>;
}

/** They hold the ids of letters y and z. */
export async function honestPair(server: RunningServer): Promise<HonestPair> {
  const alice = await enter(server, { id: idOf('y'), token: 'alice' });
  const bob = await enter(server, { id: idOf('z'), token: 'bob' });
  let turn = 0;
  return {
    alice,
    bob,
    async talk() {
      for (const [from, to, src, dst] of [
        [alice, bob, idOf('y'), idOf('z')],
        [bob, alice, idOf('z'), idOf('y')],
      ] as const) {
        turn += 1;
        from.send({ type: 'OFFER', dst, payload: `turn-${turn}` });
        const heard = JSON.stringify(await to.next());
        const expected = JSON.stringify({ type: 'OFFER', src, dst, payload: `turn-${turn}` });
        if (heard !== expected) throw new Error(`heard ${heard}, expected ${expected}`);
      }
    },
  };
}
