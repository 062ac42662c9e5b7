/**
 * Stands in for `webrtc-adapter` (vite.config.ts): PeerJS 1.5.5 asks it for the browser's name only, to choose among ways of negotiating
 * connections that we never let it make. Saves 11 KB of brotli, and the browser's own WebRTC objects stay as they are.
 * Goes when peerjs no longer imports webrtc-adapter.
 */

const adapter = { browserDetails: { browser: 'unknown', version: 0 } };

// PeerJS imports it by default.
export default adapter;
