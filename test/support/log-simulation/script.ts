/** Random days of a conversation: what people, networks and disks do to it, and whether everybody has the same afterwards. */
import { limits } from '../../../src/config';
import type { MessageId } from '../../../src/core/ids';
import { SeededRandom } from '../simulation/seeded-random';
import { makeCheapDevice, useCheapCrypto } from './cheap-crypto';
import { fair } from './line';
import { World, type Device } from './world';

const dayMs = 24 * 3_600_000;
const devicesMaximum = 8;
/** From the last repair until all must be the same at the latest: some rounds of comparing, and some wishes that nobody answered. */
const healingMs = 2 * 60_000;

/** One run. Throws with the seed and what happened when not all have the same in the end. */
export async function liveThrough(seed: number): Promise<void> {
  const random = new SeededRandom(seed);
  const restore = useCheapCrypto(random);
  const story: string[] = [];
  try {
    const world = await World.make({ random, devices: random.whole(2, 6), conditions: { lost: random.between(0, 0.4), doubled: random.between(0, 0.2), delayMs: random.between(1, 100), jitterMs: random.between(0, 200) }, writeMs: random.between(0, 30) });
    const script = new Script(world, random, (what) => story.push(`${(world.clock.nowMs / 1_000).toFixed(2)} s: ${what}`));
    await script.run();
    const fault = await world.fault();
    if (fault) throw new Error(fault);
  } catch (cause) {
    throw new Error(`SEED=${seed}: ${cause instanceof Error ? cause.message : String(cause)}\n${story.join('\n')}`, { cause });
  } finally {
    restore();
  }
}

class Script {
  readonly #world: World;
  readonly #random: SeededRandom;
  readonly #tell: (what: string) => void;
  readonly #said: MessageId[] = [];
  /** Messages do, and all clocks are right: by different ones they go at different times. */
  readonly #disappears: boolean;
  #count = 0;
  readonly #steps: readonly { readonly weight: number; readonly take: () => void | Promise<void> }[] = [
    { weight: 12, take: () => this.#write() },
    { weight: 3, take: () => this.#writeMuch() },
    { weight: 4, take: () => this.#annotate() },
    { weight: 2, take: () => this.#regret() },
    { weight: 2, take: () => this.#split() },
    { weight: 2, take: () => this.#heal() },
    { weight: 2, take: () => this.#leave() },
    { weight: 4, take: () => this.#come() },
    { weight: 2, take: () => this.#crash() },
    { weight: 1, take: () => this.#letIn() },
  ];

  constructor(world: World, random: SeededRandom, tell: (what: string) => void) {
    this.#world = world;
    this.#random = random;
    this.#tell = tell;
    this.#disappears = random.chance(0.3);
  }

  async run(): Promise<void> {
    const { devices, clock } = this.#world;
    for (const device of devices) if (!this.#disappears && this.#random.chance(0.3)) device.skewMs = this.#random.between(-3, 3) * dayMs;
    for (const device of devices) if (device.number < 2 || this.#random.chance(0.5)) await this.#world.open(device);
    for (let left = this.#random.whole(8, 40); left > 0; left--) {
      await this.#takeStep();
      const fault = await this.#world.falseTick();
      if (fault) throw new Error(fault);
      await clock.runFor(this.#random.chance(0.6) ? this.#random.between(0, 400) : this.#random.between(400, 20_000));
    }
    await this.#end();
  }

  async #takeStep(): Promise<void> {
    let left = this.#random.between(0, this.#steps.reduce((sum, { weight }) => sum + weight, 0));
    for (const { weight, take } of this.#steps) {
      left -= weight;
      if (left < 0) return take();
    }
  }

  /** Everything is well from now on, and everybody comes. */
  async #end(): Promise<void> {
    const { conditions, devices, clock } = this.#world;
    Object.assign(conditions, fair);
    this.#tell('all is well from here');
    this.#world.noticeCuts();
    this.#world.healAll();
    await clock.runFor(10_000);
    for (const device of devices) if (!device.page) await this.#world.open(device);
    this.#world.linkAll();
    await this.#world.forgetWhatNobodyHas();
    for (const endMs = clock.nowMs + healingMs; clock.nowMs < endMs && (await this.#world.fault()); ) {
      this.#world.expireAll();
      await clock.runFor(10_000);
    }
  }

  get #present(): Device | undefined {
    return this.#random.pick(this.#world.devices.filter(({ page }) => page));
  }

  #write(device = this.#present): void {
    if (!device) return;
    const text = `${++this.#count} ${'x'.repeat(this.#random.chance(0.1) ? this.#random.whole(1_000, 9_000) : 30)}`;
    const lifetimeS = this.#disappears && this.#random.chance(0.3) ? this.#random.whole(1, 60) : 0;
    const id = this.#world.say(device, { kind: 'text', name: `Device ${device.number}`, text }, lifetimeS);
    if (!id) return;
    this.#said.push(id);
    this.#tell(`device ${device.number} says ${this.#count}`);
  }

  #writeMuch(): void {
    const device = this.#present;
    for (let left = this.#random.whole(2, limits.eventsInPace); left > 0; left--) this.#write(device);
  }

  #annotate(): void {
    const device = this.#present;
    const target = this.#random.pick(this.#said);
    if (!device || !target) return;
    const kind = this.#random.whole(0, 3);
    this.#tell(`device ${device.number} says something of ${target} (${kind})`);
    if (kind === 0) this.#world.say(device, { kind: 'edit', target, text: `${++this.#count} changed` });
    else if (kind === 1) this.#world.say(device, { kind: 'delete', target });
    else if (kind === 2) this.#world.say(device, { kind: 'reaction', target, emoji: this.#random.pick(['👍', '😂', '']) ?? '' });
    else this.#world.say(device, { kind: 'pin', target, on: this.#random.chance(0.6) });
  }

  /** Said, changed and deleted in one go: the three may come in any order. */
  #regret(): void {
    const device = this.#present;
    if (!device) return;
    this.#write(device);
    const target = this.#said.at(-1);
    if (!target) return;
    this.#tell(`device ${device.number} regrets it`);
    this.#world.say(device, { kind: 'edit', target, text: `${++this.#count} changed` });
    this.#world.say(device, { kind: 'delete', target });
  }

  #split(): void {
    const half = this.#world.devices.map(() => this.#random.chance(0.5));
    this.#tell(`the room falls apart: ${half.map((side) => (side ? 'a' : 'b')).join('')}`);
    for (const one of this.#world.devices) for (const other of this.#world.devices) if (half[one.number] !== half[other.number]) this.#world.cut(one.number, other.number);
    if (this.#random.chance(0.5)) this.#world.noticeCuts();
  }

  #heal(): void {
    this.#tell('and is one again');
    this.#world.healAll();
    this.#world.linkAll();
  }

  #leave(): void {
    const device = this.#present;
    if (!device) return;
    this.#tell(`device ${device.number} leaves`);
    this.#world.crash(device, false);
  }

  async #come(): Promise<void> {
    const device = this.#random.pick(this.#world.devices.filter(({ page }) => !page));
    if (!device) return;
    this.#tell(`device ${device.number} comes`);
    await this.#world.open(device);
  }

  /** A device that was never here. */
  async #letIn(): Promise<void> {
    const by = this.#present;
    // What an edit says of a message that it can't see, a newcomer keeps when that has disappeared.
    if (!by || this.#disappears || this.#world.devices.length >= devicesMaximum) return;
    const newcomer = await this.#world.addDevice(await makeCheapDevice(this.#random));
    this.#tell(`device ${by.number} lets device ${newcomer.number} in, to see what is said from now on`);
    this.#world.admit(newcomer, by);
    await this.#world.open(newcomer);
  }

  #crash(): void {
    const device = this.#present;
    if (!device) return;
    const withStorage = this.#random.chance(0.3);
    this.#tell(`device ${device.number} crashes${withStorage ? ', and its disk with it' : ''}`);
    this.#world.crash(device, withStorage);
  }
}
