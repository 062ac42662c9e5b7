/** Whether others would take a picture for one: they judge by the same rule. Loaded when somebody chooses one. */
import { limits } from '../config';
import { isPicture } from '../core/picture';
import type { Picture } from './faces';

export function isOwnPicture(picture: Picture): boolean {
  return isPicture(picture, limits.pictureBytes);
}
