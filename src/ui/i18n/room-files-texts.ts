/** What is said of the place that the files of a room take on this device. */
import { msg, str } from './localize';

export const heading = () => msg('Files');
export const usage = (used: string, quota: string) => msg(str`Files of this room: ${used} of ${quota}`);
export const limit = () => msg('Limit');
export const limitAdvice = () => msg('Above it nothing more is fetched or kept. What is here stays.');
export const deleteFiles = () => msg('Delete files from this device');
export const deleteQuestion = () => msg('The messages stay. Others may still have the files: as long as one of them is here, you can download them again.');
export const deleted = () => msg('The files were deleted from this device.');
export const notDeleted = () => msg('Not all files could be deleted. Please try again.');
export const notKept = () => msg('The limit could not be kept. Please try again.');
