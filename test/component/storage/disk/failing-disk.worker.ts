/** The worker that keeps files, on a disk that can be made full at the browser's own edge, by a channel of the worker's name. */
import '../../../../src/storage/disk/file-store.worker';
import type { DiskMode } from './disk-mode';

const write = FileSystemSyncAccessHandle.prototype.write;
let mode: DiskMode = 'works';

FileSystemSyncAccessHandle.prototype.write = function (this: FileSystemSyncAccessHandle, bytes: Uint8Array, options: { at: number }) {
  if (mode === 'works' || options.at + bytes.length <= this.getSize()) return write.call(this, bytes, options);
  if (mode === 'throws') throw new DOMException('full', 'QuotaExceededError');
  // Half of it still fits.
  const written = write.call(this, bytes.subarray(0, bytes.length / 2), options);
  return mode === 'writes less' ? written : 0xff_ff_ff_f8;
};

const channel = new BroadcastChannel(self.name);
channel.addEventListener('message', ({ data }: MessageEvent<DiskMode>) => {
  mode = data;
  channel.postMessage('done');
});
