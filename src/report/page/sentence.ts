/** A phrase as it begins a sentence; a path or a name keeps its first letter. */
export function capital(text: string): string {
  return /^\p{Ll}+(?:[\s,;:.!?]|$)/u.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/** A phrase as a sentence. */
export function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? capital(text) : `${capital(text)}.`;
}
