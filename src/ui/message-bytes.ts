/** How much of the limit of a message its text takes. */
import { limits } from '../config';

/** From this share of the limit on, the count is shown. */
export const countFrom = 0.9;

/** UTF-8 bytes of what would be sent; 0 for a text that is surely far from the limit. */
export function messageBytes(text: string): number {
  return text.length * 3 < limits.messageBytes * countFrom ? 0 : new TextEncoder().encode(text.trim()).length;
}
