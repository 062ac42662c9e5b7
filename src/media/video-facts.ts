/** How long a video or a sound is, and a picture out of the video, by an element that nobody sees or hears. What this browser can't play has neither. */
import { limits } from '../config';

export interface VideoFacts {
  readonly durationMs: number;
  /** Undefined for a sound, also if its container is that of a video. */
  readonly picture?: VideoPicture;
}

export interface VideoPicture {
  readonly width: number;
  readonly height: number;
  /** Small already; the caller's to close. Missing when none came in time. */
  readonly frame?: ImageBitmap;
}

/** Some formats need no more than a look at their beginning, others none of that: a phone's video is described at its end. */
const patienceMs = 5_000;
/** The first moments of a video are often black. */
const posterShare = 0.1;

/** Resolves after `patienceMs` at the latest, with what is known by then; undefined when that is nothing. Rejects with the signal's reason. */
export async function videoFacts(file: Blob, signal: AbortSignal): Promise<VideoFacts | undefined> {
  const address = URL.createObjectURL(file);
  const video = Object.assign(document.createElement('video'), { muted: true, preload: 'auto', playsInline: true });
  const enough = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  try {
    video.src = address;
    const facts = (await happens(video, 'loadedmetadata', enough)) ? await look(video, enough) : undefined;
    signal.throwIfAborted();
    return facts;
  } finally {
    video.removeAttribute('src');
    // Lets go of the file and of the decoder, of which phones have few (HTML, section 4.8.11.18).
    video.load();
    URL.revokeObjectURL(address);
  }
}

async function look(video: HTMLVideoElement, enough: AbortSignal): Promise<VideoFacts | undefined> {
  const durationMs = await duration(video, enough);
  if (durationMs === undefined) return undefined;
  const { videoWidth: width, videoHeight: height } = video;
  if (width === 0 || height === 0) return { durationMs };
  const frame = await posterOf(video, enough);
  return { durationMs, picture: { width, height, ...(frame && { frame }) } };
}

/** What was recorded in a browser doesn't say how long it is (MediaStream Recording, section 2.3): that is known once its end was looked for. */
async function duration(video: HTMLVideoElement, enough: AbortSignal): Promise<number | undefined> {
  if (video.duration === Number.POSITIVE_INFINITY) {
    const found = happens(video, 'durationchange', enough);
    video.currentTime = Number.MAX_SAFE_INTEGER;
    if (!(await found)) return undefined;
  }
  return Number.isFinite(video.duration) ? Math.round(video.duration * 1000) : undefined;
}

async function posterOf(video: HTMLVideoElement, enough: AbortSignal): Promise<ImageBitmap | undefined> {
  const there = happens(video, 'seeked', enough);
  video.currentTime = video.duration * posterShare;
  if (!(await there)) return undefined;
  const scale = Math.min(1, limits.thumbnailPixels / Math.max(video.videoWidth, video.videoHeight));
  const [resizeWidth, resizeHeight] = [video.videoWidth, video.videoHeight].map((side) => Math.max(1, Math.round(side * scale)));
  return await createImageBitmap(video, { resizeWidth: resizeWidth ?? 1, resizeHeight: resizeHeight ?? 1, resizeQuality: 'medium' }).catch(() => undefined);
}

/** Whether it does before `enough` aborts, or the video turns out to be none. */
function happens(video: HTMLVideoElement, name: string, enough: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (enough.aborted) resolve(false);
    video.addEventListener(name, () => resolve(true), { once: true, signal: enough });
    video.addEventListener('error', () => resolve(false), { once: true, signal: enough });
    enough.addEventListener('abort', () => resolve(false), { once: true });
  });
}
