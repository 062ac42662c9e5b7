/** Asking for the microphone and the camera. A refusal is an answer, not an error. */

/** One live track, ours to stop; or why there is none. */
export type CaptureResult = { readonly kind: 'open'; readonly track: MediaStreamTrack } | { readonly kind: 'problem'; readonly problem: CaptureProblem };

/** denied: by the person, the system or the page's policy, or the page is not secure. missing: no such device. busy: another program has it, or it broke. */
export interface CaptureProblem {
  readonly device: CaptureDevice;
  readonly reason: 'denied' | 'missing' | 'busy';
}

type CaptureDevice = 'microphone' | 'camera';

/**
 * Waits for the person to answer the browser's question, however long that takes. An abort can't take the question back; a track that comes after it is
 * stopped at once, so that no light stays on, and the promise rejects with the signal's reason.
 */
export function openMicrophone(signal?: AbortSignal): Promise<CaptureResult> {
  return open('microphone', { audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true } }, signal);
}

/** As `openMicrophone`. 1280 × 720 at 30 pictures a second where the camera can; `ideal`, so that a lesser one is taken too. */
export function openCamera(signal?: AbortSignal): Promise<CaptureResult> {
  return open('camera', { video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } } }, signal);
}

async function open(device: CaptureDevice, constraints: MediaStreamConstraints, signal: AbortSignal | undefined): Promise<CaptureResult> {
  // Missing on a page that is not secure (Media Capture and Streams, section 10.1), whatever TypeScript says.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) return { kind: 'problem', problem: { device, reason: 'denied' } };
  let stream: MediaStream;
  try {
    stream = await devices.getUserMedia(constraints);
  } catch (cause) {
    signal?.throwIfAborted();
    const reason = reasonOf(cause);
    if (reason === undefined) throw cause;
    return { kind: 'problem', problem: { device, reason } };
  }
  const track = stream.getTracks()[0];
  if (signal?.aborted) track?.stop();
  signal?.throwIfAborted();
  return track ? { kind: 'open', track } : { kind: 'problem', problem: { device, reason: 'missing' } };
}

/** By the names that getUserMedia rejects with (Media Capture and Streams, section 10.2.1); undefined for our own mistakes. */
function reasonOf(cause: unknown): CaptureProblem['reason'] | undefined {
  switch (cause instanceof Error || cause instanceof DOMException ? cause.name : undefined) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    default:
      return undefined;
  }
}
