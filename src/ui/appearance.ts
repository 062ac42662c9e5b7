/** Light or dark: the system's choice, unless Settings says otherwise. */
import { readChoice, writeChoice } from './stored-choice';

export type Theme = 'system' | 'light' | 'dark';

export function chosenTheme(): Theme {
  const stored = readChoice('theme');
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

/** Remembers the choice and shows it. */
export function chooseTheme(theme: Theme): void {
  writeChoice('theme', theme === 'system' ? undefined : theme);
  applyTheme();
}

/** Puts the choice on the root element, where theme.css looks for it. */
export function applyTheme(): void {
  const theme = chosenTheme();
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}
