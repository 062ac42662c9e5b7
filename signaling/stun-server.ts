/** Answers STUN binding requests on UDP, so that two homes can meet without asking a third party for their addresses. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { addressKey } from './addresses';
import type { Counters } from './counters';
import { buildBindingResponse, parseBindingRequest } from './stun';
import { BucketsBySender, TokenBucket } from './token-bucket';

/** UDP sources can be forged, and an answer is up to 2.2 times its request: so few a second that nobody is worth flooding through us. */
export interface StunLimits {
  /** Requests from one address a second on average, and at once: a browser sends one or two for each connection, a household has several. */
  readonly perSecond: number;
  readonly burst: number;
  /** Addresses remembered, about 200 bytes each. */
  readonly addresses: number;
  /** Requests answered a second in all. */
  readonly totalPerSecond: number;
}

export const stunLimits: StunLimits = { perSecond: 25, burst: 100, addresses: 4_096, totalPerSecond: 2_000 };

export interface StunServer {
  readonly port: number;
  stop(): Promise<void>;
}

export interface StunServerOptions {
  /** An address to bind to; `::` takes IPv4 too. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly counters: Counters;
  readonly limits?: Partial<StunLimits>;
}

/** Rejects with the socket's error (EADDRINUSE and others) when it can't bind. */
export async function startStunServer(options: StunServerOptions): Promise<StunServer> {
  const limits = { ...stunLimits, ...options.limits };
  const { counters } = options;
  const senders = new BucketsBySender(limits.perSecond, limits.burst, limits.addresses);
  const everybody = new TokenBucket(limits.totalPerSecond, limits.totalPerSecond, performance.now());
  const socket = createSocket(isIPv6(options.host) ? 'udp6' : 'udp4');

  socket.on('message', (datagram, from) => {
    const request = parseBindingRequest(datagram);
    const nowMs = performance.now();
    if (!request || from.port === 0 || !senders.take(addressKey(from.address), nowMs) || !everybody.take(nowMs)) {
      counters.stunIgnored += 1;
      return;
    }
    counters.stunAnswered += 1;
    // A lost answer is UDP's everyday; the browser asks again (RFC 8489 §6.2.1).
    socket.send(buildBindingResponse(request, from.address, from.port), from.port, from.address, (error) => {
      if (error) counters.errors += 1;
    });
  });

  await bind(socket, options.host, options.port);
  // From here on errors concern single datagrams.
  socket.on('error', () => (counters.errors += 1));
  return {
    port: socket.address().port,
    async stop() {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}

async function bind(socket: Socket, host: string, port: number): Promise<void> {
  try {
    socket.bind({ address: host === 'localhost' ? '127.0.0.1' : host, port, exclusive: true });
    await once(socket, 'listening');
  } catch (error) {
    socket.close();
    throw error;
  }
}
