/** Puts the server together: http, https for phones, introductions and STUN, started and stopped as one. */
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { isLoopback, lanAddresses } from './addresses';
import { loadCertificate } from './certificate';
import { newCounters, type Counters } from './counters';
import { createHttpHost } from './http-host';
import { refuseUpgrade, startIntroductions, type Introductions } from './introductions';
import type { Limits } from './limits';
import { isOriginAllowed } from './origin';
import { runtimeConfig, type Reachability } from './runtime-config';
import type { Settings } from './settings';
import { readStaticFiles } from './static-files';
import { startStunServer, type StunServer } from './stun-server';

export interface ServerOptions extends Settings {
  /** The built app; undefined serves none. */
  readonly appDirectory?: string;
  /** Where the https certificate is kept; git-ignored. */
  readonly cacheDirectory: string;
  /** Hears one sentence about each thing that the server goes on without. */
  readonly tell?: (sentence: string) => void;
  /** The machine's addresses on the LAN, instead of asking the operating system. */
  readonly lanAddresses?: readonly string[];
  /** Single limits to change, in tests. */
  readonly limits?: Partial<Limits>;
}

export interface RunningServer {
  readonly host: string;
  readonly port: number;
  readonly httpsPort: number | undefined;
  readonly stunPort: number | undefined;
  /** Where others on the network reach it, the likeliest first. */
  readonly lanAddresses: readonly string[];
  readonly counters: Readonly<Counters>;
  /** Closes every socket and port; a second call waits for the first. Two timers of `peer` live on, since it has no way to stop them: end the process by exit. */
  stop(): Promise<void>;
}

/** A start that can't go on; the message is a sentence for the operator. */
export class StartProblem extends Error {
  override readonly name = 'StartProblem';
}

/** Rejects with StartProblem when PORT can't be had or the app isn't built. Without https or STUN it goes on, and tells. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const tell = options.tell ?? (() => undefined);
  const addresses = options.lanAddresses ?? lanAddresses(options.host, networkInterfaces());
  const counters = newCounters();
  const files = options.appDirectory === undefined ? undefined : await readApp(options.appDirectory);
  let reachability: Reachability = { lanAddresses: addresses, httpsPort: undefined, stunPort: undefined, iceServers: options.iceServers };
  let lanOrigins: readonly string[] = [];

  const host = createHttpHost({ files, configFor: (request) => runtimeConfig(request.headers.host, isEncrypted(request), reachability) });
  const introductions = startIntroductions({
    counters,
    isOriginAllowed: (origin, own) => isOriginAllowed(origin, own, lanOrigins),
    ...(options.limits && { limits: options.limits }),
  });

  const http = createHttpServer(host);
  try {
    await listen(http, options.host, options.port);
  } catch (error) {
    await introductions.stop();
    throw new StartProblem(`Mindmeet can't start: ${explainPort('PORT', options.port, error)}.`);
  }
  attach(http, introductions);
  const https = await startHttps(options, addresses, host, tell);
  if (https) attach(https, introductions);
  const stun = await startStun(options, counters, tell);

  const port = portOf(http);
  const httpsPort = https && portOf(https);
  reachability = { ...reachability, httpsPort, stunPort: stun?.port };
  lanOrigins = addresses.flatMap((address) => [`http://${address}:${port}`, ...(httpsPort === undefined ? [] : [`https://${address}:${httpsPort}`])]);

  let stopped: Promise<void> | undefined;
  async function stopAll(): Promise<void> {
    await introductions.stop();
    await Promise.all([closeServer(http), https && closeServer(https), stun?.stop()]);
  }

  return {
    host: options.host,
    port,
    httpsPort,
    stunPort: stun?.port,
    lanAddresses: addresses,
    counters,
    stop: () => (stopped ??= stopAll()),
  };
}

async function readApp(directory: string): ReturnType<typeof readStaticFiles> {
  const files = await readStaticFiles(directory).catch(() => undefined);
  if (!files?.find('/index.html', undefined)) throw new StartProblem("Mindmeet can't start: the app is not built yet; run npm start, which builds it.");
  return files;
}

async function startHttps(options: ServerOptions, addresses: readonly string[], host: RequestListener, tell: (sentence: string) => void): Promise<Server | undefined> {
  if (options.httpsPort === 'off' || isLoopback(options.host)) return undefined;
  try {
    const server = createHttpsServer(await loadCertificate(options.cacheDirectory, addresses, Date.now()), host);
    await listen(server, options.host, options.httpsPort);
    return server;
  } catch (error) {
    tell(`No https for phones: ${explainPort('HTTPS_PORT', options.httpsPort, error)}.`);
    return undefined;
  }
}

async function startStun(options: ServerOptions, counters: Counters, tell: (sentence: string) => void): Promise<StunServer | undefined> {
  if (options.stunPort === 'off') return undefined;
  try {
    return await startStunServer({ host: options.host, port: options.stunPort, counters });
  } catch (error) {
    tell(`No STUN: ${explainPort('STUN_PORT', options.stunPort, error)}.`);
    return undefined;
  }
}

function attach(server: Server, introductions: Introductions): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!introductions.handleUpgrade(request, socket, head)) refuseUpgrade(socket, '404 Not Found');
  });
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  server.listen({ host, port, exclusive: true });
  await once(server, 'listening');
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function isEncrypted(request: IncomingMessage): boolean {
  return request.socket instanceof TLSSocket;
}

function explainPort(name: string, port: number, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return `port ${port} is in use; set ${name} to another one`;
  if (code === 'EACCES') return `this user may not open port ${port}; set ${name} to one above 1023`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return 'HOST is not an address of this machine';
  return error instanceof Error ? error.message : String(error);
}
