/**
 * The call of a room: who is in it, what each says of microphone and camera, and which tracks flow where.
 *
 * Media goes only between devices that are both in the call. A peer's word in its `call` frame is what others show; a remote track's own `muted` is never
 * read, since it tells of packets, not of people.
 */
import { timing } from '../config';
import type { DeviceId } from '../core/ids';
import { State, type Observable } from '../core/observable';
import type { CaptureResult } from '../media/capture';
import type { Frame } from '../protocol/frames';
import type { CallFace, CallParticipant, CallState, DeviceProblem } from './faces';
import type { Notices } from './notices';
import type { MediaParts } from './room-parts';
import type { Member } from './roster';

type CallFrame = Extract<Frame, { kind: 'call' }>;

/** What is known of a member's part in the call. */
interface Remote {
  readonly member: Member;
  readonly said: CallFrame;
  readonly audio: MediaStreamTrack | undefined;
  readonly video: MediaStreamTrack | undefined;
  readonly speaking: boolean;
}

const silent: CallFrame = { kind: 'call', inCall: false, microphoneOn: false, cameraOn: false };

export class Call implements CallFace {
  readonly #media: MediaParts;
  readonly #notices: Notices;
  readonly #members: Observable<readonly Member[]>;
  readonly #state: State<CallState>;
  #remotes: readonly Remote[] = [];
  #phase: CallState['phase'] = 'out';
  #microphone: MediaStreamTrack | undefined;
  #camera: MediaStreamTrack | undefined;
  #microphoneOn = false;
  #speaking = false;
  #invitedBy: DeviceId | undefined;
  /** Came into a room where a call runs: its stage is shown at once, with Join call, instead of a card. */
  #foundRunning = false;
  #problem: DeviceProblem | undefined;
  #ringing: AbortController | undefined;
  #ownTracks = new AbortController();
  #speakingTimer: ReturnType<typeof setInterval> | undefined;
  /** Whose call was put off: it isn't offered again, even over a new link. */
  readonly #dismissed = new Set<DeviceId>();
  readonly #speakingTimers = new Map<DeviceId, ReturnType<typeof setTimeout>>();

  constructor(media: MediaParts, notices: Notices, members: Observable<readonly Member[]>, signal: AbortSignal) {
    this.#media = media;
    this.#notices = notices;
    this.#members = members;
    this.#state = new State(this.#describe());
    signal.addEventListener('abort', () => this.leave(), { once: true });
    members.subscribe((now) => this.#followMembers(now));
  }

  get state(): Observable<CallState> {
    return this.#state;
  }

  /** Both of us are in it. */
  isWith(device: DeviceId): boolean {
    return this.#phase === 'in' && this.#remotes.some(({ member, said }) => member.device === device && said.inCall);
  }

  /** A member is here: tell our part, and hear theirs. */
  greet(member: Member): void {
    let first = true;
    member.link.listen((frame) => {
      if (frame.kind === 'call') {
        this.#hear(member, frame, first);
        first = false;
      } else if (frame.kind === 'speaking') this.#hearSpeaking(member.device, frame.on);
    });
    member.link.send(this.#ownPart());
  }

  async join(): Promise<void> {
    if (this.#phase !== 'out') return;
    this.#phase = 'joining';
    this.#problem = undefined;
    this.#silenceRing();
    this.#publish();
    const microphone = await this.#media.openMicrophone().catch((cause: unknown) => {
      if (this.#stillJoining()) this.leave();
      throw cause;
    });
    // Left again while the browser asked, or the room was.
    if (this.#stillJoining()) this.#enter(microphone);
    else if (microphone.kind === 'open') microphone.track.stop();
  }

  leave(): void {
    if (this.#phase === 'out' && !this.#foundRunning && !this.#invitedBy) return;
    const was = this.#phase;
    this.#phase = 'out';
    this.#foundRunning = false;
    this.#problem = undefined;
    this.#notices.clear('device-problem');
    this.#silenceRing();
    this.#releaseTracks();
    if (was === 'in') this.#tellOwnPart();
    this.#publish();
  }

  setMicrophone(on: boolean): void {
    if (this.#phase !== 'in' || on === this.#microphoneOn) return;
    if (on && !this.#microphone) {
      void this.#reopenMicrophone();
      return;
    }
    this.#microphoneOn = on;
    // Disabled, not stopped: it comes back without asking, and sends silence meanwhile (Media Capture §4.3.4).
    if (this.#microphone) this.#microphone.enabled = on;
    this.#tellOwnPart();
    this.#publish();
  }

  async setCamera(on: boolean): Promise<void> {
    if (this.#phase !== 'in' || on === (this.#camera !== undefined)) return;
    if (!on) {
      // Stopped, not disabled: the light beside the lens must go out.
      this.#camera?.stop();
      this.#camera = undefined;
    } else {
      const { signal } = this.#ownTracks;
      const result = await this.#media.openCamera();
      if (signal.aborted || this.#camera) {
        // Left meanwhile, though perhaps for another call; nobody asked for the camera there.
        if (result.kind === 'open') result.track.stop();
        return;
      }
      if (result.kind === 'problem') return this.#report(result.problem);
      this.#camera = result.track;
      result.track.addEventListener('ended', () => this.#lostCamera(result.track), { signal: this.#ownTracks.signal });
      this.#settle('camera');
    }
    this.#tellOwnPart();
    this.#routeAll();
    this.#publish();
  }

  dismissInvitation(): void {
    if (this.#invitedBy) this.#dismissed.add(this.#invitedBy);
    this.#silenceRing();
    this.#publish();
  }

  async tryAgain(): Promise<void> {
    const device = this.#problem?.device;
    if (device === 'camera') await this.setCamera(true);
    else if (this.#phase === 'in') await this.#reopenMicrophone();
    else await this.join();
  }

  #stillJoining(): boolean {
    return this.#phase === 'joining';
  }

  #enter(microphone: CaptureResult): void {
    this.#phase = 'in';
    this.#foundRunning = false;
    this.#ownTracks = new AbortController();
    // Without a microphone one is still in the call: one hears and sees, and can try again.
    if (microphone.kind === 'open') this.#useMicrophone(microphone.track);
    else this.#report(microphone.problem);
    performance.mark('mindmeet:call-joined');
    this.#tellOwnPart();
    this.#routeAll();
    this.#publish();
  }

  async #reopenMicrophone(): Promise<void> {
    const result = await this.#media.openMicrophone();
    if (result.kind === 'problem') return this.#report(result.problem);
    if (this.#phase !== 'in' || this.#microphone) return result.track.stop();
    this.#useMicrophone(result.track);
    this.#tellOwnPart();
    this.#routeAll();
    this.#publish();
  }

  #useMicrophone(track: MediaStreamTrack): void {
    this.#microphone = track;
    this.#microphoneOn = true;
    this.#settle('microphone');
    const { signal } = this.#ownTracks;
    track.addEventListener('ended', () => this.#lostMicrophone(track), { signal });
    void this.#media.watchSpeaking(track, (speaking) => this.#speak(speaking), signal);
  }

  #lostMicrophone(track: MediaStreamTrack): void {
    if (track !== this.#microphone) return;
    this.#microphone = undefined;
    this.#microphoneOn = false;
    this.#report({ device: 'microphone', reason: 'missing' });
    this.#tellOwnPart();
    this.#routeAll();
    this.#publish();
  }

  #lostCamera(track: MediaStreamTrack): void {
    if (track !== this.#camera) return;
    this.#camera = undefined;
    this.#report({ device: 'camera', reason: 'missing' });
    this.#tellOwnPart();
    this.#routeAll();
    this.#publish();
  }

  #releaseTracks(): void {
    this.#ownTracks.abort();
    this.#microphone?.stop();
    this.#camera?.stop();
    this.#microphone = undefined;
    this.#camera = undefined;
    this.#microphoneOn = false;
    this.#speaking = false;
    clearInterval(this.#speakingTimer);
    this.#routeAll();
  }

  #report(problem: DeviceProblem): void {
    this.#problem = problem;
    this.#notices.show({ kind: 'device-problem', problem, attempt: () => void this.tryAgain() });
    this.#publish();
  }

  #settle(device: DeviceProblem['device']): void {
    if (this.#problem?.device !== device) return;
    this.#problem = undefined;
    this.#notices.clear('device-problem');
  }

  /** Says it at once, and again while it lasts: the channel may lose any one of these. */
  #speak(speaking: boolean): void {
    this.#speaking = speaking;
    this.#publish();
    this.#saySpeaking();
    clearInterval(this.#speakingTimer);
    if (speaking) this.#speakingTimer = setInterval(() => this.#saySpeaking(), timing.speakingRepeatMs);
  }

  #saySpeaking(): void {
    for (const { member, said } of this.#remotes) if (said.inCall) member.link.send({ kind: 'speaking', on: this.#speaking });
  }

  #hear(member: Member, said: CallFrame, first: boolean): void {
    const before = this.#remotes.find((remote) => remote.member.link === member.link)?.said ?? silent;
    const wasRunning = this.#remotes.some((remote) => remote.said.inCall);
    this.#change(member, { said });
    if (!said.inCall) this.#dismissed.delete(member.device);
    if (said.inCall && !before.inCall) {
      void this.#receiveTracks(member);
      if (!wasRunning && this.#phase === 'out') this.#invite(member, first);
    }
    if (!this.#remotes.some((remote) => remote.said.inCall)) this.#callEnded();
    this.#route(member);
    this.#publish();
  }

  /** Somebody started a call; who comes in while one runs sees its stage instead of a card. */
  #invite(member: Member, onArrival: boolean): void {
    if (this.#dismissed.has(member.device)) return;
    if (onArrival) {
      this.#foundRunning = true;
      return;
    }
    this.#invitedBy = member.device;
    this.#ringing = new AbortController();
    this.#media.callRing(this.#ringing.signal);
  }

  #callEnded(): void {
    this.#silenceRing();
    this.#foundRunning = false;
  }

  #silenceRing(): void {
    this.#ringing?.abort();
    this.#ringing = undefined;
    this.#invitedBy = undefined;
  }

  #hearSpeaking(device: DeviceId, on: boolean): void {
    clearTimeout(this.#speakingTimers.get(device));
    if (on) this.#speakingTimers.set(device, setTimeout(() => this.#hearSpeaking(device, false), timing.speakingExpiryMs));
    else this.#speakingTimers.delete(device);
    const remote = this.#remotes.find(({ member }) => member.device === device);
    if (!remote || remote.speaking === on) return;
    this.#change(remote.member, { speaking: on });
    this.#publish();
  }

  async #receiveTracks(member: Member): Promise<void> {
    try {
      const [audio, video] = await Promise.all([member.link.remoteTrack('microphone'), member.link.remoteTrack('camera')]);
      this.#change(member, { audio, video });
      this.#publish();
    } catch {
      // The link closed before its media sections were agreed: the roster tells about it.
    }
  }

  /** A link that was replaced or lost takes its tracks with it; the call itself goes on. */
  #followMembers(members: readonly Member[]): void {
    const kept = this.#remotes.filter(({ member }) => members.some(({ link }) => link === member.link));
    const changed = kept.length !== this.#remotes.length;
    this.#remotes = kept.map((remote) => ({ ...remote, member: members.find(({ link }) => link === remote.member.link) ?? remote.member }));
    if (changed && !kept.some(({ said }) => said.inCall)) this.#callEnded();
    this.#publish();
  }

  #change(member: Member, change: Partial<Remote>): void {
    const current = this.#members.value.find(({ link }) => link === member.link) ?? member;
    const known = this.#remotes.find((remote) => remote.member.link === member.link);
    if (known) this.#remotes = this.#remotes.map((remote) => (remote === known ? { ...known, ...change } : remote));
    else if (!member.link.signal.aborted) this.#remotes = [...this.#remotes, { member: current, said: silent, audio: undefined, video: undefined, speaking: false, ...change }];
  }

  #routeAll(): void {
    for (const { member } of this.#remotes) this.#route(member);
  }

  /** Our tracks flow to a member while both are in the call. */
  #route(member: Member): void {
    const theirs = this.#remotes.find((remote) => remote.member.link === member.link)?.said.inCall ?? false;
    const both = theirs && this.#phase === 'in';
    for (const [slot, track] of [['microphone', this.#microphone], ['camera', this.#camera]] as const) {
      member.link.setTrack(slot, both ? (track ?? null) : null).catch(() => undefined); // A link that closes meanwhile carries nothing anyway.
    }
  }

  #ownPart(): CallFrame {
    return { kind: 'call', inCall: this.#phase === 'in', microphoneOn: this.#microphoneOn, cameraOn: this.#camera !== undefined };
  }

  #tellOwnPart(): void {
    for (const { link } of this.#members.value) link.send(this.#ownPart());
  }

  #publish(): void {
    this.#state.set(this.#describe());
  }

  #describe(): CallState {
    const others = this.#remotes.filter(({ said }) => said.inCall).map((remote) => describeRemote(remote, this.#phase === 'in'));
    const inviter = this.#remotes.find(({ member }) => member.device === this.#invitedBy)?.member.name;
    return {
      phase: this.#phase,
      running: others.length > 0 || this.#phase === 'in',
      onStage: this.#phase !== 'out' || (this.#foundRunning && others.length > 0),
      invitation: inviter === undefined ? undefined : { name: inviter },
      self: { microphoneOn: this.#microphoneOn, cameraOn: this.#camera !== undefined, speaking: this.#speaking && this.#microphoneOn, video: this.#camera },
      others,
      problem: this.#problem,
    };
  }
}

/** Nobody is heard or seen by who hasn't joined, whatever they send. */
function describeRemote({ member, said, audio, video, speaking }: Remote, joined: boolean): CallParticipant {
  return {
    id: member.device,
    name: member.name,
    microphoneOn: said.microphoneOn,
    cameraOn: said.cameraOn,
    speaking: speaking && said.microphoneOn,
    audio: joined ? audio : undefined,
    video: joined && said.cameraOn ? video : undefined,
  };
}
