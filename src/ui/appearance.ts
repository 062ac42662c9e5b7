/** Light or dark: the system's choice, unless Settings says otherwise. It stands on the root element, where theme.css looks for it. */

export type Theme = 'system' | 'light' | 'dark';

/** What is in force. */
export function currentTheme(): Theme {
  return (document.documentElement.dataset['theme'] as Theme | undefined) ?? 'system';
}

/** Anything but light and dark is the system's choice. */
export function applyTheme(theme: string | undefined): void {
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset['theme'] = theme;
  else delete document.documentElement.dataset['theme'];
}
