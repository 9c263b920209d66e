/** What the page remembers between visits: the token, and how it likes to look. */

export type Theme = 'auto' | 'light' | 'dark';

/** `localStorage`, as far as it is used. */
export interface Memory {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const tokenKey = 'heatmark.display.token';
const themeKey = 'heatmark.display.theme';

/** A kiosk may forbid storage: then nothing is remembered. */
function tolerant<Result>(act: () => Result, otherwise: Result): Result {
  try {
    return act();
  } catch {
    return otherwise;
  }
}

export const readToken = (memory: Memory): string | null => tolerant(() => memory.getItem(tokenKey), null);
export const keepToken = (memory: Memory, token: string): void =>
  tolerant(() => memory.setItem(tokenKey, token), undefined);
export const forgetToken = (memory: Memory): void => tolerant(() => memory.removeItem(tokenKey), undefined);

export function readTheme(memory: Memory): Theme {
  const theme = tolerant(() => memory.getItem(themeKey), null);
  return theme === 'light' || theme === 'dark' ? theme : 'auto';
}
export const keepTheme = (memory: Memory, theme: Theme): void =>
  tolerant(() => memory.setItem(themeKey, theme), undefined);

/**
 * The token of a fragment `#token=…`, and the fragment without it: `#token=…&page=/orders` goes on at `#/orders`.
 * Fragments stay in the browser: a query string would stand in every log on the way.
 */
export function tokenOfFragment(fragment: string): { token: string; rest: string } | null {
  const given = new URLSearchParams(fragment.replace(/^#/, ''));
  const token = given.get('token')?.trim();
  if (!token) return null;
  return { token, rest: `#${given.get('page') ?? '/floor'}` };
}
