/** What stands over the room while files are dragged over it. */
import { msg } from './localize';

export const dropFiles = () => msg('Drop files to attach');
export const dropOnPerson = () => msg('Or drop them on a person, to send them to that person alone.');
