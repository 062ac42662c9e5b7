/** What is said of files in messages: where they stand, and what can be done with them. `name`: the file's. */
import { msg, str } from './localize';

export const picture = (name: string) => msg(str`Picture ${name}`);
export const video = (name: string) => msg(str`Video ${name}`);
export const openPicture = (name: string) => msg(str`Open picture ${name}`);
export const play = (name: string) => msg(str`Play ${name}`);
export const pausePlaying = (name: string) => msg(str`Pause ${name}`);
export const further = (count: string) => msg(str`+${count}`, { desc: 'So many further ones that are not shown' });

export const download = (name: string) => msg(str`Download ${name}`);
export const pause = (name: string) => msg(str`Pause ${name}`);
export const goOn = (name: string) => msg(str`Continue ${name}`);
export const cancel = (name: string) => msg(str`Cancel ${name}`);
export const save = (name: string) => msg(str`Save ${name}`);

export const saveShort = () => msg('Save');

/** Behind a size: "3 MB of 12 MB". */
export const soFar = (received: string, size: string) => msg(str`${received} of ${size}`);
export const aSecond = (size: string) => msg(str`${size}/s`, { desc: 'How fast a file comes; SIZE is like 2.4 MB' });
export const secondsLeft = (count: number) => msg(str`${count} s left`);
export const minutesLeft = (count: number) => msg(str`${count} min left`);
export const hoursLeft = (count: number) => msg(str`${count} h left`);
export const sendingTo = (count: string, rate: string) => msg(str`Sending to ${count} · ${rate}`);

export const paused = () => msg('Paused');
export const noSource = () => msg('Nobody who has it is here');
export const diskFull = () => msg('No space left on this device');
export const roomFull = () => msg('No space left for files of this room');
export const changed = () => msg("The file was changed on this device, and can't be sent any more");
export const vanished = () => msg('The file is no longer on this device');
export const broken = () => msg("This file came with a description that can't be read");
export const notShown = () => msg('It is not what it says, and can only be saved');
export const tooManyPixels = () => msg('This picture is too large to be shown');
export const notPlayable = () => msg("This browser can't play it");
export const isHere = (name: string) => msg(str`${name} is here`, { desc: 'For screen readers: a file that was fetched' });
export const notSaved = (name: string) => msg(str`${name} could not be saved`);

export const voiceMessage = () => msg('voice message');
export const position = () => msg('Position');
export const placeOf = (position: string, length: string) => msg(str`${position} of ${length}`);
export const speed = (factor: string) => msg(str`Speed ${factor}×`);

export const unknownType = () => msg('File');
