/** What is said while a voice is recorded. */
import { limits } from '../../config';
import { countText } from '../amounts';
import { msg, str } from './localize';

export const recording = () => msg('Recording');
export const askingForMicrophone = () => msg('Waiting for the microphone…');
export const slideToCancel = () => msg('Slide away to cancel');
export const slideToLock = () => msg('Slide up to keep recording');
export const cancelRecording = () => msg('Cancel recording');
export const sendRecording = () => msg('Send voice message');
export const longest = () => msg(str`${countText(limits.voiceMs / 60_000)} minutes is the most. Send it, or cancel.`);
