/** What Settings says. */
import { msg } from './localize';

export const language = () => msg('Language');
export const asTheBrowser = () => msg('Same as the browser');
export const theme = () => msg('Theme');
export const system = () => msg('System');
export const light = () => msg('Light');
export const dark = () => msg('Dark');
