/** What the toasts say. */
import { msg, str } from './localize';
import type { NoticeContent } from '../../session/faces';
import { deviceProblem } from './call-texts';

export const notifications = () => msg('Notifications');
export const dismiss = () => msg('Dismiss');

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
      return msg('You were removed from the room');
    case 'device-problem':
      return deviceProblem(content.problem);
    case 'not-kept':
      return content.reason === 'full'
        ? msg("This device has no space left. Messages are shown, but won't be kept after this visit.")
        : msg("This browser doesn't allow storage. Messages are shown, but won't be kept after this visit.");
    case 'person-gone':
      return msg(str`${content.name} is gone`);
    case 'room-full':
      return msg(str`This room is full (${content.maximum})`);
    case 'connection-failed':
      return msg("Couldn't connect: one of the networks blocks it. Try another one, such as mobile data.");
    case 'version-mismatch':
      return msg('The others use another version of Mindmeet. Refresh the page on both sides.');
  }
}
