/**
 * Which language the page speaks: the browser's, unless Settings says otherwise.
 * The texts in the sources are English and need nothing; what other languages need is loaded when one is wanted.
 */
import { readChoice } from '../stored-choice';
import { sourceLocale, type targetLocales } from './locales/locale-codes';

export type Language = typeof sourceLocale | (typeof targetLocales)[number];

/** In their own names, as Settings lists them. */
export const languages: Readonly<Record<Language, string>> = { en: 'English', 'pt-BR': 'Português (Brasil)' };

let chosen: Language | undefined;
let spoken: Language = sourceLocale;

/** The language in force. */
export function language(): Language {
  return spoken;
}

/** What was chosen in Settings; undefined follows the browser. */
export function chosenLanguage(): Language | undefined {
  return chosen;
}

/**
 * Speaks `choice` (without it, what is stored), or the browser's language when it names none of ours. Resolves when the texts are there; what can't be loaded
 * leaves the language as it was. Keeps `<html lang>` in step.
 */
export async function speak(choice = readChoice('language')): Promise<void> {
  chosen = choice !== undefined && choice in languages ? (choice as Language) : undefined;
  const wanted = chosen ?? browserLanguage(navigator.languages);
  if (wanted !== spoken) {
    const { useTexts } = await import('./localization').catch(() => ({ useTexts: undefined }));
    if (useTexts) {
      spoken = wanted;
      await useTexts(wanted);
    }
  }
  document.documentElement.lang = spoken;
}

/** The first of the browser's languages that we speak, by its main part: pt-PT readers get pt-BR. */
export function browserLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const match = (Object.keys(languages) as Language[]).find((each) => mainPart(each) === mainPart(tag));
    if (match) return match;
  }
  return sourceLocale;
}

function mainPart(tag: string): string | undefined {
  return tag.toLowerCase().split('-')[0];
}
