/** Names in a row, as the page's language joins them: "Bob, Carol, and Dora". */
import { language } from './i18n/language';

export function namesText(names: readonly string[]): string {
  return new Intl.ListFormat(language(), { type: 'conjunction' }).format(names);
}
