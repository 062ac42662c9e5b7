/**
 * Files given from device to device: nothing of them stands in the conversation.
 *
 *     giver      offer → (accepted) the receiver fetches it from here → done · declined · stopped
 *     receiver   asking → accept: fetched from that device alone → done, until it is put away
 *
 * An offer that isn't answered yet is made again when its receiver comes back. What was accepted is remembered over reloads until it is put away. Whoever offers too
 * much at once is not heard.
 */
import { limits } from '../../config';
import { AppError } from '../../core/app-error';
import type { FileManifest } from '../../core/file';
import type { DeviceId } from '../../core/ids';
import { watch, type Observable, type State } from '../../core/observable';
import { TokenBucket } from '../../core/token-bucket';
import type { Frame } from '../../protocol/frames';
import type { LogFace } from '../log-face';
import type { Notices } from '../notices';
import type { Member, Present } from '../roster';
import type { FileReasons } from './file-reasons';
import type { FileOffer, OfferId } from './files-face';
import { notedOffers, noteOfOffers } from './noted-offers';
import { adoptFile, type OwnFilesParts } from './own-files';
import type { TransfersFace } from './transfers';

export interface OffersOptions {
  readonly offers: State<readonly FileOffer[]>;
  /** What was chosen for the own ones. */
  readonly sources: Map<OfferId, File>;
  readonly members: Observable<readonly Member[]>;
  readonly present: Observable<readonly Present[]>;
  readonly own: OwnFilesParts;
  readonly transfers: TransfersFace;
  readonly reasons: FileReasons;
  readonly notices: Pick<Notices, 'show' | 'clear'>;
  readonly log: Pick<LogFace, 'notes' | 'keepNotes'>;
  now(): number;
}

type OfferFrame = Extract<Frame, { kind: 'offer' | 'offer-answer' }>;
type Answer = Extract<Frame, { kind: 'offer-answer' }>['answer'];

/** What a file that was offered is kept for. */
export const offerPrefix = 'offer:';
/** Offers that a person may take back and make anew, a second: each is announced. */
const offersASecond = 0.2;
/** Remembered, so that they are not asked again. */
const declinedRemembered = 200;

const open: ReadonlySet<FileOffer['state']> = new Set(['preparing', 'asking', 'accepted']);

function isOpen({ state }: FileOffer): boolean {
  return open.has(state);
}

export class Offers {
  readonly #options: OffersOptions;
  readonly #signal: AbortSignal;
  /** What runs for each: preparing, or following how far it is. */
  readonly #runs = new Map<OfferId, AbortController>();
  readonly #buckets = new Map<DeviceId, TokenBucket>();
  readonly #declined = new Set<OfferId>();
  /** Of offers that are not accepted yet: until they are, nobody may ask about a file that only their giver knows by its id. */
  readonly #files = new Map<OfferId, FileManifest>();
  #presentBefore: ReadonlySet<DeviceId> = new Set();
  /** What was written down last. */
  #noted = '{}';

  constructor(options: OffersOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
    this.#goOn();
    watch(options.present, signal, () => this.#followPresent());
    watch(options.offers, signal, () => {
      this.#prepareNew();
      this.#note();
      if (!options.offers.value.some(({ direction, state }) => direction === 'from' && state === 'asking')) options.notices.clear('offered');
    });
  }

  /** Whether a file is kept for one of them, by what it says (`StoredFile.reasons`). */
  keeps(reason: string): boolean {
    return this.#options.offers.value.some(({ id }) => reason === reasonOf(id));
  }

  /** Whether a file is kept for one that is made to that device. */
  isTo(device: DeviceId, reason: string): boolean {
    return this.#of(device).some(({ id, direction }) => direction === 'to' && reason === reasonOf(id));
  }

  /** A member is here, perhaps again. */
  greet({ device, link }: Member): void {
    for (const offer of this.#of(device)) {
      if (offer.direction === 'to' && offer.state === 'asking' && offer.file) link.send({ kind: 'offer', offer: offer.id, file: offer.file });
      if (offer.direction === 'from' && (offer.state === 'accepted' || offer.state === 'done')) this.#answer(offer, offer.state);
    }
  }

  hear(member: Member, frame: Frame): void {
    if (frame.kind === 'offer') this.#hearOffer(member, frame);
    else if (frame.kind === 'offer-answer') this.#hearAnswer(member, frame);
  }

  accept(id: OfferId): void {
    const offer = this.#find(id);
    const file = this.#files.get(id);
    if (!offer || !file || offer.state !== 'asking') return;
    // Before the screens know of the file, and look where it stands: from its giver alone.
    this.#options.transfers.fetch(file, offer.person);
    this.#change(id, { state: 'accepted', file });
    this.#answer(offer, 'accepted');
    this.#receive(offer, file);
  }

  decline(id: OfferId): void {
    const offer = this.#find(id);
    if (!offer || offer.direction !== 'from' || offer.state !== 'asking') return;
    this.#answer(offer, 'declined');
    this.#refuse(id);
    this.#forget(offer);
  }

  dismiss(id: OfferId): void {
    const offer = this.#find(id);
    if (!offer) return;
    if (isOpen(offer)) this.#answer(offer, offer.direction === 'to' ? 'withdrawn' : offer.state === 'accepted' ? 'stopped' : 'declined');
    if (offer.direction === 'from') this.#refuse(id);
    this.#forget(offer);
  }

  #prepareNew(): void {
    const { offers, sources } = this.#options;
    for (const offer of offers.value) {
      const file = sources.get(offer.id);
      if (offer.state === 'preparing' && file && !this.#runs.has(offer.id)) void this.#prepare(offer, file);
    }
  }

  /** As it is: what is given to one person is not changed on the way. */
  async #prepare({ id, person }: FileOffer, file: File): Promise<void> {
    const { signal } = this.#run(id);
    try {
      const { manifest } = await adoptFile(this.#options.own, { file, original: true, look: undefined, reason: reasonOf(id), signal, progress: () => undefined });
      if (signal.aborted) return void this.#options.reasons.drop(reasonOf(id));
      this.#change(id, { state: 'asking', file: manifest, name: manifest.name, sizeBytes: manifest.sizeBytes });
      this.#linkOf(person)?.send({ kind: 'offer', offer: id, file: manifest });
      const offer = this.#find(id);
      if (offer && !this.#presentBefore.has(person)) this.#end(offer, 'failed');
    } catch (failure) {
      if (signal.aborted) return;
      this.#change(id, { state: 'failed' });
      if (!(failure instanceof AppError)) throw failure;
    } finally {
      this.#options.sources.delete(id);
    }
  }

  #hearOffer({ device, name }: Member, { offer: id, file }: Extract<OfferFrame, { kind: 'offer' }>): void {
    const known = this.#find(id);
    // Made again, since the answer was lost with a link.
    if (known?.direction === 'from' && known.person === device && known.state !== 'asking') {
      return this.#answer(known, known.state === 'accepted' || known.state === 'done' ? known.state : 'declined');
    }
    if (this.#declined.has(id)) return void this.#linkOf(device)?.send({ kind: 'offer-answer', offer: id, answer: 'declined' });
    if (known || !this.#hasPlace(device)) return;
    const offer: FileOffer = { id, direction: 'from', person: device, personName: name, name: file.name, sizeBytes: file.sizeBytes, file: undefined, state: 'asking', sentBytes: 0 };
    this.#files.set(id, file);
    this.#options.offers.update((offers) => [...offers, offer]);
    this.#options.notices.show({ kind: 'offered', name, fileName: file.name });
  }

  #hearAnswer({ device }: Member, { offer: id, answer }: Extract<OfferFrame, { kind: 'offer-answer' }>): void {
    const offer = this.#find(id);
    if (!offer || offer.person !== device || !isOpen(offer)) return;
    if (offer.direction === 'from') {
      if (answer === 'withdrawn') this.#end(offer, 'withdrawn');
    } else if (answer === 'accepted') this.#give(offer);
    else if (answer === 'done') this.#end({ ...offer, sentBytes: offer.sizeBytes }, 'done');
    else if (answer !== 'withdrawn') this.#end(offer, 'declined');
  }

  #give({ id, person, file, state }: FileOffer): void {
    if (!file || state !== 'asking') return;
    this.#change(id, { state: 'accepted' });
    watch(this.#options.transfers.sentTo(person, file.id), this.#run(id).signal, (sentBytes) => this.#change(id, { sentBytes }));
  }

  #receive({ id }: FileOffer, file: FileManifest): void {
    const { transfers, reasons } = this.#options;
    const { signal } = this.#run(id);
    void reasons.add(file.id, reasonOf(id));
    watch(transfers.state(file), signal, ({ kind }) => {
      const offer = this.#find(id);
      if (kind !== 'here' || !offer || offer.state !== 'accepted') return;
      this.#runs.get(id)?.abort();
      this.#change(id, { state: 'done' });
      this.#answer(offer, 'done');
    });
  }

  /** Those with whom they were have gone. */
  #followPresent(): void {
    const before = this.#presentBefore;
    const present = new Set(this.#options.present.value.map(({ device }) => device));
    this.#presentBefore = present;
    for (const offer of this.#options.offers.value) if (isOpen(offer) && before.has(offer.person) && !present.has(offer.person)) this.#end(offer, 'failed');
  }

  /** With what an earlier page had accepted. Its giver may come later. */
  #goOn(): void {
    const { offers, transfers, log } = this.#options;
    const known = new Set(offers.value.map(({ id }) => id));
    const noted = notedOffers(log.notes).filter(({ id }) => !known.has(id));
    for (const { state, file, person } of noted) if (state === 'accepted') transfers.fetch(file, person);
    offers.update((before) => [...noted, ...before]);
    for (const offer of noted) if (offer.state === 'accepted') this.#receive(offer, offer.file);
  }

  #note(): void {
    const note = noteOfOffers(this.#options.offers.value);
    const text = JSON.stringify(note);
    if (text === this.#noted) return;
    this.#noted = text;
    this.#options.log.keepNotes(note);
  }

  /** Whoever takes back what was offered, without end, doesn't fill the screen. */
  #hasPlace(device: DeviceId): boolean {
    const now = this.#options.now();
    const bucket = this.#buckets.get(device) ?? new TokenBucket(limits.offersAPerson, offersASecond, now);
    this.#buckets.set(device, bucket);
    const theirs = this.#of(device).filter(({ direction }) => direction === 'from');
    const over = theirs.find((offer) => !isOpen(offer) && offer.state !== 'done');
    if (theirs.length >= limits.offersAPerson && !over) return false;
    if (!bucket.take(now)) return false;
    if (theirs.length >= limits.offersAPerson && over) this.#forget(over);
    return true;
  }

  /** It stays on the screen until it is put away; the file goes, unless all of it was received. */
  #end(offer: FileOffer, state: 'done' | 'declined' | 'withdrawn' | 'failed'): void {
    this.#stop(offer.id);
    this.#change(offer.id, { state, sentBytes: offer.sentBytes });
    void this.#options.reasons.drop(reasonOf(offer.id));
  }

  #forget({ id }: FileOffer): void {
    this.#stop(id);
    this.#options.offers.update((offers) => offers.filter((offer) => offer.id !== id));
    void this.#options.reasons.drop(reasonOf(id));
  }

  #refuse(id: OfferId): void {
    this.#declined.add(id);
    const [oldest] = this.#declined;
    if (oldest && this.#declined.size > declinedRemembered) this.#declined.delete(oldest);
  }

  #run(id: OfferId): AbortController {
    this.#stop(id);
    const run = new AbortController();
    this.#runs.set(id, run);
    this.#signal.addEventListener('abort', () => run.abort(), { once: true, signal: run.signal });
    return run;
  }

  #stop(id: OfferId): void {
    this.#runs.get(id)?.abort();
    this.#runs.delete(id);
    this.#files.delete(id);
    this.#options.sources.delete(id);
  }

  #answer({ id, person }: FileOffer, answer: Answer): void {
    this.#linkOf(person)?.send({ kind: 'offer-answer', offer: id, answer });
  }

  #linkOf(person: DeviceId): Member['link'] | undefined {
    return this.#options.members.value.find(({ device }) => device === person)?.link;
  }

  #of(person: DeviceId): readonly FileOffer[] {
    return this.#options.offers.value.filter((offer) => offer.person === person);
  }

  #find(id: OfferId): FileOffer | undefined {
    return this.#options.offers.value.find((offer) => offer.id === id);
  }

  #change(id: OfferId, change: Partial<FileOffer>): void {
    this.#options.offers.update((offers) => offers.map((offer) => (offer.id === id ? { ...offer, ...change } : offer)));
  }
}

function reasonOf(id: OfferId): string {
  return `${offerPrefix}${id}`;
}
