/** What the page's own server tells about its surroundings: which ICE servers to ask, and where a phone finds it. */
import * as v from 'valibot';
import { parseJson } from '../protocol/schema';

const urlSchema = v.pipe(v.string(), v.regex(/^(stun|turns?):[^\s]{1,200}$/u));

const settingsSchema = v.object({
  iceServers: v.pipe(
    v.array(v.object({ urls: v.union([urlSchema, v.pipe(v.array(urlSchema), v.maxLength(8))]), username: v.exactOptional(v.string()), credential: v.exactOptional(v.string()) })),
    v.maxLength(8),
  ),
  phoneOrigin: v.exactOptional(v.pipe(v.string(), v.url())),
  secureOrigin: v.exactOptional(v.pipe(v.string(), v.url())),
});

/** A relay without credentials makes the browser refuse every connection (WebRTC 1.0 §4.4.1.6); without the relay there may still be one. */
function isUsable({ urls, username, credential }: ServerSettings['iceServers'][number]): boolean {
  return ![urls].flat().some((url) => url.startsWith('turn')) || (username !== undefined && credential !== undefined);
}

export type ServerSettings = v.InferOutput<typeof settingsSchema>;

const none: ServerSettings = { iceServers: [] };

/** Never rejects: without an answer the room still works on one network. */
export async function fetchServerSettings(): Promise<ServerSettings> {
  try {
    const response = await fetch('/config.json', { cache: 'no-store', signal: AbortSignal.timeout(3_000) });
    const settings = (response.ok && parseJson(settingsSchema, await response.text())) || none;
    return { ...settings, iceServers: settings.iceServers.filter(isUsable) };
  } catch {
    return none; // Offline, or a server that isn't ours.
  }
}
