/** Node warns of the eleventh listener of a signal. A room's one signal ends dozens of parts, as it should; browsers know no such warning. */
import { setMaxListeners } from 'node:events';

setMaxListeners(0);
