/** Bytes of files between two real links in one page: by the link's own channel, and by lanes. */
import { expect } from 'chai';
import { limits, timing } from '../../../src/config';
import { filePieceMaximum } from '../../../src/protocol/file-piece';
import { toJson } from '../../../src/protocol/schema';
import type { ControlFrame } from '../../../src/protocol/frames';
import { buildAnswer, normalizeCandidate, readCredentials } from '../../../src/protocol/packet';
import { closeAll, connect, isClosed, isMember, isWaiting, members, waiting, when, withMallory, withMalloryAsMember, type Mallory, type Side } from './real-links';

/** What the lanes' channel is called. */
const laneLabel = 'pieces';
const packet = { ufrag: 'uuuu', pwd: 'p'.repeat(22), candidates: [] };

let made: readonly RTCDataChannel[] = [];
/** Frames that have come since, by the name of their channel. */
let arrivalsByLabel = new Map<string, number>();
const { createDataChannel } = RTCPeerConnection.prototype;

beforeEach(() => {
  made = [];
  arrivalsByLabel = new Map();
  RTCPeerConnection.prototype.createDataChannel = function createRecorded(this: RTCPeerConnection, label: string, init?: RTCDataChannelInit) {
    const channel = createDataChannel.call(this, label, init);
    made = [...made, channel];
    // The first to hear of it: whoever listens later may act upon it at once.
    channel.addEventListener('message', ({ data }) => data instanceof ArrayBuffer && arrivalsByLabel.set(label, (arrivalsByLabel.get(label) ?? 0) + 1));
    return channel;
  };
});

afterEach(() => {
  RTCPeerConnection.prototype.createDataChannel = createDataChannel;
  closeAll();
});

/** Frames of 64 KiB, each with its number. */
function frames(count: number): readonly Uint8Array<ArrayBuffer>[] {
  return Array.from({ length: count }, (_, at) => {
    const frame = new Uint8Array(filePieceMaximum);
    new DataView(frame.buffer).setUint32(0, at);
    return frame;
  });
}

/** Resolves when so many frames have come to `side`, with their numbers in order. */
function heardBy({ link }: Side, count: number): Promise<readonly number[]> {
  return new Promise((resolve) => {
    const numbers: number[] = [];
    link.files.listen((frame) => {
      expect(frame.byteLength).to.equal(filePieceMaximum);
      numbers.push(new DataView(frame).getUint32(0));
      if (numbers.length === count) resolve(numbers.sort((a, b) => a - b));
    });
  });
}

async function send({ link }: Side, sent: readonly Uint8Array<ArrayBuffer>[]): Promise<void> {
  expect(await Promise.all(sent.map((frame) => link.files.send(frame)))).to.not.include(false);
}

const numbersUpTo = (count: number) => Array.from({ length: count }, (_, at) => at);

/** Both see so many lanes. */
async function lanes(a: Side, b: Side, count: number): Promise<void> {
  await Promise.all([a, b].map(({ link }) => when(link.files.laneCount, (open) => open === count)));
}

/** A channel of a closed connection calls itself open for a moment more. */
async function until(passes: () => boolean): Promise<void> {
  while (!passes()) await new Promise((resolve) => setTimeout(resolve, 10));
}

const openLanes = () => made.filter(({ label, readyState }) => label === laneLabel && readyState === 'open');

/** She begins a lane for a connection that has a certificate of its own; all else about it is right. */
async function withStrangersLane(alice: Side, peer: Mallory): Promise<RTCDataChannel> {
  const connection = connect({ bundlePolicy: 'max-bundle' });
  const channel = connection.createDataChannel('eve', { negotiated: true, id: 0 });
  await connection.setLocalDescription();
  const { ufrag, pwd } = readCredentials(connection.localDescription?.sdp ?? '');
  const tell = (...candidates: readonly string[]) => peer.control.send(JSON.stringify({ kind: 'lane', lane: 1, ufrag, pwd, candidates }));
  tell();
  connection.addEventListener('icecandidate', ({ candidate }) => {
    const normalized = candidate && normalizeCandidate(candidate.candidate);
    if (normalized) tell(normalized);
  });
  const { fingerprint } = alice.certificate;
  peer.control.addEventListener('message', ({ data }: MessageEvent<string>) => {
    const frame = JSON.parse(data) as ControlFrame;
    if (frame.kind !== 'lane') return;
    // The same answer again, with candidates that came later, is refused.
    void connection.setRemoteDescription({ type: 'answer', sdp: buildAnswer({ ...frame, fingerprint }, false) }).catch(() => undefined);
    for (const candidate of frame.candidates) void connection.addIceCandidate({ candidate, sdpMid: '0' });
  });
  return channel;
}

describe('what two links carry of files', () => {
  it('goes both ways by their own channel while nobody wants a lane', async () => {
    const [a, b] = await members();
    const arrived = Promise.all([heardBy(a, 32), heardBy(b, 32)]);
    await Promise.all([send(a, frames(32)), send(b, frames(32))]);
    expect(await arrived).to.deep.equal([numbersUpTo(32), numbersUpTo(32)]);
    expect(made.map(({ label }) => label)).not.to.include(laneLabel);
  });

  it('goes both ways by lanes as soon as there are some, whoever wanted them, and by nothing else', async () => {
    const [a, b] = await members();
    a.link.files.wish(1);
    b.link.files.wish(3);
    await lanes(a, b, 3);
    const arrived = Promise.all([heardBy(a, 24), heardBy(b, 24)]);
    await Promise.all([send(a, frames(24)), send(b, frames(24))]);
    expect(await arrived).to.deep.equal([numbersUpTo(24), numbersUpTo(24)]);
    expect([...arrivalsByLabel]).to.deep.equal([[laneLabel, 48]]);
  });

  it('fills every lane', async () => {
    const [a, b] = await members();
    a.link.files.wish(4);
    await lanes(a, b, 4);
    const arrived = heardBy(b, 32);
    const sentBy = new Set<RTCDataChannel>();
    for (const channel of openLanes()) channel.addEventListener('message', () => sentBy.add(channel));
    await send(a, frames(32));
    await arrived;
    expect(sentBy.size).to.equal(4);
  });

  it('waits where it is until there is room, so that no buffer grows', async () => {
    const [a, b] = await members();
    const high = limits.fileHighWaterBytes + filePieceMaximum;
    let most = 0;
    const watchBuffers = () => {
      for (const channel of made) most = Math.max(most, channel.bufferedAmount);
    };
    for (const [wanted, count] of [
      [0, 48],
      [2, 96],
    ] as const) {
      a.link.files.wish(wanted);
      await lanes(a, b, wanted);
      const arrived = heardBy(b, count);
      let left = 0;
      const leaving = frames(count).map((frame) =>
        a.link.files.send(frame).then(() => {
          left += 1;
          watchBuffers();
        }),
      );
      watchBuffers();
      await Promise.resolve();
      expect(left).to.be.lessThan(count / 2);
      await Promise.all(leaving);
      expect(await arrived).to.have.lengthOf(count);
    }
    expect(most).to.be.within(limits.fileHighWaterBytes, high);
  });

  it('lets words overtake it where it has no lane', async () => {
    const [a, b] = await members();
    const arrived = heardBy(b, 64);
    let piecesBefore = 0;
    b.link.files.listen(() => (piecesBefore += 1));
    const leaving = send(a, frames(64));
    const overtaken = new Promise<number>((resolve) => b.link.listen(({ kind }) => kind === 'profile' && resolve(piecesBefore)));
    a.link.send({ kind: 'profile', name: 'Alice' });
    // No more than what the channel's buffer holds: the rest waits outside.
    expect(await overtaken).to.be.lessThan(32);
    await leaving;
    expect(await arrived).to.have.lengthOf(64);
  });

  it('goes on by the others when a lane dies, in whose place another comes', async () => {
    const [a, b] = await members();
    a.link.files.wish(2);
    await lanes(a, b, 2);
    openLanes()[0]?.close();
    await lanes(a, b, 1);
    const arrived = heardBy(b, 32);
    await send(a, frames(32));
    expect(await arrived).to.deep.equal(numbersUpTo(32));
    await lanes(a, b, 2);
    expect([a.link.state.value.kind, b.link.state.value.kind]).to.deep.equal(['member', 'member']);
  });

  it('goes by the link’s own channel again when the lanes that nobody wants any more have closed', async function () {
    // They stay for ten seconds, in case that the next file wants them.
    this.timeout(30_000);
    const [a, b] = await members();
    b.link.files.wish(2);
    await lanes(a, b, 2);
    b.link.files.wish(0);
    await lanes(a, b, 0);
    await until(() => openLanes().length === 0);
    const arrived = heardBy(b, 4);
    await send(a, frames(4));
    await arrived;
    expect([...arrivalsByLabel]).to.deep.equal([['file', 4]]);
  });

  it('uses no more lanes than are wanted, though they are still there', async () => {
    const [a, b] = await members();
    a.link.files.wish(3);
    await lanes(a, b, 3);
    a.link.files.wish(1);
    // A wish counts from the next frame but one.
    const first = heardBy(b, 1);
    await send(a, frames(1));
    await first;
    const used = new Set<RTCDataChannel>();
    for (const channel of openLanes()) channel.addEventListener('message', () => used.add(channel));
    const arrived = heardBy(b, 64);
    await send(a, frames(64));
    await arrived;
    expect(used.size).to.equal(1);
  });

  it('leaves no lane behind when the link ends, and says that nothing goes any more', async () => {
    const [a, b] = await members();
    a.link.files.wish(2);
    await lanes(a, b, 2);
    const leaving = Promise.all(frames(64).map((frame) => a.link.files.send(frame)));
    b.link.close('leaving');
    expect(await leaving).to.include(false);
    expect(await a.link.files.send(new Uint8Array(1))).to.equal(false);
    expect(a.link.files.laneCount.value).to.equal(0);
    await until(() => openLanes().length === 0);
  });

  it('is carried by members alone', async () => {
    const [a] = await waiting();
    a.link.files.wish(1);
    expect(await a.link.files.send(new Uint8Array(20))).to.equal(false);
    expect(made.map(({ label }) => label)).not.to.include(laneLabel);
  });

  it('knows how long the line is', async () => {
    const [a] = await members();
    expect(await a.link.files.roundTripMs()).to.be.within(0, 1_000);
    a.link.close('leaving');
    await when(a.link.state, isClosed);
  });
});

describe('a link closes for a peer that', () => {
  const closedFor = async ({ link }: Side) => (await when(link.state, isClosed)).reason;

  it('sends pieces before it is let in', async () => {
    const [a, peer] = await withMallory();
    let heard = 0;
    a.link.files.listen(() => (heard += 1));
    await peer.behave();
    await when(a.link.state, isWaiting);
    peer.file.send(new Uint8Array(100));
    expect(await closedFor(a)).to.deep.equal({ kind: 'violation', reason: 'too-early' });
    expect(heard).to.equal(0);
  });

  it('sends larger pieces than there are', async () => {
    const [a, peer] = await withMalloryAsMember(true);
    peer.file.send(new Uint8Array(filePieceMaximum + 1));
    expect(await closedFor(a)).to.deep.equal({ kind: 'violation', reason: 'too-large' });
  });

  for (const [what, data, reason] of [
    ['talks on a lane', 'hello', 'malformed'],
    ['sends larger pieces than there are on a lane', new Uint8Array(filePieceMaximum + 1), 'too-large'],
  ] as const) {
    it(what, async () => {
      const [a, b] = await members();
      a.link.files.wish(1);
      await lanes(a, b, 1);
      // Which of the two it is, is the other's.
      const [channel] = openLanes();
      if (typeof data === 'string') channel?.send(data);
      else channel?.send(data);
      const ended = await Promise.race([closedFor(a), closedFor(b)]);
      expect(ended).to.deep.equal({ kind: 'violation', reason });
    });
  }

  it('begins lanes though that is not its part', async () => {
    const [a, peer] = await withMalloryAsMember(false);
    peer.control.send(toJson({ kind: 'lane', lane: 1, ...packet } satisfies ControlFrame));
    expect(await closedFor(a)).to.deep.equal({ kind: 'violation', reason: 'malformed' });
    expect(made.filter(({ label }) => label === laneLabel)).to.deep.equal([]);
  });

  it('begins more lanes at once than there may be', async () => {
    const [a, peer] = await withMalloryAsMember(true);
    for (let lane = 1; lane <= limits.fileLanes + 1; lane += 1) peer.control.send(toJson({ kind: 'lane', lane, ...packet } satisfies ControlFrame));
    expect(await closedFor(a)).to.deep.equal({ kind: 'violation', reason: 'flood' });
    expect(made.filter(({ label }) => label === laneLabel)).to.have.lengthOf(limits.fileLanes);
  });

  it('begins and ends lanes for ever', async () => {
    const [a, peer] = await withMalloryAsMember(true);
    const begun = 10 * limits.fileLanes;
    for (let lane = 1; lane <= begun; lane += 1) {
      peer.control.send(toJson({ kind: 'lane', lane, ...packet } satisfies ControlFrame));
      peer.control.send(toJson({ kind: 'lane-end', lane } satisfies ControlFrame));
    }
    expect(await closedFor(a)).to.deep.equal({ kind: 'violation', reason: 'flood' });
    expect(made.filter(({ label }) => label === laneLabel).length).to.be.lessThan(begun);
  });
});

describe('a link bears that a peer', () => {
  it('sends pieces ahead of the word that lets us in', async () => {
    const [a, peer] = await withMallory();
    const heard: number[] = [];
    a.link.files.listen((frame) => heard.push(frame.byteLength));
    await peer.behave();
    await when(a.link.state, isWaiting);
    a.link.admit();
    peer.file.send(new Uint8Array(100));
    peer.control.send('{"kind":"admitted"}');
    await when(a.link.state, isMember);
    await until(() => heard.length > 0);
    expect(heard).to.deep.equal([100]);
  });

  it('begins a lane from elsewhere, by another certificate than the link’s: nothing comes of it', async function () {
    // Some refusals are only seen by the silence after them (timing.linkOpenMs): that wait is the fault itself.
    this.timeout(timing.linkOpenMs + 10_000);
    const [a, peer] = await withMalloryAsMember(true);
    let heard = 0;
    a.link.files.listen(() => (heard += 1));
    const eve = await withStrangersLane(a, peer);
    eve.addEventListener('open', () => eve.send(new Uint8Array(100)));
    await peer.hears('"lane-end"', 1);
    expect([a.link.state.value.kind, a.link.files.laneCount.value, heard]).to.deep.equal(['member', 0, 0]);
  });

  it('wants lanes and never answers, or ends those that never were', async () => {
    const [a, peer] = await withMalloryAsMember(false);
    for (const frame of [
      { kind: 'lanes-wished', count: 8 },
      { kind: 'lane-end', lane: 1 },
      { kind: 'lane-end', lane: 1 },
      { kind: 'lane-end', lane: 77 },
      { kind: 'lane', lane: 1, ...packet },
      { kind: 'lanes-wished', count: 0 },
    ] as const satisfies readonly ControlFrame[]) {
      peer.control.send(toJson(frame));
    }
    peer.control.send('{"kind":"ping","id":77}');
    await peer.hears('{"kind":"pong","id":77}', 1);
    // By the link itself, which carries what no lane does.
    const came = new Promise<number>((resolve) => peer.file.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => resolve(data.byteLength)));
    expect(await a.link.files.send(new Uint8Array(50))).to.equal(true);
    expect(await came).to.equal(50);
    expect(a.link.files.laneCount.value).to.equal(0);
  });
});
