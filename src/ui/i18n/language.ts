/** Which language the page speaks: the browser's, unless Settings says otherwise. */
import { configureLocalization, LOCALE_STATUS_EVENT } from '@lit/localize';
import { readChoice, writeChoice } from '../stored-choice';
import { sourceLocale, targetLocales } from './locales/locale-codes';

export type Language = typeof sourceLocale | (typeof targetLocales)[number];

/** In their own names, as Settings lists them. */
export const languages: Readonly<Record<Language, string>> = { en: 'English', 'pt-BR': 'Português (Brasil)' };

let localization: ReturnType<typeof configureLocalization> | undefined;

/** The language in force. */
export function language(): Language {
  return (localization?.getLocale() ?? sourceLocale) as Language;
}

/** What was chosen in Settings; undefined follows the browser. */
export function chosenLanguage(): Language | undefined {
  const stored = readChoice('language');
  return stored !== undefined && stored in languages ? (stored as Language) : undefined;
}

/** Remembers the choice and speaks it; undefined follows the browser again. */
export function chooseLanguage(choice: Language | undefined): Promise<void> {
  writeChoice('language', choice);
  return speak();
}

/** Resolves when the texts are there; English needs no wait, and is what remains when others can't be loaded. Keeps `<html lang>` in step. */
export async function speak(): Promise<void> {
  if (!localization) {
    localization = configureLocalization({ sourceLocale, targetLocales, loadLocale: () => import('./locales/pt-BR') });
    addEventListener(LOCALE_STATUS_EVENT, () => (document.documentElement.lang = language()));
  }
  const wanted = chosenLanguage() ?? browserLanguage(navigator.languages);
  if (wanted === language()) document.documentElement.lang = wanted;
  else await localization.setLocale(wanted).catch(() => undefined);
}

/** The first of the browser's languages that we speak, by its main part: pt-PT readers get pt-BR. */
export function browserLanguage(preferred: readonly string[]): Language {
  const all = Object.keys(languages) as Language[];
  for (const tag of preferred) {
    const match = all.find((each) => mainPart(each) === mainPart(tag));
    if (match) return match;
  }
  return sourceLocale;
}

function mainPart(tag: string): string | undefined {
  return tag.toLowerCase().split('-')[0];
}
