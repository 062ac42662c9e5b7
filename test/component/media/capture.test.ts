/** Chromium's invented devices; refusals are stubbed at the browser's edge, navigator.mediaDevices. */
import { expect } from 'chai';
import { openCamera, openMicrophone } from '../../../src/media/capture';

const tracks: MediaStreamTrack[] = [];
afterEach(() => {
  for (const track of tracks.splice(0)) track.stop();
  Reflect.deleteProperty(navigator, 'mediaDevices');
  Reflect.deleteProperty(navigator.mediaDevices, 'getUserMedia');
});

describe('the microphone', () => {
  it('opens as one live sound track, with echo cancellation, noise suppression and gain control', async () => {
    const result = await openMicrophone();
    if (result.kind !== 'open') throw new Error(result.problem.reason);
    tracks.push(result.track);
    expect(result.track.kind).to.equal('audio');
    expect(result.track.readyState).to.equal('live');
    expect(result.track.getSettings()).to.include({ echoCancellation: true, noiseSuppression: true, autoGainControl: true });
  });
});

describe('the camera', () => {
  it('opens as one live picture track, as near to 1280 by 720 as the device can', async () => {
    const result = await openCamera();
    if (result.kind !== 'open') throw new Error(result.problem.reason);
    tracks.push(result.track);
    expect(result.track.kind).to.equal('video');
    expect(result.track.readyState).to.equal('live');
    expect(result.track.getSettings()).to.include({ width: 1280, height: 720 });
  });
});

describe('a device that is not to be had', () => {
  for (const [name, reason] of [
    ['NotAllowedError', 'denied'],
    ['SecurityError', 'denied'],
    ['NotFoundError', 'missing'],
    ['OverconstrainedError', 'missing'],
    ['NotReadableError', 'busy'],
    ['AbortError', 'busy'],
  ] as const) {
    it(`is ${reason} when the browser says ${name}`, async () => {
      answerWith(() => Promise.reject(new DOMException('no', name)));
      expect(await openMicrophone()).to.deep.equal({ kind: 'problem', problem: { device: 'microphone', reason } });
      expect(await openCamera()).to.deep.equal({ kind: 'problem', problem: { device: 'camera', reason } });
    });
  }

  it('is missing when a real constraint can not be met', async () => {
    const error = await navigator.mediaDevices.getUserMedia({ video: { deviceId: { exact: 'none' } } }).catch((cause: unknown) => cause);
    answerWith(() => Promise.reject(error));
    expect(await openCamera()).to.deep.equal({ kind: 'problem', problem: { device: 'camera', reason: 'missing' } });
  });

  it('is denied on a page that is not secure, which has no mediaDevices', async () => {
    Object.defineProperty(navigator, 'mediaDevices', { value: undefined, configurable: true });
    expect(await openMicrophone()).to.deep.equal({ kind: 'problem', problem: { device: 'microphone', reason: 'denied' } });
  });

  it('is missing when the browser hands over an empty stream', async () => {
    answerWith(() => Promise.resolve(new MediaStream()));
    expect(await openMicrophone()).to.deep.equal({ kind: 'problem', problem: { device: 'microphone', reason: 'missing' } });
  });

  it('is a bug when the browser says that we asked wrongly', async () => {
    answerWith(() => Promise.reject(new TypeError('at least one of audio and video must be requested')));
    expect(await openMicrophone().catch((cause: unknown) => cause)).to.be.instanceOf(TypeError);
  });
});

describe('a question that is taken back', () => {
  it('stops a track that comes all the same', async () => {
    const { promise, resolve } = withResolvers<MediaStream>();
    answerWith(() => promise);
    const leaving = new AbortController();
    const opening = openMicrophone(leaving.signal).catch((cause: unknown) => cause);
    leaving.abort(new Error('left the call'));
    const context = new AudioContext();
    const { stream } = context.createMediaStreamDestination();
    resolve(stream);
    expect(await opening).to.be.instanceOf(Error).with.property('message', 'left the call');
    expect(stream.getTracks()[0]?.readyState).to.equal('ended');
    await context.close();
  });
});

function answerWith(answer: () => Promise<MediaStream>): void {
  Object.defineProperty(navigator.mediaDevices, 'getUserMedia', { value: answer, configurable: true });
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}
