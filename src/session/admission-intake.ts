/** Tokens from outside become events: each is verified by the key in the pass that it names, that pass by the one before, up to the owner's key in the genesis. */
import type { EventId, InviteCode } from '../core/ids';
import type { AdmissionEvent, Genesis } from '../core/membership';
import { evaluateMembership } from '../core/membership-rules';
import { checkLink, idOf, peekIssuer, readEvent, readGenesis, type TokenClaim } from '../protocol/admission-token';

/** An event and the token that proves it. */
export interface ProvenEvent {
  readonly event: AdmissionEvent;
  readonly token: string;
}

export interface ProvenGenesis {
  readonly genesis: Genesis;
  readonly token: string;
}

interface Claimed {
  readonly token: string;
  readonly claim: TokenClaim;
}

/** The genesis among the tokens that the link is made of, by itself or by a change that stands in its room. */
export async function findGenesis(tokens: readonly string[], code: InviteCode): Promise<ProvenGenesis | undefined> {
  for (const token of tokens) {
    const genesis = peekIssuer(token)?.kind === 'genesis' ? await readGenesis(token) : undefined;
    if (!genesis) continue;
    if (await checkLink(code, genesis)) return { genesis, token };
    const { proven } = await verifyTokens(genesis, new Map(), tokens);
    const { standing } = evaluateMembership(genesis, proven.map(({ event }) => event));
    for (const event of standing.values()) if (event.kind === 'link' && (await checkLink(code, genesis, event))) return { genesis, token };
  }
  return undefined;
}

/** Verifies what is not known yet, from the owner outwards; `waiting` are those whose issuer's pass is unknown. */
export async function verifyTokens(
  genesis: Genesis,
  knownById: ReadonlyMap<EventId, ProvenEvent>,
  tokens: readonly string[],
): Promise<{ readonly proven: readonly ProvenEvent[]; readonly waiting: readonly string[] }> {
  const provenById = new Map<EventId, ProvenEvent>();
  let open = await newClaims(genesis, knownById, tokens);
  for (;;) {
    const isReady = ({ claim: { by } }: Claimed): boolean => by === undefined || knownById.has(by) || provenById.has(by);
    const ready = open.filter(isReady);
    if (ready.length === 0) return { proven: [...provenById.values()], waiting: open.map(({ token }) => token) };
    open = open.filter((claimed) => !isReady(claimed));
    const read = ready.map(async ({ token, claim }) => {
      const key = issuerKey(genesis, claim, claim.by === undefined ? undefined : (knownById.get(claim.by) ?? provenById.get(claim.by))?.event);
      const event = key && (await readEvent(token, genesis.id, key));
      return event && { event, token };
    });
    for (const each of await Promise.all(read)) if (each) provenById.set(each.event.id, each);
  }
}

/** Without those that are known by the part that is signed, and those of other rooms. */
async function newClaims({ id }: Genesis, knownById: ReadonlyMap<EventId, ProvenEvent>, tokens: readonly string[]): Promise<readonly Claimed[]> {
  const claimed = await Promise.all(
    [...new Set(tokens)].map(async (token) => {
      if (knownById.has(await idOf(token))) return [];
      const claim = peekIssuer(token);
      return claim?.room === id ? [{ token, claim }] : [];
    }),
  );
  return claimed.flat();
}

/** The key by which the pass lets the issuer sign; undefined when it is another's, or no pass. */
function issuerKey({ owner, ownerKey }: Genesis, { issuer, by }: TokenClaim, pass: AdmissionEvent | undefined): Uint8Array<ArrayBuffer> | undefined {
  if (by === undefined) return issuer === owner ? ownerKey : undefined;
  return pass?.kind === 'pass' && pass.subject === issuer ? pass.subjectKey : undefined;
}
