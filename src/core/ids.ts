/** Branded identifiers: a session id is never taken for a device id, though both are strings. */

declare const brand: unique symbol;
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/** 17 base58 characters: the secret a link carries. Whoever has it may ring. */
export type InviteCode = Branded<string, 'InviteCode'>;
/** 26 base32 characters derived from the invite: names the room to the signaling server, and nothing else. */
export type RoomTag = Branded<string, 'RoomTag'>;
/** 26 base32 characters, new each page load: SHA-256 of the DTLS certificate's fingerprint. */
export type SessionId = Branded<string, 'SessionId'>;
/** 26 base32 characters derived from the invite: a well-known place where newcomers knock. */
export type SlotId = Branded<string, 'SlotId'>;
/** 26 base32 characters: SHA-256 of the device's public key. Survives reloads; one a browser profile. */
export type DeviceId = Branded<string, 'DeviceId'>;
/** 22 base64url characters: first 16 bytes of SHA-256 of room, device key and incarnation (protocol/feed.ts). One device's log in one room since its store was new. */
export type FeedId = Branded<string, 'FeedId'>;
/** `FEED.SEQUENCE`: names an event of the log by its place, so that finding it needs no index. */
export type MessageId = Branded<string, 'MessageId'>;
/** 22 base64url characters: the room's name on this device only; never leaves it. */
export type RoomAlias = Branded<string, 'RoomAlias'>;
/** 22 base64url characters: first 16 bytes of SHA-256 of what an admission token signs; names that event everywhere. */
export type EventId = Branded<string, 'EventId'>;
/** 22 base64url characters: the EventId of a room's genesis. A room without an owner (a named one) has none. */
export type RoomId = EventId;
/** `/rooms/NAME` with NAME percent-encoded: what stands after `#` in the address of a room that is known by name. */
export type NamedRoomCode = Branded<string, 'NamedRoomCode'>;
/** What stands after `#`: a link's secret, or a room's name. */
export type RoomCode = InviteCode | NamedRoomCode;
/** 26 base32 characters: SHA-256 of a file's size and the hashes of its chunks (core/file.ts). The same file has the same everywhere. */
export type FileId = Branded<string, 'FileId'>;
