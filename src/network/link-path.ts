/** Whether a link goes straight from device to device, or through a relay, as the browser's own statistics tell (W3C webrtc-stats). */

export type LinkPath = 'unknown' | 'direct' | 'relayed';

export async function measurePath(connection: RTCPeerConnection): Promise<LinkPath> {
  const stats = await connection.getStats().catch(() => undefined); // Refused by a connection that was closed meanwhile.
  if (!stats) return 'unknown';
  const entries = new Map<string, Record<string, unknown>>();
  stats.forEach((entry: { readonly id: string }) => entries.set(entry.id, { ...entry }));
  const pair = selectedPair([...entries.values()], entries);
  if (!pair) return 'unknown';
  const types = [pair['localCandidateId'], pair['remoteCandidateId']].map((id) => entries.get(String(id))?.['candidateType']);
  return types.includes('relay') ? 'relayed' : 'direct';
}

function selectedPair(all: readonly Record<string, unknown>[], byId: ReadonlyMap<string, Record<string, unknown>>): Record<string, unknown> | undefined {
  const transport = all.find((entry) => entry['type'] === 'transport' && entry['selectedCandidatePairId'] !== undefined);
  if (transport) return byId.get(String(transport['selectedCandidatePairId']));
  // Firefox has no transport statistics of this kind; it marks the pair itself.
  return all.find((entry) => entry['type'] === 'candidate-pair' && (entry['selected'] === true || (entry['nominated'] === true && entry['state'] === 'succeeded')));
}
