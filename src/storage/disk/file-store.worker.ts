/** Keeps files on the disk: one worker a page, since bytes can be written at once only in a worker, and hashing them takes time. */
import { serveFileWork } from '../file-work';
import { FileDisk } from './file-disk';

serveFileWork(new FileDisk());
