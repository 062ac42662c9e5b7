/** What the commands `/search` and `/date` ask for. */
export interface SearchWish {
  /** To look for, or '' for an empty field. */
  readonly text: string;
  /** A day is looked for. */
  readonly date: boolean;
}
