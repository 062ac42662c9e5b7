/** How recording a voice message ended. `problem`: why there is none, as a sentence, or ''. */
export interface RecordingEnd {
  readonly sent: boolean;
  readonly problem: string;
}
