/** Puts together what knows the insides of files; their code is loaded with the first file, and that for recording with the first recording. */
import type { FileMedia } from './file-media';
import type { PictureWorkshop } from './picture-workshop';

/** `trustedScriptUrl` makes of our own script's address what `new Worker` takes (ui/trusted-types.ts). */
export function createFileMedia(trustedScriptUrl: (url: string) => string | URL): FileMedia {
  let workshop: PictureWorkshop | undefined;
  return {
    async prepare(file, options) {
      const [{ prepareFile }, workshopModule] = await Promise.all([import('./prepare-file'), import('./picture-workshop')]);
      workshop ??= new workshopModule.PictureWorkshop(trustedScriptUrl);
      return await prepareFile(file, { ...options, workshop });
    },
    async inspect(file) {
      const { inspectFile } = await import('./inspect-file');
      return await inspectFile(file);
    },
    async recordVoice() {
      const { recordVoice } = await import('./voice-recorder');
      return await recordVoice();
    },
  };
}
