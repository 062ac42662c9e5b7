/** What the home page says, and what every screen needs from the first moment: these travel with the first download. */
import { msg } from './localize';

export const welcome = () => msg('Welcome to Mindmeet');
export const whatItIs = () => msg('Send this link, let people in, and talk: chat and video straight from browser to browser, nothing kept on a server.');
export const startCall = () => msg('Start call');
export const openChat = () => msg('Open chat');
export const newLink = () => msg('New link');
export const newLinkHint = () => msg('The old link stops working');
export const settings = () => msg('Settings');

export const roomLink = () => msg('Room link');
export const qrCodeOfRoomLink = () => msg('QR code of the room link');
export const copyLink = () => msg('Copy link');
export const share = () => msg('Share');

export const unavailable = () => msg("Mindmeet couldn't be loaded");
export const unavailableAdvice = () => msg('You may be offline, or a new version has just come out. Your link and your messages are safe.');
export const loadAgain = () => msg('Load again');
