/**
 * Reaches the RTCPeerConnections of a page, so that a test can ask for their statistics without a hook in the product.
 *
 * Works with pages of Playwright and of puppeteer: both run a function before the page's own scripts, and evaluate one in it.
 */

declare global {
  interface Window {
    /** Every connection that the page has made since it was loaded; put there by `keepPeerConnections`, in tests only. */
    recordedPeerConnections?: RTCPeerConnection[];
  }
}

/** What was received over all open connections of a page, summed since they were made. */
export interface MediaStats {
  readonly framesDecoded: number;
  /** `totalAudioEnergy` (webrtc-stats §8.8.3), unit-less; stays 0 in silence, and while the element that plays it is muted. */
  readonly audioEnergy: number;
  readonly audioPackets: number;
}

/** What all connections of a page came to, those that are closed by now included as far as they tell. */
export interface ConnectionCounts {
  /** With the other's description: the others are offers that nobody answered. */
  readonly answered: number;
  /** Addresses tried against each other (RFC 8445 §6.1.2). */
  readonly candidatePairs: number;
  /** Sent and received, over all transports. */
  readonly bytes: number;
}

/** Playwright's BrowserContext or Page. */
interface InitScripted {
  addInitScript(script: () => void): Promise<unknown>;
}

/** A page of Playwright's or of puppeteer's. */
interface Evaluating {
  evaluate<T>(script: () => Promise<T>): Promise<T>;
}

/** Before the context's first page is opened. */
export async function recordPeerConnections(context: InitScripted): Promise<void> {
  await context.addInitScript(keepPeerConnections);
}

/** Runs in the page, before its scripts; puppeteer takes it by `page.evaluateOnNewDocument`. */
export function keepPeerConnections(): void {
  const made: RTCPeerConnection[] = [];
  window.recordedPeerConnections = made;
  // A Proxy, not a subclass: static members, instanceof and the class's name stay as they are.
  window.RTCPeerConnection = new Proxy(RTCPeerConnection, {
    construct(target, parameters, newTarget) {
      const connection = Reflect.construct(target, parameters, newTarget) as RTCPeerConnection;
      made.push(connection);
      return connection;
    },
  });
}

/** Throws if the page was opened before `recordPeerConnections`. */
export function mediaStats(page: Evaluating): Promise<MediaStats> {
  return page.evaluate(readMediaStats);
}

/** Throws if the page was opened before `recordPeerConnections`. */
export function connectionCounts(page: Evaluating): Promise<ConnectionCounts> {
  return page.evaluate(readConnectionCounts);
}

/** Runs in the page. */
async function readConnectionCounts(): Promise<ConnectionCounts> {
  const made = window.recordedPeerConnections;
  if (made === undefined) throw new Error('recordPeerConnections was not called before this page was opened');
  let candidatePairs = 0;
  let bytes = 0;
  for (const report of await Promise.all(made.map((connection) => connection.getStats()))) {
    report.forEach((entry: RTCStats) => {
      if (entry.type === 'candidate-pair') candidatePairs += 1;
      if (entry.type !== 'transport') return;
      // Members come one by one: a browser leaves out what it has nothing to say about.
      const transport = entry as RTCTransportStats;
      bytes += (transport.bytesSent ?? 0) + (transport.bytesReceived ?? 0);
    });
  }
  return { answered: made.filter(({ remoteDescription }) => remoteDescription !== null).length, candidatePairs, bytes };
}

/** Runs in the page. */
async function readMediaStats(): Promise<MediaStats> {
  const made = window.recordedPeerConnections;
  if (made === undefined) throw new Error('recordPeerConnections was not called before this page was opened');
  const reports = await Promise.all(made.filter(({ signalingState }) => signalingState !== 'closed').map((connection) => connection.getStats()));
  let framesDecoded = 0;
  let audioEnergy = 0;
  let audioPackets = 0;
  for (const report of reports) {
    report.forEach((entry: RTCStats) => {
      if (entry.type !== 'inbound-rtp') return;
      // Members come one by one: a browser leaves out what it has nothing to say about.
      const inbound = entry as RTCInboundRtpStreamStats;
      if (inbound.kind === 'video') framesDecoded += inbound.framesDecoded ?? 0;
      if (inbound.kind === 'audio') audioEnergy += inbound.totalAudioEnergy ?? 0;
      if (inbound.kind === 'audio') audioPackets += inbound.packetsReceived ?? 0;
    });
  }
  return { framesDecoded, audioEnergy, audioPackets };
}
