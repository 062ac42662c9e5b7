/** Looking into a value that came from the disk, where anything may stand. */

/** The value's fields by name, or undefined when it is no object. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** A time or a counter: a whole number from 0 that a double holds exactly. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
