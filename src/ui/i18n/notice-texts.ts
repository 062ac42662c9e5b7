/** What the toasts say. */
import { msg, str } from './localize';
import type { NoticeContent } from '../../session/faces';
import { deviceProblem } from './call-texts';
import { closed, full, removed } from './outside-texts';

export const notifications = () => msg('Notifications');
export const dismiss = () => msg('Dismiss');
export const showIt = () => msg('Show', { desc: 'On a notice: leads to the message that it is about' });

export function noticeText(content: NoticeContent): string {
  switch (content.kind) {
    case 'oops':
      return msg('Oops, something went wrong, please try again later');
    case 'link-copied':
      return msg('Room link copied');
    case 'copy-failed':
      return msg('The browser did not allow copying. The link is selected: copy it by hand.');
    case 'disconnected':
      return msg('You were disconnected from the room');
    case 'removed':
      return removed();
    case 'device-problem':
      return deviceProblem(content.problem);
    case 'not-kept':
      return content.reason === 'full'
        ? msg("This device has no space left. Messages are shown, but won't be kept after this visit.")
        : msg("This browser doesn't allow storage. Messages are shown, but won't be kept after this visit.");
    case 'person-gone':
      return msg(str`${content.name} is gone`);
    case 'room-full':
      return full(content.maximum);
    case 'room-closed':
      return content.forgotten ? msg('The owner has ended this room, and it was forgotten on this device') : closed();
    case 'ring-answered':
      return content.outcome === 'accepted' ? msg(str`${content.name} was accepted by ${content.by}`) : msg(str`${content.by} told ${content.name}: not now`);
    case 'changed-key':
      return msg(str`${content.name} has another key than before. That may be a new device, or somebody else who uses the name. Press the name and compare aloud.`);
    case 'forked':
      return msg(str`${content.name}'s device has signed two different histories. It may have been copied.`);
    case 'mentioned':
      return msg(str`${content.name} mentioned you`);
    case 'offered':
      return msg(str`${content.name} wants to send you ${content.fileName}`);
    case 'handshake-refused':
      return refusal(content.reason);
    case 'link-changed':
      return msg('The room has a new link. The old one stopped working.');
    case 'role-changed':
      return content.role === 'host' ? msg('You are a host now: you may let people in and remove them.') : msg('You are not a host any more.');
    case 'connection-failed':
      return msg("Couldn't connect: one of the networks blocks it. Try another one, such as mobile data.");
    case 'version-mismatch':
      return msg('The others use another version of Mindmeet. Refresh the page on both sides.');
  }
}

function refusal(reason: Extract<NoticeContent, { kind: 'handshake-refused' }>['reason']): string {
  switch (reason) {
    case 'key':
      return msg("A connection was refused: the other side does not have this room's key.");
    case 'identity':
      return msg('A connection was refused: the other side is not who it says it is.');
    case 'fingerprint':
      return msg('A connection was refused: somebody tried to come in between.');
    case 'malformed':
      return msg('A connection was refused: the other side did not keep to the protocol.');
  }
}
