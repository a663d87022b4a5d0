/** Characters that would move the cursor, ring, hide text or turn the direction of writing; each shows as one mark instead. */
const unseen = /[\p{Cc}\u061C\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\u2028\u2029\uFEFF]/gu;

/** One line of text in which everything can be seen: what a program calls its files must not rearrange the report. */
export function visible(text: string): string {
  return text.replaceAll(/[\r\n\t]+/g, ' ').replaceAll(unseen, '\uFFFD');
}
