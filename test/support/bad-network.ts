/** Leads the RTCPeerConnections of pages through a bad line (udp-proxy.ts), whatever makes them: the app, or a bare pair beside it. */
import { chromium } from '@playwright/test';
import type { Browser, BrowserContext } from '@playwright/test';
import { ensureChromium } from '../../scripts/browser.mjs';
import { chromiumArguments } from './chromium-arguments.mjs';
import type { UdpProxy } from './udp-proxy';

declare global {
  interface Window {
    /** The candidate that stands for this one; undefined when it can't be led through the proxy. */
    throughProxy?: (candidate: string) => Promise<string | undefined>;
  }
}

/** As protocol/packet.ts has it: foundation, component, transport, priority, address, port, type. */
const candidatePattern = /^(candidate:\S+ 1 udp \d+) ([0-9A-Fa-f.:]+) (\d+) typ (?:host|srflx)/iu;

/** For Chromium: candidates have addresses, which a proxy can stand for, and not names. */
export const bareAddresses = '--disable-features=WebRtcHideLocalIpsWithMdns';

/** A Chromium that says its addresses as they are: an mDNS name could not be led anywhere. The caller closes it. */
export async function launchWithAddresses(): Promise<Browser> {
  return chromium.launch({
    executablePath: await ensureChromium(console.log),
    chromiumSandbox: process.getuid?.() !== 0,
    args: [...chromiumArguments, bareAddresses],
  });
}

/** Before the context's first page is opened. All contexts that are to meet each other go through one proxy. */
export async function leadThrough(context: BrowserContext, proxy: UdpProxy): Promise<void> {
  await context.exposeFunction('throughProxy', async (candidate: string) => {
    const match = candidatePattern.exec(candidate);
    if (!match) return undefined;
    const [, head, address = '', port] = match;
    const face = await proxy.faceOf({ address, port: Number(port) });
    return `${head} ${face.address} ${face.port} typ host`;
  });
  await context.addInitScript(rewriteCandidates);
}

/** Runs in the page: what it learns of the other side is where the other's face is, and nothing else. */
function rewriteCandidates(): void {
  /** Without the callbacks of old. */
  interface Connection {
    addIceCandidate(init?: RTCIceCandidateInit | null): Promise<void>;
    setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void>;
  }
  const prototype: Connection = RTCPeerConnection.prototype;
  const { addIceCandidate, setRemoteDescription } = prototype;
  prototype.addIceCandidate = async function (this: Connection, init) {
    const rewritten = init?.candidate ? await window.throughProxy?.(init.candidate) : undefined;
    if (rewritten !== undefined) await addIceCandidate.call(this, { candidate: rewritten, sdpMid: init?.sdpMid ?? '0' });
  };
  prototype.setRemoteDescription = function (this: Connection, { type, sdp }) {
    return setRemoteDescription.call(this, { type, sdp: sdp?.replaceAll(/^a=(?:candidate:.*|end-of-candidates)\r\n/gmu, '') ?? '' });
  };
}
