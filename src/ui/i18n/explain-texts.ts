/** The pages that say why there is no room here. */
import { msg } from './localize';

export const brokenAdvice = () => msg('Ask for the link again, or copy it once more in full.');
export const toHome = () => msg('Go to the home page');
export const insecure = () => msg('This address is not secure');
export const insecureReason = () => msg("Over plain http a browser offers no encryption, camera or microphone on this address, so Mindmeet can't work here.");
export const insecureOpen = () => msg('Open this address instead; the browser warns once about the certificate:');
export const insecureAsk = () => msg('Open it over https, or as localhost on the computer that it runs on.');
