import { afterEach, describe, expect, it, vi } from 'vitest';
import { timing } from '../../../src/config';
import type { DeviceId, SessionId } from '../../../src/core/ids';
import { State } from '../../../src/core/observable';
import type { CaptureResult } from '../../../src/media/capture';
import type { Frame } from '../../../src/protocol/frames';
import { Call } from '../../../src/session/call';
import { Notices } from '../../../src/session/notices';
import type { Member } from '../../../src/session/roster';
import { FakeLink } from '../../support/fake-link';

const bob = 'b'.repeat(26) as DeviceId;
afterEach(() => void vi.useRealTimers());

/** A track as far as a call needs one. */
class FakeTrack extends EventTarget {
  enabled = true;
  stopped = false;
  stop = () => void (this.stopped = true);
}

function call(microphone: () => CaptureResult = () => open(new FakeTrack())) {
  const members = new State<readonly Member[]>([]);
  const notices = new Notices();
  const abort = new AbortController();
  const ringing: AbortSignal[] = [];
  let speak: (speaking: boolean) => void = () => undefined;
  const camera = new FakeTrack();
  const made = new Call(
    {
      openMicrophone: async () => microphone(),
      openCamera: async () => open(camera),
      watchSpeaking: async (_track, onChange) => void (speak = onChange),
      prefetch: () => undefined,
      ring: () => undefined,
      callRing: (signal) => ringing.push(signal),
    },
    notices,
    members,
    abort.signal,
  );
  const enter = () => {
    const link = FakeLink.member();
    const member: Member = { device: bob, session: 's'.repeat(26) as SessionId, name: 'Bob', link, sinceMs: 0 };
    members.set([member]);
    made.greet(member);
    return link;
  };
  return { made, members, notices, abort, ringing, enter, camera, speak: (speaking: boolean) => speak(speaking) };
}

const open = (track: FakeTrack): CaptureResult => ({ kind: 'open', track: track as unknown as MediaStreamTrack });
const part = (inCall: boolean, microphoneOn = inCall, cameraOn = false): Frame => ({ kind: 'call', inCall, microphoneOn, cameraOn });
const said = (link: FakeLink) => link.sent.filter((frame) => frame.kind === 'call').at(-1);

describe('joining', () => {
  it('puts the microphone on and leaves the camera off, and tells the others', async () => {
    const { made, enter } = call();
    const link = enter();
    await made.join();
    expect(made.state.value).toMatchObject({ phase: 'in', onStage: true, self: { microphoneOn: true, cameraOn: false } });
    expect(said(link)).toEqual(part(true));
  });

  it('sends media to those in the call, and to nobody else', async () => {
    const { made, enter } = call();
    const link = enter();
    await made.join();
    expect(link.tracks.get('microphone')).toBeUndefined();
    link.hear(part(true));
    expect(link.tracks.get('microphone')).toBeTruthy();
    link.hear(part(false));
    expect(link.tracks.get('microphone')).toBeNull();
  });

  it('without permission says so, stays in the call, and can be tried again', async () => {
    const results: CaptureResult[] = [{ kind: 'problem', problem: { device: 'microphone', reason: 'denied' } }, open(new FakeTrack())];
    const { made, notices } = call(() => results.shift() ?? open(new FakeTrack()));
    await made.join();
    expect(made.state.value).toMatchObject({ phase: 'in', problem: { device: 'microphone', reason: 'denied' }, self: { microphoneOn: false } });
    expect(notices.shown.value.map(({ content }) => content.kind)).toEqual(['device-problem']);
    await made.tryAgain();
    expect(made.state.value).toMatchObject({ problem: undefined, self: { microphoneOn: true } });
    expect(notices.shown.value).toEqual([]);
  });

  it('and leaving while the browser still asks lets the device go', async () => {
    const track = new FakeTrack();
    const { made } = call(() => open(track));
    const joining = made.join();
    made.leave();
    await joining;
    expect(made.state.value.phase).toBe('out');
    expect(track.stopped).toBe(true);
  });
});

describe('mute and camera', () => {
  it('are told in words, and a muted microphone stays open', async () => {
    const track = new FakeTrack();
    const { made, enter } = call(() => open(track));
    const link = enter();
    await made.join();
    made.setMicrophone(false);
    expect(track).toMatchObject({ enabled: false, stopped: false });
    expect(said(link)).toEqual(part(true, false));
    made.setMicrophone(true);
    expect(track.enabled).toBe(true);
  });

  it('stop the camera for good when it is turned off: its light must go out', async () => {
    const { made, enter, camera } = call();
    const link = enter();
    await made.join();
    link.hear(part(true));
    await made.setCamera(true);
    expect(link.tracks.get('camera')).toBe(camera);
    expect(said(link)).toEqual(part(true, true, true));
    await made.setCamera(false);
    expect(camera.stopped).toBe(true);
    expect(link.tracks.get('camera')).toBeNull();
    expect(made.state.value.self).toMatchObject({ cameraOn: false, video: undefined });
  });

  it('notice a device that is unplugged', async () => {
    const track = new FakeTrack();
    const { made, enter } = call(() => open(track));
    const link = enter();
    await made.join();
    track.dispatchEvent(new Event('ended'));
    expect(made.state.value).toMatchObject({ phase: 'in', problem: { device: 'microphone', reason: 'missing' }, self: { microphoneOn: false } });
    expect(said(link)).toEqual(part(true, false));
  });
});

describe('the others', () => {
  it('who start a call ring here, until it is answered or put off', async () => {
    const { made, enter, ringing } = call();
    const link = enter();
    link.hear(part(false));
    link.hear(part(true));
    expect(made.state.value).toMatchObject({ invitation: { name: 'Bob' }, running: true, onStage: false });
    expect(ringing).toHaveLength(1);
    made.dismissInvitation();
    expect(made.state.value.invitation).toBeUndefined();
    expect(ringing[0]?.aborted).toBe(true);
    expect(made.state.value.running).toBe(true);
  });

  it('whose call ran before one came in show their stage, and no card', () => {
    const { made, enter, ringing } = call();
    enter().hear(part(true));
    expect(made.state.value).toMatchObject({ invitation: undefined, onStage: true, phase: 'out' });
    expect(ringing).toEqual([]);
  });

  it('are neither heard nor seen before one has joined, whatever they send', async () => {
    const { made, enter } = call();
    const link = enter();
    link.hear(part(true, true, true));
    await vi.waitFor(() => expect(link.tracks.has('camera')).toBe(true));
    expect(made.state.value.others).toMatchObject([{ audio: undefined, video: undefined }]);
    await made.join();
    await vi.waitFor(() => expect(made.state.value.others[0]).toMatchObject({ audio: { id: 'microphone' }, video: { id: 'camera' } }));
  });

  it('who leave take their card, tile and stage along', () => {
    const { made, enter, ringing } = call();
    const link = enter();
    link.hear(part(false));
    link.hear(part(true));
    link.hear(part(false));
    expect(made.state.value).toMatchObject({ invitation: undefined, running: false, others: [] });
    expect(ringing[0]?.aborted).toBe(true);
  });

  it('who vanish do so too, and the call goes on', async () => {
    const { made, enter, members } = call();
    const link = enter();
    await made.join();
    link.hear(part(true));
    await vi.waitFor(() => expect(made.state.value.others[0]?.audio).toBeDefined());
    members.set([]);
    expect(made.state.value).toMatchObject({ phase: 'in', others: [] });
  });

  it('speak for as long as they say so, and no longer than 1.5 s without a word', () => {
    vi.useFakeTimers();
    const { made, enter } = call();
    const link = enter();
    link.hear(part(true));
    link.hear({ kind: 'speaking', on: true });
    expect(made.state.value.others[0]?.speaking).toBe(true);
    vi.advanceTimersByTime(timing.speakingExpiryMs - 1);
    link.hear({ kind: 'speaking', on: true });
    vi.advanceTimersByTime(timing.speakingExpiryMs - 1);
    expect(made.state.value.others[0]?.speaking).toBe(true);
    vi.advanceTimersByTime(1);
    expect(made.state.value.others[0]?.speaking).toBe(false);
  });

  it('who say that they are muted don’t speak', () => {
    const { made, enter } = call();
    const link = enter();
    link.hear(part(true));
    link.hear({ kind: 'speaking', on: true });
    link.hear(part(true, false));
    expect(made.state.value.others[0]?.speaking).toBe(false);
  });
});

describe('what cannot be had', () => {
  it('leaves the person out of the call, free to try again', async () => {
    let results = 0;
    const { made } = call(() => {
      results += 1;
      if (results === 1) throw new TypeError('no code for the microphone');
      return open(new FakeTrack());
    });
    await expect(made.join()).rejects.toThrow(TypeError);
    expect(made.state.value.phase).toBe('out');
    await made.join();
    expect(made.state.value.phase).toBe('in');
  });
});

describe('a call that was put off', () => {
  it('is not offered again over a new link, until there is another', () => {
    const { made, enter } = call();
    const link = enter();
    link.hear(part(false));
    link.hear(part(true));
    made.dismissInvitation();
    const next = enter();
    next.hear(part(true));
    expect(made.state.value).toMatchObject({ invitation: undefined, onStage: false, running: true });
    next.hear(part(false));
    next.hear(part(true));
    expect(made.state.value.invitation).toEqual({ name: 'Bob' });
  });
});

describe('speaking', () => {
  it('is said at once, every half second while it lasts, and when it ends', async () => {
    const { made, enter, speak } = call();
    const link = enter();
    link.hear(part(true));
    await made.join();
    vi.useFakeTimers();
    const words = () => link.sent.filter((frame) => frame.kind === 'speaking').map((frame) => frame.kind === 'speaking' && frame.on);
    speak(true);
    vi.advanceTimersByTime(2 * timing.speakingRepeatMs);
    speak(false);
    vi.advanceTimersByTime(2 * timing.speakingRepeatMs);
    expect(words()).toEqual([true, true, true, false]);
  });
});

describe('the end of the room', () => {
  it('lets the devices go', async () => {
    const track = new FakeTrack();
    const { made, abort } = call(() => open(track));
    await made.join();
    abort.abort();
    expect(track.stopped).toBe(true);
    expect(made.state.value.phase).toBe('out');
  });
});
