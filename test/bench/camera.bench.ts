/** From the click on the camera to the first picture on the other's screen. */
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import type { Browser, Page } from '@playwright/test';
import { PeerServer } from 'peer';
import type { Peer as PeerClass } from 'peerjs';
import { call, meet, type Visit } from '../support/meeting';
import { mediaStats, recordPeerConnections } from '../support/peer-connections';
import { expect, test } from '../support/story';
import { openControlPage } from './control-page';
import { capturedAtMs, clickedAtMs, markedAtMs, recordCapture, recordClicks } from './marks';
import { describeMs, median, report } from './measure';

declare global {
  interface Window {
    /** What peerjs.min.js leaves behind. */
    readonly Peer: typeof PeerClass;
    controlPeer?: PeerClass;
    /** Milliseconds since 1970. */
    firstFrameAtMs?: Promise<number>;
  }
}

const runs = 10;
const ratioGoal = 0.6;
const stockPeerjs = join(process.cwd(), 'node_modules/peerjs/dist/peerjs.min.js');

/** Until the first picture is on the other's screen. */
interface FirstPicture {
  readonly sinceClickMs: number;
  readonly sinceCaptureMs: number;
}

test('the first picture, beside a call of stock PeerJS', async ({ visit, browser, server }) => {
  const stockServer = await startStockServer();
  const ours: FirstPicture[] = [];
  const stock: FirstPicture[] = [];
  try {
    for (let run = 0; run < runs; run += 1) {
      ours.push(await turnCameraOn(visit));
      stock.push(await callByPeerjs(browser, server.origin, (stockServer.address() as AddressInfo).port));
    }
  } finally {
    stockServer.close();
  }
  const compare = (measure: string, pick: (picture: FirstPicture) => number) => {
    const [value, control] = [ours.map(pick), stock.map(pick)];
    const ratio = median(value) / median(control);
    report({ measure, value: describeMs(value), control: describeMs(control), ratio, goal: `≤ ${ratioGoal}`, met: ratio <= ratioGoal });
  };
  compare(`camera on to first remote frame, in a call; control: getUserMedia and peer.call of stock PeerJS, sockets open before (median of ${runs})`, ({ sinceClickMs }) => sinceClickMs);
  compare('of this, from the open camera on; control: peer.call', ({ sinceCaptureMs }) => sinceCaptureMs);
});

/** Two people new to each other, in a call with sound; the first camera of that call. */
async function turnCameraOn(visit: Visit): Promise<FirstPicture> {
  const { alice, bob } = await meet(visit, { alice: { prepare: (context) => Promise.all([recordClicks(context), recordCapture(context)]) }, bob: { prepare: recordPeerConnections } });
  await call(alice, bob);
  await expect.poll(async () => (await mediaStats(bob)).audioPackets).toBeGreaterThan(0);
  await alice.getByRole('button', { name: 'Turn camera on' }).click();
  const seenMs = await markedAtMs(bob, 'mindmeet:first-remote-frame');
  const picture = { sinceClickMs: seenMs - (await clickedAtMs(alice)), sinceCaptureMs: seenMs - (await capturedAtMs(alice)) };
  await Promise.all([alice.context().close(), bob.context().close()]);
  return picture;
}

/** Two new pages that are at the server already; the one that is called only looks. */
async function callByPeerjs(browser: Browser, origin: string, port: number): Promise<FirstPicture> {
  const [caller, callee] = [await openStockPage(browser, origin, port), await openStockPage(browser, origin, port)];
  const calleeId = await callee.evaluate(awaitCall);
  const { startedMs, capturedMs } = await caller.evaluate(startCall, calleeId);
  const seenMs = await callee.evaluate(() => window.firstFrameAtMs ?? Number.NaN);
  await Promise.all([caller.context().close(), callee.context().close()]);
  return { sinceClickMs: seenMs - startedMs, sinceCaptureMs: seenMs - capturedMs };
}

async function openStockPage(browser: Browser, origin: string, port: number): Promise<Page> {
  const page = await openControlPage(browser, origin);
  await page.addScriptTag({ path: stockPeerjs });
  await page.evaluate(async (serverPort) => {
    // No STUN server: two pages of one machine don't need one, and asking for it would only cost time.
    const peer = new window.Peer({ host: 'localhost', port: serverPort, path: '/', config: { iceServers: [] } });
    window.controlPeer = peer;
    await new Promise((resolve) => peer.on('open', resolve));
  }, port);
  return page;
}

/** Runs in the page; returns its id. */
function awaitCall(): string {
  const peer = window.controlPeer;
  if (!peer) throw new Error('no Peer');
  window.firstFrameAtMs = new Promise((resolve) => {
    peer.on('call', (incoming) => {
      incoming.on('stream', (stream) => {
        const video = document.querySelector('video') ?? document.body.appendChild(document.createElement('video'));
        if (video.srcObject === stream) return;
        video.muted = true;
        video.autoplay = true;
        video.requestVideoFrameCallback(() => resolve(performance.timeOrigin + performance.now()));
        video.srcObject = stream;
      });
      incoming.answer();
    });
  });
  return peer.id;
}

/** Runs in the page; returns when it began, and when the camera was open. Asks for the same camera as src/media/capture.ts. */
async function startCall(calleeId: string): Promise<{ readonly startedMs: number; readonly capturedMs: number }> {
  const startedMs = performance.timeOrigin + performance.now();
  const stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } } });
  const capturedMs = performance.timeOrigin + performance.now();
  window.controlPeer?.call(calleeId, stream);
  return { startedMs, capturedMs };
}

/** PeerJS's own server, since ours takes nothing but envelopes. */
function startStockServer(): Promise<Server> {
  return new Promise((resolve) => {
    PeerServer({ host: '127.0.0.1', port: 0, path: '/' }, (listening) => resolve(listening));
  });
}
