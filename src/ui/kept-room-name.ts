/** What a kept room is called on the home page. */
import type { KeptRoom } from '../session/faces';
import { namelessRoom } from './i18n/rooms-texts';
import { namesText } from './names-text';

export function keptRoomName({ title, peopleNames }: Pick<KeptRoom, 'title' | 'peopleNames'>): string {
  return title || namesText(peopleNames) || namelessRoom();
}
