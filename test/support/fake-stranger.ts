/** Somebody who has a room's link and another program: knocks and answers by hand, honestly or not. */
import { protocolVersion } from '../../src/config';
import type { InviteCode, SessionId } from '../../src/core/ids';
import { EnvelopeSealer } from '../../src/protocol/envelope';
import { encodeIntroduction, parseKnock, parseReply, type Accept, type Knock, type Reply } from '../../src/protocol/introduction';
import { deriveRoomKeys, type RoomKeys } from '../../src/protocol/room-keys';
import { deriveSessionId, generateSessionKey, type SessionKey } from '../../src/protocol/session-key';
import { acceptTranscript, knockTranscript, sign, type Transcript } from '../../src/protocol/transcript';
import type { SlotNumber } from '../../src/session/rendezvous';
import type { FakeNetwork, PairedLink } from './fake-network';
import { makeDevice, type SigningDevice } from './signing-device';

export class FakeStranger {
  readonly device: SigningDevice;
  readonly session: SessionId;
  readonly keys: RoomKeys;
  /** What came to its session or its slots, opened. */
  readonly replies: Reply[] = [];
  readonly knocks: Knock[] = [];
  readonly #network: FakeNetwork;
  readonly #sealer: EnvelopeSealer;
  readonly #sessionKey: SessionKey;
  readonly #fingerprint: Uint8Array<ArrayBuffer>;

  static async at(network: FakeNetwork, code: InviteCode, device?: SigningDevice): Promise<FakeStranger> {
    const fingerprint = crypto.getRandomValues(new Uint8Array(32));
    return new FakeStranger(network, await deriveRoomKeys(code), device ?? (await makeDevice()), await generateSessionKey(), fingerprint, await deriveSessionId(fingerprint));
  }

  private constructor(network: FakeNetwork, keys: RoomKeys, device: SigningDevice, sessionKey: SessionKey, fingerprint: Uint8Array<ArrayBuffer>, session: SessionId) {
    this.#network = network;
    this.keys = keys;
    this.device = device;
    this.session = session;
    this.#sessionKey = sessionKey;
    this.#fingerprint = fingerprint;
    this.#sealer = new EnvelopeSealer(keys, sessionKey);
    network.bus.hold(session, ({ envelope }) => void this.#open(envelope), new AbortController().signal);
  }

  /** False when somebody else holds the slot. */
  holdSlot(slot: SlotNumber): boolean {
    return this.#network.bus.hold(this.keys.slots[slot], ({ envelope }) => void this.#open(envelope), new AbortController().signal);
  }

  /** `change` is made before signing, so that only what is wrong is wrong. */
  async makeKnock(change: Partial<Knock> = {}, device: SigningDevice = this.device): Promise<Knock> {
    const said: Knock = {
      kind: 'knock',
      version: protocolVersion,
      session: this.session,
      sessionKey: this.#sessionKey.publicKey,
      deviceKey: device.publicKey,
      name: 'Mallory',
      credentials: { ufrag: 'abcd', pwd: 'p'.repeat(22), fingerprint: this.#fingerprint },
      signature: new Uint8Array(64),
      ...change,
    };
    return { ...said, signature: await sign(device.privateKey, this.transcriptOf(said)) };
  }

  /** A connection of its own: its credentials go into a knock. */
  async prepareLink(device: SigningDevice = this.device): Promise<PairedLink> {
    const self = { session: this.session, deviceKey: device.publicKey, name: () => 'Mallory', sign: (bytes: Uint8Array<ArrayBuffer>) => sign(device.privateKey, bytes) };
    const link = await this.#network.prepareLink({ certificate: {} as RTCCertificate, fingerprint: this.#fingerprint, iceServers: [], keys: this.keys.handshake, self });
    return link as PairedLink;
  }

  transcriptOf(knock: Knock): Transcript {
    return knockTranscript(this.keys.tag, knock);
  }

  async knock(knock: Knock, from: SessionId = this.session, slots: readonly SlotNumber[] = [0]): Promise<void> {
    for (const slot of slots) this.#network.bus.deliver({ from, to: this.keys.slots[slot], envelope: await this.#sealer.knock(encodeIntroduction(knock)) });
  }

  /** An answer to a knock as a host would give it, signed by `device`. */
  async makeAccept(knock: Knock, tokens: readonly string[], device: SigningDevice = this.device): Promise<Accept> {
    const said = { deviceKey: device.publicKey, credentials: { ufrag: 'efgh', pwd: 'p'.repeat(22), fingerprint: this.#fingerprint } };
    const signature = await sign(device.privateKey, await acceptTranscript(this.transcriptOf(knock), this.session, said));
    return { kind: 'accept', answers: knock.credentials.ufrag, ...said, tokens: [...tokens], candidates: [], signature };
  }

  async say(to: Pick<Knock, 'session' | 'sessionKey'>, reply: Reply, from: SessionId = this.session): Promise<void> {
    this.#network.bus.deliver({ from, to: to.session, envelope: await this.#sealer.seal(to.sessionKey, encodeIntroduction(reply)) });
  }

  /** What a knock on its way to any slot says: whoever has the link can read it. */
  async read(envelope: Uint8Array<ArrayBuffer>): Promise<Knock | undefined> {
    const opened = await this.#sealer.open(envelope.slice());
    return opened?.kind === 'knock' ? parseKnock(opened.text) : undefined;
  }

  async #open(envelope: Uint8Array<ArrayBuffer>): Promise<void> {
    const opened = await this.#sealer.open(envelope);
    const reply = opened?.kind === 'sealed' ? parseReply(opened.text) : undefined;
    const knock = opened?.kind === 'knock' ? parseKnock(opened.text) : undefined;
    if (reply) this.replies.push(reply);
    if (knock) this.knocks.push(knock);
  }
}
