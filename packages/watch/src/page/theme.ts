/** Light and dark: the system's choice, until the reader chooses. */

const KEY = 'watch-theme';

/** Whether the page is dark. */
export function isDark(): boolean {
  return document.documentElement.dataset['theme'] === 'dark';
}

/** Applies the reader's earlier choice, or the system's. */
export function applyFirstTheme(): void {
  const chosen = stored();
  setTheme(chosen === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : chosen === 'dark');
}

/** Changes the theme and remembers it. */
export function applyTheme(dark: boolean): void {
  setTheme(dark);
  try {
    localStorage.setItem(KEY, dark ? 'dark' : 'light');
  } catch {
    // A page from disk may have no storage.
  }
}

function setTheme(dark: boolean): void {
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
}

function stored(): string | undefined {
  try {
    return localStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}
