/** What "Room settings" says. */
import { msg, str } from './localize';
import type { HistoryRule, Policy } from '../../core/membership';

export const title = () => msg('Room title');
export const titleAdvice = (maximum: number) => msg(str`Everybody in the room sees it; ${maximum} characters at most. Without one, it is called by the people in it.`);

export const whoLetsIn = () => msg('Who lets people in');
export const standIn = () => msg('While no host is here, anybody in the room may');

export function policyName(policy: Policy): string {
  switch (policy) {
    case 'hosts':
      return msg('Hosts');
    case 'members':
      return msg('Anybody in the room');
    case 'open':
      return msg('Anybody with the link');
  }
}

export const openWarning = () => msg('Nobody is asked: whoever has the link comes in.');

export const password = () => msg('Password for this room');
export const passwordAdvice = () => msg('Whoever is new has to know it, besides the link. Those who are in stay in.');
export const hasPassword = () => msg('This room has a password.');
export const noPassword = () => msg('This room has no password.');
export const set = () => msg('Set');
export const takeAway = () => msg('Take away');
export const passwordEmpty = () => msg('Type a password first');
export const working = () => msg('One moment…');

export const lock = () => msg('Lock the room');
export const lockAdvice = () => msg('Nobody new comes in, and nobody rings.');
export const isLocked = () => msg('The room is locked: nobody new comes in.');

export const newcomersSee = () => msg('What newcomers see of the past');

export function historyName(rule: HistoryRule): string {
  return rule === 'everything' ? msg('Everything') : msg('From now on');
}

export const disappearing = () => msg('Disappearing messages');
export const never = () => msg('Off', { desc: 'Messages don’t disappear' });
export const disappearingAdvice = () =>
  msg("What is written from now on is deleted on everybody's device after this time. Nobody can be kept from copying it before, and what was written earlier stays.");

export const hosts = () => msg('Hosts of this room');
export const noHost = () => msg('None of them is here.');
export const membersStandIn = () => msg('Until one comes, anybody in the room may let people in.');
export const hostsAdvice = () => msg("Press somebody's name above the messages to make them a host.");

export const oneOff = () => msg('Forget this room on every device when I leave for good');
export const isOneOff = () => msg('When its owner leaves for good, every device forgets this room.');

export const link = () => msg('The link');
export const changeLink = () => msg('Change the link');
export const changeLinkAdvice = () => msg('The old link stops working. Everybody in the room gets the new one.');

export const leaving = () => msg('Leaving');
export const closeRoom = () => msg('Close room');
export const closeWarning = () => msg('It ends for everybody, and its link stops working. Each keeps what was said.');
export const leaveForGood = () => msg('Leave for good');
export const forgetHere = () => msg('Forget this room on this device');
export const ownerLeaves = () => msg('You are its owner: without you nobody can name hosts any more.');
export const oneOffWarning = () => msg("It is forgotten on everybody's device.");

export const namedRoom = () => msg('Whoever knows the name and the password of this room is in. It has no owner, so there is nothing else to set.');
export const notChanged = (what: string) => msg(str`“${what}” could not be changed. Please try again.`);
