/** Two real links in one page: first contact by packets alone, then everything that crosses a link. */
import { expect } from 'chai';
import type { SessionId } from '../../../src/core/ids';
import { limits, timing } from '../../../src/config';
import { encodeRefusal } from '../../../src/protocol/handshake';
import type { Frame } from '../../../src/protocol/frames';
import { isActiveSide } from '../../../src/protocol/packet';
import { encodeRuns, type Run } from '../../../src/protocol/run';
import { closeAll, introduce, isClosed, isMember, isWaiting, keysOf, members, packetOf, side, waiting, when, withMallory, withMalloryInside, type Side } from './real-links';

const restore: (() => void)[] = [];
afterEach(() => {
  for (const back of restore.splice(0)) back();
  closeAll();
});

/** Tells, until the test ends, when a text with `part` has reached any of the channels that were made since. */
function watchArrivals(): (part: string) => Promise<void> {
  const { createDataChannel } = RTCPeerConnection.prototype;
  const made: RTCDataChannel[] = [];
  RTCPeerConnection.prototype.createDataChannel = function createWatched(this: RTCPeerConnection, label: string, init?: RTCDataChannelInit) {
    const channel = createDataChannel.call(this, label, init);
    made.push(channel);
    return channel;
  };
  restore.push(() => (RTCPeerConnection.prototype.createDataChannel = createDataChannel));
  return (part) =>
    new Promise((resolve) => {
      for (const channel of made) channel.addEventListener('message', ({ data }) => String(data).includes(part) && resolve());
    });
}

/** Lets no signature and no MAC of this page be checked before `ready`, until the test ends. */
function holdVerification(ready: Promise<void>): void {
  const { verify } = SubtleCrypto.prototype;
  SubtleCrypto.prototype.verify = async function verifyLater(this: SubtleCrypto, ...parameters: Parameters<typeof verify>) {
    await ready;
    return verify.apply(this, parameters);
  };
  restore.push(() => (SubtleCrypto.prototype.verify = verify));
}

async function heardBy(to: Side, kind: Frame['kind']): Promise<Frame> {
  const found = to.frames.find((frame) => frame.kind === kind);
  return found ?? new Promise((resolve) => to.link.listen((frame) => frame.kind === kind && resolve(frame)));
}

/** Events with bodies of so many bytes; a link looks at nothing in them. */
function runOf(...bodyBytes: readonly number[]): Run {
  const events = bodyBytes.map((length) => {
    const body = new Uint8Array(length).fill(7);
    return { kind: 'message', clock: { wallMs: 1, counter: 0 }, lifetimeS: 0, paceMs: 65_535, signature: new Uint8Array(64), body, bodyHash: undefined } as const;
  });
  return { key: new Uint8Array(65).fill(4), incarnation: new Uint8Array(16), first: 1, previous: new Uint8Array(32), events };
}

describe('two links whose packets cross', () => {
  it('open, prove to each other who they are, and wait for admission', async () => {
    const [a, b] = await waiting();
    const [atA, atB] = [a.link.state.value, b.link.state.value];
    if (atA.kind !== 'waiting' || atB.kind !== 'waiting') throw new Error('closed meanwhile');
    expect(atA.peer).to.deep.include({ session: b.certificate.session, name: 'Bob', deviceKey: b.self.deviceKey });
    expect(atB.peer).to.deep.include({ session: a.certificate.session, name: 'Alice', deviceKey: a.self.deviceKey });
  });

  it('show both people the same code, and are known by the same key', async () => {
    const [a, b] = await waiting();
    const [atA, atB] = [a.link.state.value, b.link.state.value];
    if (atA.kind !== 'waiting' || atB.kind !== 'waiting') throw new Error('closed meanwhile');
    expect(atA.peer.code).to.deep.equal(atB.peer.code);
    expect(atA.peer.code).to.have.lengthOf(7);
    expect(a.link.pairKey).to.equal(b.link.pairKey);
  });

  it('carry what admission needs while they wait, and nothing else', async () => {
    const [a, b] = await waiting();
    expect(a.link.send({ kind: 'profile', name: 'Alice' })).to.equal(false);
    expect(a.link.send({ kind: 'served', want: 1 })).to.equal(false);
    expect(a.link.send({ kind: 'runs', channel: 'sync', want: 0, runs: [runOf(100)] })).to.equal(false);
    expect(a.link.send({ kind: 'holds', ids: [] })).to.equal(true);
    expect(await heardBy(b, 'holds')).to.deep.equal({ kind: 'holds', ids: [] });
    expect(b.frames).to.have.lengthOf(1);
  });

  it('are members when both have admitted, whoever did so first', async () => {
    const [a, b] = await waiting();
    a.link.admit();
    expect(a.link.state.value.kind).to.equal('waiting');
    // Says, on the ordered channel, that the `admitted` before it is there.
    a.link.send({ kind: 'holds', ids: [] });
    await heardBy(b, 'holds');
    expect(b.link.state.value.kind).to.equal('waiting');
    expect(b.link.send({ kind: 'profile', name: 'Bob' })).to.equal(false);
    b.link.admit();
    expect(b.link.state.value.kind).to.equal('member');
    expect(b.link.send({ kind: 'profile', name: 'Bob' })).to.equal(true);
    await when(a.link.state, isMember);
    expect(await heardBy(a, 'profile')).to.deep.equal({ kind: 'profile', name: 'Bob' });
  });

  it('carry frames both ways once both are admitted, and say how they are connected', async () => {
    const [a, b] = await members();
    a.link.send({ kind: 'profile', name: 'Alice' });
    b.link.send({ kind: 'served', want: 1 });
    expect(await heardBy(b, 'profile')).to.deep.equal({ kind: 'profile', name: 'Alice' });
    expect(await heardBy(a, 'served')).to.deep.equal({ kind: 'served', want: 1 });
    expect(await when(a.link.path, (path) => path !== 'unknown')).to.equal('direct');
  });

  it('carry events of the log as bytes, on both channels', async () => {
    const [a, b] = await members();
    const asked: Frame = { kind: 'runs', channel: 'sync', want: 7, runs: [runOf(100), runOf(100, 200)] };
    const news: Frame = { kind: 'runs', channel: 'live', want: 0, runs: [runOf(100)] };
    expect(a.link.send(asked)).to.equal(true);
    expect(await heardBy(b, 'runs')).to.deep.equal(asked);
    expect(b.link.send(news)).to.equal(true);
    expect(await heardBy(a, 'runs')).to.deep.equal(news);
  });

  it('carry the longest event, and say how much has not left yet', async () => {
    const [a, b] = await members();
    const longest: Frame = { kind: 'runs', channel: 'sync', want: 0, runs: [runOf(limits.eventBodyBytes)] };
    for (let count = 0; count < 20; count++) expect(a.link.send(longest)).to.equal(true);
    expect(a.link.buffered('sync')).to.be.greaterThan(limits.eventBodyBytes);
    expect(a.link.buffered('live')).to.equal(0);
    a.link.send({ kind: 'served', want: 1 });
    await heardBy(b, 'served');
    expect(b.frames.filter(({ kind }) => kind === 'runs')).to.deep.equal(Array.from({ length: 20 }, () => longest));
    b.link.send({ kind: 'served', want: 2 });
    await heardBy(a, 'served');
    expect(a.link.buffered('sync')).to.equal(0);
  });

  it('agree on four media sections, and start and stop media without negotiating again', async () => {
    const [a, b] = await members();
    const microphone = (await navigator.mediaDevices.getUserMedia({ audio: true })).getAudioTracks()[0] ?? null;
    const camera = (await navigator.mediaDevices.getUserMedia({ video: { width: 320, height: 240 } })).getVideoTracks()[0] ?? null;
    await Promise.all([a.link.setTrack('microphone', microphone), b.link.setTrack('camera', camera)]);
    expect((await b.link.remoteTrack('microphone')).kind).to.equal('audio');
    const picture = await a.link.remoteTrack('camera');
    const video = document.createElement('video');
    video.muted = true;
    video.srcObject = new MediaStream([picture]);
    document.body.append(video);
    await video.play();
    await new Promise<void>((resolve) => video.requestVideoFrameCallback(() => resolve()));
    expect(video.videoWidth).to.be.greaterThan(0);
    expect((await a.link.remoteTrack('screen')).kind).to.equal('video');
    expect((await a.link.remoteTrack('screenSound')).kind).to.equal('audio');
    video.remove();
    microphone?.stop();
    camera?.stop();
  });

  it('say goodbye, and each side knows why it ended', async () => {
    const [a, b] = await members();
    a.link.close('leaving');
    expect((await when(b.link.state, isClosed)).reason).to.deep.equal({ kind: 'bye', reason: 'leaving' });
    expect((await when(a.link.state, isClosed)).reason).to.deep.equal({ kind: 'local' });
    expect(b.link.signal.aborted).to.equal(true);
    expect(b.link.send({ kind: 'ping', id: 1 })).to.equal(false);
  });
});

describe('a link', () => {
  it('does not open to another certificate than the packet named', async function () {
    // Some refusals are only seen by the silence after them (timing.linkOpenMs): that wait is the fault itself.
    this.timeout(30_000);
    const [a, b] = await Promise.all([side('Alice'), side('Bob')]);
    // She must be able to play Alice's part in DTLS, which goes by the order of the ids.
    let eve = await side('Eve');
    while (eve.certificate.session < b.certificate.session !== a.certificate.session < b.certificate.session) eve = await side('Eve');
    const candidates = await eve.link.firstCandidates();
    // Eve relays: Bob gets Alice's fingerprint with Eve's address, and the other way round.
    await Promise.all([
      b.link.connect({ session: a.certificate.session, credentials: { ...eve.link.credentials, fingerprint: a.link.credentials.fingerprint }, candidates }),
      eve.link.connect({ session: b.certificate.session, credentials: b.link.credentials, candidates: await b.link.firstCandidates() }),
    ]);
    expect((await when(b.link.state, isClosed)).reason.kind).to.be.oneOf(['failed', 'timeout']);
  });

  it('refuses a session named for another certificate, and says so', async () => {
    const [a, b] = await Promise.all([side('Alice'), side('Bob')]);
    // Same certificate and address, but introduced under an id of its own choice that keeps the DTLS roles.
    const imposter = (isActiveSide(b.certificate.session, a.certificate.session) ? '2' : 'z').repeat(26) as SessionId;
    await Promise.all([a.link.connect({ ...(await packetOf(b)), session: imposter }), b.link.connect(await packetOf(a))]);
    expect((await when(a.link.state, isClosed)).reason).to.deep.equal({ kind: 'refused', reason: 'fingerprint', by: 'us' });
    expect((await when(b.link.state, isClosed)).reason).to.deep.equal({ kind: 'refused', reason: 'fingerprint', by: 'them' });
  });

  it('refuses a peer with another key, and both sides know why', async () => {
    const [a, b] = await Promise.all([side('Alice'), side('Bob', await keysOf('11111111111111124'))]);
    await introduce(a, b);
    const reasons = [(await when(a.link.state, isClosed)).reason, (await when(b.link.state, isClosed)).reason];
    for (const reason of reasons) expect(reason).to.deep.include({ kind: 'refused', reason: 'key' });
    expect(reasons).to.deep.include({ kind: 'refused', reason: 'key', by: 'us' });
  });

  it('refuses a peer that speaks another version, and says so', async () => {
    const [a, peer] = await withMallory();
    peer.control.send(JSON.stringify({ kind: 'hello', version: 1, session: peer.certificate.session, device: 'b'.repeat(26), name: 'Bob' }));
    expect((await when(a.link.state, isClosed)).reason).to.deep.equal({ kind: 'refused', reason: 'version', by: 'us' });
    await new Promise((resolve) => peer.control.addEventListener('close', resolve, { once: true }));
    expect(peer.heard.at(-1)).to.equal(encodeRefusal('version'));
  });

  it('knows a refusal that comes when it has taken the peer’s proof', async () => {
    const [a, peer] = await withMallory();
    await peer.behave();
    await when(a.link.state, isWaiting);
    peer.control.send(encodeRefusal('key'));
    expect((await when(a.link.state, isClosed)).reason).to.deep.equal({ kind: 'refused', reason: 'key', by: 'them' });
  });

  it('keeps what follows the peer’s proof until that is checked, and then reads it', async () => {
    const arrival = watchArrivals();
    const [a, peer] = await withMallory();
    holdVerification(arrival('"holds"'));
    await peer.behave('{"kind":"holds","ids":[]}');
    expect(await heardBy(a, 'holds')).to.deep.equal({ kind: 'holds', ids: [] });
    expect(a.link.state.value.kind).to.equal('waiting');
  });

  it('keeps only so much of it', async () => {
    const [a, peer] = await withMallory();
    holdVerification(new Promise(() => undefined));
    void peer.behave(...Array.from({ length: 33 }, () => '{"kind":"holds","ids":[]}'));
    expect((await when(a.link.state, isClosed)).reason).to.deep.equal({ kind: 'violation', reason: 'flood' });
  });

  for (const [what, frame] of [
    ['bytes', new Uint8Array([123, 125])],
    ['a chat message', '{"kind":"message"}'],
    ['what admission needs', '{"kind":"admitted"}'],
  ] as const) {
    it(`closes for ${what} before the handshake`, async () => {
      const [a, peer] = await withMallory();
      if (typeof frame === 'string') peer.control.send(frame);
      else peer.control.send(frame);
      const { reason } = await when(a.link.state, isClosed);
      expect(reason).to.deep.equal(typeof frame === 'string' ? { kind: 'refused', reason: 'malformed', by: 'us' } : { kind: 'violation', reason: 'binary' });
      expect(a.frames).to.deep.equal([]);
    });
  }

  it('closes for history before admission', async () => {
    const [a, peer] = await withMallory();
    await peer.behave();
    await when(a.link.state, isWaiting);
    peer.sync.send(encodeRuns(0, [runOf(100)]));
    expect((await when(a.link.state, isClosed)).reason).to.deep.equal({ kind: 'violation', reason: 'too-early' });
    expect(a.frames).to.deep.equal([]);
  });

  it('keeps history that overtakes the admission it follows', async () => {
    const [a, peer] = await withMallory();
    await peer.behave();
    await when(a.link.state, isWaiting);
    a.link.admit();
    peer.sync.send(encodeRuns(0, [runOf(100)]));
    peer.sync.send('{"kind":"served","want":1}');
    peer.control.send('{"kind":"admitted"}');
    expect(await heardBy(a, 'served')).to.deep.equal({ kind: 'served', want: 1 });
    expect(a.frames[0]).to.deep.equal({ kind: 'runs', channel: 'sync', want: 0, runs: [runOf(100)] });
    expect(a.link.state.value.kind).to.equal('member');
  });

  it('closes for a peer that admits it, and speaks before it is admitted itself; the other links go on', async function () {
    // Two pairs of connections, one after the other: at once they would wait for each other.
    this.timeout(20_000);
    const others = await members();
    const [a, peer] = await withMallory();
    await peer.behave();
    await when(a.link.state, isWaiting);
    peer.control.send('{"kind":"admitted"}');
    peer.control.send('{"kind":"profile","name":"Mallory"}');
    expect((await when(a.link.state, isClosed)).reason).to.deep.equal({ kind: 'violation', reason: 'too-early' });
    expect(a.frames).to.deep.equal([]);
    others[0].link.send({ kind: 'profile', name: 'still here' });
    expect(await heardBy(others[1], 'profile')).to.deep.equal({ kind: 'profile', name: 'still here' });
  });

  it('gives up on a peer that never speaks, and on one that nobody admits', async function () {
    // Both waits are the fault itself (timing.handshakeMs, timing.admissionMs); they pass side by side.
    this.timeout(timing.admissionMs + 10_000);
    const [[a], [b, peer]] = await Promise.all([withMallory(), withMallory()]);
    await peer.behave();
    expect((await when(a.link.state, isClosed)).reason).to.deep.equal({ kind: 'timeout' });
    expect(b.link.state.value.kind).to.equal('waiting');
    expect((await when(b.link.state, isClosed)).reason).to.deep.equal({ kind: 'timeout' });
  });

  for (const [what, bytes, reason] of [
    ['no events', new Uint8Array(100), 'malformed'],
    ['more than a frame may have', new Uint8Array(limits.eventBodyBytes + limits.runsFrameBytes + 1), 'too-large'],
  ] as const) {
    it(`closes for bytes that are ${what}`, async () => {
      const { a, peer } = await withMalloryInside();
      peer.sync.send(bytes);
      expect((await when(a.link.state, isClosed)).reason).to.deep.equal({ kind: 'violation', reason });
    });
  }

  it('takes no description that names another certificate', async () => {
    const { a, peer, offer } = await withMalloryInside();
    const other = Array.from({ length: 32 }, () => '00').join(':');
    peer.control.send(JSON.stringify({ ...offer, sdp: offer.sdp.replace(/^a=fingerprint:.*$/gmu, `a=fingerprint:sha-256 ${other}`) }));
    expect((await when(a.link.state, isClosed)).reason).to.deep.equal({ kind: 'violation', reason: 'negotiation' });
  });

  for (const [count, outcome] of [
    [63, 'closed'],
    [64, 'member'],
  ] as const) {
    it(`takes 64 addresses in-band and passes over the others: after ${count}, a wrong one leaves it ${outcome}`, async () => {
      const { a, peer, offer } = await withMalloryInside();
      const candidate = { kind: 'candidate', candidate: 'candidate:1 1 udp 1 192.0.2.1 9 typ host', mid: '0' };
      for (let sent = 0; sent < count; sent += 1) peer.control.send(JSON.stringify(candidate));
      peer.control.send(JSON.stringify({ ...candidate, mid: 'nowhere' }));
      // Descriptions and candidates are taken in turn: the answer comes after all of them.
      peer.control.send(JSON.stringify(offer));
      if (outcome === 'closed') await when(a.link.state, isClosed);
      else await peer.hears('"answer"', 2);
      expect(a.link.state.value.kind).to.equal(outcome);
    });
  }

  it('closes for a description that is none', async () => {
    const [a, b] = await members();
    // Before the sections are agreed an offer may be passed over as glare.
    await Promise.all([a.link.remoteTrack('camera'), b.link.remoteTrack('camera')]);
    b.link.send({ kind: 'description', type: 'offer', sdp: 'nonsense' });
    expect((await when(a.link.state, isClosed)).reason).to.deep.equal({ kind: 'violation', reason: 'negotiation' });
  });

  it('tells nobody an address before its packet is sent', async () => {
    const { link } = await side('Alice');
    expect(JSON.stringify(link.credentials)).not.to.match(/candidate|\.local|\d+\.\d+\.\d+\.\d+/u);
    expect((await link.firstCandidates()).length).to.be.greaterThan(0);
  });
});
