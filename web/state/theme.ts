import { effect, signal } from '@preact/signals';

export type Theme = 'auto' | 'light' | 'dark';

const NAME = 'device-reports:theme';
const NEXT: Readonly<Record<Theme, Theme>> = { auto: 'light', light: 'dark', dark: 'auto' };

/** Light or dark; auto follows the system. It is all that the page remembers beyond the tab. */
export const theme = signal<Theme>(read());

effect(() => {
  document.documentElement.dataset['theme'] = theme.value;
});

export function switchTheme(): void {
  theme.value = NEXT[theme.value];
  localStorage.setItem(NAME, theme.value);
}

function read(): Theme {
  const stored = localStorage.getItem(NAME);
  return stored === 'light' || stored === 'dark' ? stored : 'auto';
}
