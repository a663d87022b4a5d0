import { visible } from '../visible.ts';

/** Text reaches the page through text nodes only, never as markup: there is no way in this file to set HTML. */
export type Child = Node | string | null;

export interface Attributes {
  readonly class?: string | undefined;
  readonly [name: string]: string | undefined;
}

export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(name, value);
  element.append(
    ...children.filter((child) => child !== null).map((child) => (typeof child === 'string' ? visible(child) : child)),
  );
  return element;
}

export function button(label: string, attributes: Attributes, onClick: () => void): HTMLButtonElement {
  const element = el('button', { type: 'button', ...attributes }, label);
  element.addEventListener('click', onClick);
  return element;
}

/** A labelled choice; the label is read by screen readers and stands before the field. */
export function choice(
  label: string,
  options: readonly (readonly [value: string, text: string])[],
  onChange: (value: string) => void,
): HTMLElement {
  const select = el('select', { 'aria-label': label }, ...options.map(([value, text]) => el('option', { value }, text)));
  select.addEventListener('change', () => onChange(select.value));
  return el('label', { class: 'field' }, el('span', {}, label), select);
}

export function section(id: string, title: string, ...children: readonly Child[]): HTMLElement {
  return el('section', { id, 'aria-labelledby': `${id}-title` }, el('h2', { id: `${id}-title` }, title), ...children);
}

/** Names and values, as a description list. */
export function facts(entries: readonly (readonly [name: string, value: Child])[]): HTMLElement {
  const rows = entries
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value)));
  return el('dl', { class: 'facts' }, ...rows);
}

export function code(text: string): HTMLElement {
  return el('code', {}, text);
}
