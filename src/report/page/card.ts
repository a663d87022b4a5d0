import type { Child } from './dom.ts';
import { el } from './dom.ts';

export type Mood = 'good' | 'bad' | 'warn' | 'calm';

/** One conclusion: a coloured word, what it is about, and what there is to say. */
export function card(mood: Mood, label: string, heading: Child, ...children: readonly Child[]): HTMLElement {
  return el('article', { class: `card ${mood}` }, el('h3', {}, el('span', { class: 'label' }, label), ' ', heading), ...children);
}
