/** Limits and timeouts of the app, each with its unit, its reason and its source. No value here is a secret. */

/** What a person, a peer or a disk may at most hand us. */
export const limits = {
  /** Code points of one message: about two printed pages; longer texts are files. */
  messageCharacters: 8_000,
  /** Bytes of one control frame; the largest honest one is an SDP with four m-lines (about 10 KB in Chromium 156). */
  controlFrameBytes: 64 * 1024,
  /** Bytes of one frame on the unordered channel; it carries short states only. */
  liveFrameBytes: 1_200,
  /** Bytes of a sealed envelope, so that one fits a signaling frame of 32 KiB many times over (docs/protocol.md). */
  envelopeBytes: 4_096,
  /** Envelopes are padded to a multiple of this, so that their length tells little. */
  envelopeStepBytes: 512,
  /** People in a room. Links are pairwise between guest and maker as yet, so a third would not meet the second. */
  peopleInRoom: 2,
  /** Ring cards on the screen at once; further rings are counted. */
  ringCards: 5,
  /** Rings remembered at once; keys are free, so a flood must end somewhere. */
  ringsRemembered: 200,
  /** Cards one device may cause after it was told "Not now". */
  ringsADevice: 3,
  /** Frames a peer may send in one second before its link is closed: 20 messages a second and everything around them. */
  framesASecond: 400,
  /** Messages shown when a room is opened, and offered to a returning peer. */
  recentMessages: 500,
  /** Messages on the screen at once, however many come: about 10 MB of text at the worst. */
  messagesOnScreen: 2_000,
} as const;

/** Time, in milliseconds. */
export const timing = {
  /** A reply within this time means that somebody is there; its absence, that nobody is. One signaling round trip is 2 to 300 ms. */
  knockReplyMs: 1_500,
  /** A guest knocks this often while nobody is there, ± `jitter`. */
  knockRepeatMs: 2_000,
  /** A ring is repeated this often, so that a host who reloads still sees it. */
  ringRepeatMs: 10_000,
  /** An offer older than this is made anew before it is knocked with: the addresses behind it may be those of another network by now. */
  offerFreshMs: 60_000,
  /** A ring card goes when its guest was silent this long: two repeats lost, and some. */
  ringExpiryMs: 25_000,
  /** Share by which a repeated wait varies, so that many clients don't move in step. */
  jitter: 0.25,
  /** Candidates are gathered this long before the first packet leaves: host candidates are there in under 10 ms, a STUN answer in about 50. */
  gatherMs: 100,
  /** The bell rings at most this often, whoever and however many come. It takes two seconds. */
  bellMs: 3_000,
  /** From the exchange of packets until the channels must be open: ICE and DTLS on a bad line, with retransmissions. */
  linkOpenMs: 20_000,
  /** The frames of the handshake must be through by then. */
  handshakeMs: 5_000,
  /** Application ping on an open link. */
  pingMs: 5_000,
  /** A link whose peer has been silent this long is given up; ICE needs about 20 s to say `failed`. */
  linkSilenceMs: 30_000,
  /** How long a departed peer may come back (a reload) before the others are told. */
  returnGraceMs: 4_000,
  /** A speaker says so this often; */
  speakingRepeatMs: 500,
  /** … and is believed this long. */
  speakingExpiryMs: 1_500,
  /** The other tab is asked for the room, and gets this long before its lock is taken. */
  handOverMs: 3_000,
  /** The signaling server may be away this long before people are told: a restart takes about a second. */
  unreachableNoticeMs: 3_000,
  /** "You were disconnected" is said after this long without any link while the device is offline. */
  disconnectedNoticeMs: 30_000,
  /** Parsing one message's Markdown may take this long; then the text is shown as it is. */
  markdownMs: 500,
} as const;

/** Waits between attempts to reach the signaling server: doubling from the first to the last, ± `timing.jitter`. */
export const signalingBackoff = { firstMs: 500, lastMs: 15_000 } as const;

/** Says which protocol a link speaks; a peer with another one is told so. */
export const protocolVersion = 1;
