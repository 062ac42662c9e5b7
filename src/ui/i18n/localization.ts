/** Puts translated texts in the place of the English ones. One language comes with it; a second one would make the import of both dynamic. */
import { configureLocalization } from '@lit/localize/init/runtime.js';
import { type allLocales, sourceLocale, targetLocales } from './locales/locale-codes';
import * as ptBr from './locales/pt-BR';

let localization: ReturnType<typeof configureLocalization> | undefined;

/** Every element with texts renders again. */
export function useTexts(language: (typeof allLocales)[number]): Promise<void> {
  localization ??= configureLocalization({ sourceLocale, targetLocales, loadLocale: () => Promise.resolve(ptBr) });
  return localization.setLocale(language);
}
