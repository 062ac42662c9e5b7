/** What stands beside the field to choose files, to record a voice, and over the room while files are dragged. */
import { msg, str } from './localize';

export const attachFiles = () => msg('Attach files');
export const photosAndFiles = () => msg('Photos and files');
export const takePhoto = () => msg('Take a photo');
export const recordVoice = () => msg('Record voice message');
/** On a person in the list, while a file is dragged over them. */
export const sendTo = (name: string) => msg(str`Send to ${name}`);
