/** What is said of files that go from one person to another, beside the conversation. */
import { limits } from '../../config';
import type { AttachOutcome, FileOffer } from '../../session/files/files-face';
import { bytesText, countText, percentText } from '../amounts';
import { msg, str } from './localize';
import { refusalText } from './tray-texts';

export const offers = () => msg('Files from person to person');
export const sendFileTo = (name: string) => msg(str`Send a file to ${name}`);
export const notHere = (name: string) => msg(str`${name} is not here at the moment.`);

export const receive = (name: string) => msg(str`Receive ${name}`);
export const decline = (name: string) => msg(str`Decline ${name}`);
export const putAway = (name: string) => msg(str`Put away ${name}`);
/** On the buttons, whose names say which file. The others are in file-texts.ts. */
export const receiveShort = () => msg('Receive');
export const declineShort = () => msg('Decline');
export const putAwayShort = () => msg('Put away');

/** What stands on the card. `share`: 0 to 1, of what has come or gone. */
export function offerText(offer: FileOffer, share: number): string {
  return offer.direction === 'to' ? outgoingText(offer, percentText(share)) : incomingText(offer, percentText(share));
}

function outgoingText({ personName: person, name, state }: FileOffer, percent: string): string {
  switch (state) {
    case 'preparing':
      return msg(str`Preparing ${name} for ${person}`);
    case 'asking':
      return msg(str`Waiting for ${person} to take ${name}`);
    case 'accepted':
      return msg(str`Sending ${name} to ${person}: ${percent}`);
    case 'done':
      return msg(str`${person} has ${name}`);
    case 'declined':
      return msg(str`${person} doesn't want ${name}`);
    case 'withdrawn':
      return msg(str`You took ${name} back`);
    case 'failed':
      return msg(str`${name} couldn't be sent: it can't be read any more, or ${person} has gone`);
  }
}

function incomingText({ personName: person, name, sizeBytes, state }: FileOffer, percent: string): string {
  switch (state) {
    case 'preparing':
    case 'asking':
      return msg(str`${person} wants to send you ${name} (${bytesText(sizeBytes)})`);
    case 'accepted':
      return msg(str`${name} from ${person}: ${percent}`);
    case 'done':
      return msg(str`${name} from ${person} is here`);
    case 'declined':
      return msg(str`You declined ${name} from ${person}`);
    case 'withdrawn':
      return msg(str`${person} took ${name} back`);
    case 'failed':
      return msg(str`${name} didn't arrive: it can't be read any more, or ${person} has gone`);
  }
}

/** As for those in a message, but that another number is the limit. */
export function offerRefusal({ refused }: AttachOutcome, folders: readonly string[] = []): string {
  const leftOut = refused.filter(({ reason }) => reason === 'too-many').length;
  const others = refusalText({ refused: refused.filter(({ reason }) => reason !== 'too-many') }, folders);
  return [others, leftOut === 0 ? '' : tooManyText(countText(limits.offersAPerson), leftOut)].filter((sentence) => sentence !== '').join(' ');
}

function tooManyText(most: string, leftOut: number): string {
  return leftOut === 1 ? msg(str`At most ${most} files at once to one person: 1 was left out.`) : msg(str`At most ${most} files at once to one person: ${countText(leftOut)} were left out.`);
}
