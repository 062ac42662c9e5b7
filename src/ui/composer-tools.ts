/** What stands beside the field of a composer, and what files need of it. It comes after the field, which works without. */
import { ComposerTray, type TrayHost } from './composer-tray';
import './mm-attach';
import './mm-emoji-button';
import './mm-microphone';

/** Once for each composer. */
export function furnish(composer: TrayHost): ComposerTray {
  return new ComposerTray(composer);
}
