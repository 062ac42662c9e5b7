/** Whether a link goes straight from device to device, or through a relay, and how long that is, as the browser's own statistics tell (W3C webrtc-stats). */

export type LinkPath = 'unknown' | 'direct' | 'relayed';

type Entry = Readonly<Record<string, unknown>>;

export async function measurePath(connection: RTCPeerConnection): Promise<LinkPath> {
  const entries = await readEntries(connection);
  const pair = selectedPair(entries);
  if (!pair) return 'unknown';
  const types = [pair['localCandidateId'], pair['remoteCandidateId']].map((id) => entries.get(String(id))?.['candidateType']);
  return types.includes('relay') ? 'relayed' : 'direct';
}

/** In milliseconds, as the latest check of the pair says; undefined while there is none. */
export async function measureRoundTripMs(connection: RTCPeerConnection): Promise<number | undefined> {
  const seconds = selectedPair(await readEntries(connection))?.['currentRoundTripTime'];
  return typeof seconds === 'number' ? seconds * 1_000 : undefined;
}

async function readEntries(connection: RTCPeerConnection): Promise<ReadonlyMap<string, Entry>> {
  const stats = await connection.getStats().catch(() => undefined); // Refused by a connection that was closed meanwhile.
  const entries = new Map<string, Entry>();
  stats?.forEach((entry: { readonly id: string }) => entries.set(entry.id, { ...entry }));
  return entries;
}

function selectedPair(byId: ReadonlyMap<string, Entry>): Entry | undefined {
  const all = [...byId.values()];
  const transport = all.find((entry) => entry['type'] === 'transport' && entry['selectedCandidatePairId'] !== undefined);
  if (transport) return byId.get(String(transport['selectedCandidatePairId']));
  // Firefox has no transport statistics of this kind; it marks the pair itself.
  return all.find((entry) => entry['type'] === 'candidate-pair' && (entry['selected'] === true || (entry['nominated'] === true && entry['state'] === 'succeeded')));
}
