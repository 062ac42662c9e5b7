/** Knows the insides of files by what they say in plain text: a browser's decoders are not there. */
import type { FileLook } from '../../src/core/file';
import { State } from '../../src/core/observable';
import type { FileMedia, Inspection, PreparedFile, VoiceRecording } from '../../src/media/file-media';

export class FakeFileMedia implements FileMedia {
  /** What the next files are made of, instead of what they are. */
  prepared: (file: File, original: boolean) => Partial<PreparedFile> = () => ({});
  /** Preparing waits for this, and fails as it does. */
  gate: Promise<void> = Promise.resolve();
  inspection: Inspection = { kind: 'other' };
  recorded: { readonly file: File; readonly look: FileLook } | undefined = {
    file: new File(['voice'], 'voice-message.webm', { type: 'audio/webm;codecs=opus' }),
    look: { kind: 'voice', durationMs: 1_200, waveform: [1, 9, 15] },
  };

  async prepare(file: File, { original, signal }: { readonly original: boolean; readonly signal: AbortSignal }): Promise<PreparedFile> {
    await this.gate;
    signal.throwIfAborted();
    return { content: file, name: file.name, type: file.type, look: { kind: 'plain' }, metadata: 'none', reducible: false, ...this.prepared(file, original) };
  }

  inspect(): Promise<Inspection> {
    return Promise.resolve(this.inspection);
  }

  recordVoice(): Promise<{ readonly kind: 'recording'; readonly recording: VoiceRecording }> {
    return Promise.resolve({ kind: 'recording', recording: { level: new State(0), elapsedMs: new State(0), finish: () => Promise.resolve(this.recorded), cancel: () => undefined } });
  }
}
