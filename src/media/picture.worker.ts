/** Decodes and writes pictures aside of the page. One request, one reply; then the page ends the worker, and with it gives back the memory that a large picture took. */
import type { Bytes } from '../core/log-event';
import { readPicture, type PictureReply, type PictureRequest } from './reduce-picture';
import { thumbnailOf } from './thumbnail';

/** poster: a picture out of a video, which is given away. */
export interface PosterRequest {
  readonly kind: 'poster';
  readonly frame: ImageBitmap;
}

export interface PosterReply {
  readonly kind: 'poster';
  readonly thumbnail?: Bytes;
}

export type WorkRequest = PictureRequest | PosterRequest;
/** failed: why, in the browser's words: no memory for it, mostly. */
export type WorkReply = PictureReply | PosterReply | { readonly kind: 'failed'; readonly problem: string };

addEventListener('message', (event: MessageEvent<WorkRequest>) => {
  void work(event.data).then((reply) => postMessage(reply));
});

async function work(request: WorkRequest): Promise<WorkReply> {
  try {
    if (request.kind === 'picture') return await readPicture(request);
    const thumbnail = await thumbnailOf(request.frame);
    return { kind: 'poster', ...(thumbnail && { thumbnail }) };
  } catch (cause) {
    return { kind: 'failed', problem: String(cause) };
  }
}
