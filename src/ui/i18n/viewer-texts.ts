/** What the viewer of pictures says. */
import { msg, str } from './localize';

export const viewer = () => msg('Picture viewer');
export const previous = () => msg('Previous picture');
export const next = () => msg('Next picture');
export const zoomIn = () => msg('Zoom in');
export const zoomOut = () => msg('Zoom out');
export const save = () => msg('Save');
export const showInChat = () => msg('Show in chat');
export const close = () => msg('Close');
export const placeOf = (place: string, count: string) => msg(str`${place} of ${count}`);
