/**
 * Stands in for `peerjs-js-binarypack` (vite.config.ts): the serializer of PeerJS's own data connections, which we never let it make. Saves 2.4 KB of brotli.
 * Goes when peerjs can be had without its connections.
 */

export function pack(): never {
  throw new Error(unused);
}

export function unpack(): never {
  throw new Error(unused);
}

const unused = 'PeerJS data connections are not used';
