/** Limits and timeouts of the app, each with its unit, its reason and its source. No value here is a secret. */

/** What a person, a peer or a disk may at most hand us. */
export const limits = {
  /** UTF-8 bytes of one message's text: about four printed pages; longer texts are files. */
  messageBytes: 16 * 1024,
  /** Bytes of one event's body: the longest text, every character of it escaped in JSON, and what stands around it. */
  eventBodyBytes: 112 * 1024,
  /** Bytes of one binary frame of the log, but for one event that alone is longer. */
  runsFrameBytes: 64 * 1024,
  /** Bytes of an event that goes by the unordered channel first; with the run around it below `liveFrameBytes`. */
  liveEventBytes: 1_000,
  /** Events of one such frame: a new one takes along those before it that nobody has answered for. */
  liveEvents: 4,
  /** Events a device may sign within `timing.paceWindowMs`; the next is void for everybody. */
  eventsInPace: 20,
  /** Feeds of one device that are read: each new store or restored profile begins one. */
  feedsADevice: 32,
  /** Messages remembered as deleted before they came. */
  deletedAhead: 5_000,
  /** Feeds of a room told of in one vector. */
  feedsTold: 400,
  /** People named in one message. */
  mentions: 20,
  /** Events of a room that are held in memory where there is no disk, or none that takes them: some 10 MB; the newest stay. */
  eventsInMemory: 20_000,
  /** Bytes of one control frame; the largest honest one is an SDP with four m-lines (about 10 KB in Chromium 156). */
  controlFrameBytes: 64 * 1024,
  /** Bytes of one frame on the unordered channel; what is longer is split, and lost as soon as one part is. */
  liveFrameBytes: 1_200,
  /** Bytes of a sealed envelope, so that one fits a signaling frame of 32 KiB many times over (docs/protocol.md). */
  envelopeBytes: 4_096,
  /** Envelopes are padded to a multiple of this, so that their length tells little. */
  envelopeStepBytes: 512,
  /** People in a room: every device is linked with every other, and a laptop bears eleven links with voice. */
  peopleInRoom: 12,
  /** Sessions a member may tell of: everybody it can be linked with, and some who just reloaded. */
  peersTold: 24,
  /** Characters of an admission token: an honest one has about 500, one with a title or twelve devices in it up to 1,400, a removal that names all feeds 2,200. */
  tokenCharacters: 2_304,
  /** Tokens in one envelope: genesis, link, and a chain of passes with the policy each was given under. */
  tokensInProof: 16,
  /** Admission events kept of a room, and told of in one frame: 22 characters each. */
  admissionEvents: 1_500,
  /** Events kept waiting for the one that entitles their issuer. */
  admissionEventsWaiting: 100,
  /** Earlier knockers that a doorbell tells of: what fits an envelope many times. */
  doorbellKnockers: 8,
  /** Bytes of a person's picture: 96 pixels square as WebP have 2 to 6 KB. */
  pictureBytes: 12 * 1024,
  /** Colours to choose from, as in mm-avatar. */
  tints: 8,
  /** Code points of a room's title, or name. */
  titleCharacters: 60,
  /** Code points of a password. */
  passwordCharacters: 128,
  /** Wrong passwords answered a minute, in all; further ones hear nothing. */
  wrongPasswordsAMinute: 20,
  /** Ring cards on the screen at once; further rings are counted. */
  ringCards: 5,
  /** Rings remembered at once; keys are free, so a flood must end somewhere. */
  ringsRemembered: 200,
  /** Cards one device may cause after it was told "Not now". */
  ringsADevice: 3,
  /** Frames a peer may send in one second before its link is closed: 20 messages a second and everything around them. */
  framesASecond: 400,
  /** Candidates a peer may tell in-band while a link lives: four sections share one transport, and an ICE restart or two tell some anew. */
  candidatesInBand: 64,
  /** Bytes of a backup that is taken in: it is read whole, and a year of talk has about 20 MB. */
  backupBytes: 64_000_000,
  /** Bytes of a file, in thousands as sizes are shown: 61,036 chunks, whose hashes are 1.9 MB and whose bitmap is 7.6 KB. */
  fileBytes: 16_000_000_000,
  /** Files of one message: with a thumbnail each they fit `eventBodyBytes`. */
  filesAMessage: 10,
  /** UTF-16 units of a file's name that are read at all; `fileNameCharacters` of them are kept. */
  fileNameRead: 4_096,
  /** Code points of a file's name; disks take 255 bytes. */
  fileNameCharacters: 80,
  /** Bytes of a thumbnail within a message: a JPEG of `thumbnailPixels`. */
  thumbnailBytes: 6 * 1024,
  /** Longest side of it; a larger one is not decoded. */
  thumbnailPixels: 320,
  /** Pixels of a picture that is decoded: 40 megapixels take 160 MB. */
  picturePixels: 40_000_000,
  /** Longest side of a picture that is sent smaller than it was taken. */
  sentPicturePixels: 2_560,
  /** Files up to this size come by themselves. */
  autoFileBytes: 2 * 1024 ** 2,
  /** Bytes of payload in one frame of a file. */
  filePieceBytes: 64 * 1024,
  /** Bytes that may wait in a connection's buffer for files; it is filled up again below the low mark (design.md). */
  fileHighWaterBytes: 1024 ** 2,
  fileLowWaterBytes: 256 * 1024,
  /** Connections between two devices that carry files, beside the link. */
  fileLanes: 8,
  /** Chunks asked for at one peer and not yet here: 12 MiB, of which most lie in its buffers. */
  chunksUnderWay: 48,
  /** Chunks a peer may ask for before they are answered. */
  chunksAsked: 64,
  /** Files that one peer may ask for at once. */
  filesAsked: 64,
  /** Bytes a peer may send of a file that nobody asked for, or asks for no more, before its link is closed: what may be under way when it is told to stop. */
  unaskedFileBytes: 32 * 1024 ** 2,
  /** Bytes of files kept of one room, unless its person chooses otherwise. */
  roomFilesBytes: 4_000_000_000,
  /** Files that one person may offer at once, from device to device. */
  offersAPerson: 20,
  /** Milliseconds of a voice message. */
  voiceMs: 15 * 60_000,
  /** Bars of its waveform. */
  waveformBars: 48,
  /** Messages in one step of scrolling, and at first. */
  messagesAPage: 40,
  /** Messages in the list at once; those further away are read again when they are scrolled to. */
  messagesInList: 120,
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
  /** Candidates are gathered this long at most before the first packet leaves: a STUN answer takes about 50. */
  gatherMs: 100,
  /** … and no longer than until nothing new has come for this time after a host candidate: those follow each other within a few. Made a join 403 → 233 ms. */
  gatherQuietMs: 10,
  /** The later batch leaves this long after gathering began, if a server is slow: one that has not answered by then won't (RFC 8489 §6.2.1 repeats after 0.5 s). */
  gatherLaterMs: 1_000,
  /** A host that is brought a ring has it on the screen by then, or members who stand in get it too: a laptop that burns says nothing. */
  ringSeenMs: 1_000,
  /** The bell rings at most this often, whoever and however many come. It takes two seconds. */
  bellMs: 3_000,
  /** From the exchange of packets until the channels must be open: ICE and DTLS on a bad line, with retransmissions. */
  linkOpenMs: 20_000,
  /** The frames of the handshake must be through by then. */
  handshakeMs: 5_000,
  /** From then on both sides must have admitted each other: what must be shown for it are a few frames, told at once. */
  admissionMs: 10_000,
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
  /** `limits.eventsInPace` events take an honest person at least this long. */
  paceWindowMs: 10_000,
  /** Both sides of a link compare what they hold this often. */
  compareMs: 15_000,
  /** A small event is repeated on the unordered channel this often at first, then ever slower, until the peer has said that it has it … */
  repeatFirstMs: 40,
  /** … or for this long; then it goes by the ordered one. */
  repeatForMs: 3_000,
  /** A clock that runs ahead of ours by more than this doesn't move it. */
  clockAheadMs: 48 * 3_600_000,
  /** Somebody is shown as typing this long after the last word of it, which is repeated every 3 s. */
  typingExpiryMs: 5_000,
  typingRepeatMs: 3_000,
  /** Parsing one message's Markdown may take this long; then the text is shown as it is. */
  markdownMs: 500,
} as const;

/** Waits between attempts to reach the signaling server: doubling from the first to the last, ± `timing.jitter`. */
export const signalingBackoff = { firstMs: 500, lastMs: 15_000 } as const;

/** Says which protocol a link speaks; a peer with another one is told so. */
export const protocolVersion = 4;
