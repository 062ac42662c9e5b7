/** What files are called where only a word of theirs is shown or said. All else: file-texts.ts. */
import { msg, str } from './localize';

export const photo = () => msg('photo');
export const photos = (count: string) => msg(str`${count} photos`);
export const video = () => msg('video');
export const videos = (count: string) => msg(str`${count} videos`);
/** `length`: "12 seconds". */
export const voiceMessageOf = (length: string) => msg(str`voice message, ${length}`);
export const soundNamed = (name: string) => msg(str`sound ${name}`);
export const fileNamed = (name: string) => msg(str`file ${name}`);
export const brokenFile = () => msg("a file that can't be read");

/** Above an answer to a message that has files; `words`: its text, or the name of its first file. */
export const quotedPhoto = (words: string) => msg(str`Photo: ${words}`, { desc: 'Quoted: a message with a photo, and its text or the name of the file' });
export const quotedVideo = (words: string) => msg(str`Video: ${words}`, { desc: 'Quoted: a message with a video, and its text or the name of the file' });
export const quotedVoice = () => msg('Voice message');
