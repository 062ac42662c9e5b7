/** The bad line that the stories and benchmarks of bad networks are told on. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UdpProxy, type Endpoint } from '../../support/udp-proxy';

describe('the UDP proxy', () => {
  let alice: Talker;
  let bob: Talker;
  const proxies: UdpProxy[] = [];
  const proxyOf = (seed: number): UdpProxy => {
    const proxy = new UdpProxy(seed);
    proxies.push(proxy);
    return proxy;
  };

  beforeEach(async () => {
    [alice, bob] = await Promise.all([Talker.open(), Talker.open()]);
  });

  afterEach(async () => {
    alice.socket.close();
    bob.socket.close();
    await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
  });

  it('shows Bob nothing of Alice but her face, and his answer to it reaches her from his', async () => {
    const proxy = proxyOf(1);
    const [facesOfAlice, faceOfBob] = [await proxy.faceOf(alice.endpoint), await proxy.faceOf(bob.endpoint)];
    alice.say('hello', faceOfBob);
    const heard = await bob.next();
    expect(heard).toEqual({ text: 'hello', from: facesOfAlice });
    bob.say('hello yourself', heard.from);
    expect(await alice.next()).toEqual({ text: 'hello yourself', from: faceOfBob });
    expect(proxy.traffic).toEqual({ passed: 2, lost: 0 });
  });

  it('gives a sender that it has not met a face at once', async () => {
    const proxy = proxyOf(1);
    alice.say('first', await proxy.faceOf(bob.endpoint));
    const { from } = await bob.next();
    expect(from).not.toEqual(alice.endpoint);
    expect(await proxy.faceOf(alice.endpoint)).toEqual(from);
  });

  it('loses about the share that it is told to, and the same ones for the same seed', async () => {
    const survivors = async (seed: number): Promise<readonly string[]> => {
      const proxy = proxyOf(seed);
      const face = await proxy.faceOf(bob.endpoint);
      proxy.conditions = { lossRate: 0.3, delayMs: 0 };
      for (let number = 0; number < 200; number++) {
        alice.say(String(number), face);
        // One after the other: a full buffer would lose some as well.
        await expect.poll(() => proxy.traffic.passed + proxy.traffic.lost, { interval: 1 }).toBe(number + 1);
      }
      proxy.conditions = { lossRate: 0, delayMs: 0 };
      alice.say('end', face);
      return bob.until('end');
    };
    const [first, again, other] = [await survivors(7), await survivors(7), await survivors(8)];
    expect(first.length).toBeGreaterThan(110);
    expect(first.length).toBeLessThan(170);
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it('delays what comes, so that a later datagram on a good line overtakes it', async () => {
    const proxy = proxyOf(1);
    const face = await proxy.faceOf(bob.endpoint);
    proxy.conditions = { lossRate: 0, delayMs: 500 };
    alice.say('slow', face);
    await expect.poll(() => proxy.traffic.passed, { interval: 1 }).toBe(1);
    proxy.conditions = { lossRate: 0, delayMs: 0 };
    alice.say('quick', face);
    expect([(await bob.next()).text, (await bob.next()).text]).toEqual(['quick', 'slow']);
  });
});

class Talker {
  readonly socket: Socket;
  readonly #heard: { readonly text: string; readonly from: Endpoint }[] = [];

  static async open(): Promise<Talker> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new Talker(socket);
  }

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('message', (datagram, { address, port }) => this.#heard.push({ text: datagram.toString(), from: { address, port } }));
  }

  get endpoint(): Endpoint {
    const { address, port } = this.socket.address();
    return { address, port };
  }

  say(text: string, to: Endpoint): void {
    this.socket.send(text, to.port, to.address);
  }

  async next(): Promise<{ readonly text: string; readonly from: Endpoint }> {
    await expect.poll(() => this.#heard.length, { interval: 1 }).toBeGreaterThan(0);
    const [first] = this.#heard.splice(0, 1);
    if (!first) throw new Error('nothing was heard');
    return first;
  }

  /** All texts before that one. */
  async until(text: string): Promise<readonly string[]> {
    const texts: string[] = [];
    for (let next = await this.next(); next.text !== text; next = await this.next()) texts.push(next.text);
    return texts;
  }
}
