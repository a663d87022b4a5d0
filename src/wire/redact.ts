/** What stands in place of a value that may be secret. */
export const mask = '***';

const secretKey =
  /pass(?:word|wd|phrase)?$|pwd$|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|credential|auth(?:orization)?$|bearer|cookie|session(?:[-_]?id)?$|signature|dsn$|conn(?:ection)?[-_]?str/i;
const assignment = /([A-Za-z_][\w.-]*)(["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s&"']+)/g;
const scheme = /\b(?:Bearer|Basic)\s+[\w.+/=~-]{6,}/gi;
const urlCredentials = /\b([a-z][a-z\d+.-]*:\/\/)[^\s/?#@]*@/gi;
const urlTail = /\b([a-z][a-z\d+.-]*:\/\/[^\s?#"']*)([?#][^\s"']*)/gi;
const queryValue = /=[^&#]*/g;
const knownToken = /\b(?:AKIA[A-Z\d]{12,}|gh[a-z]_\w{16,}|xox[a-z]-[\w-]{8,}|sk[-_][\w-]{12,}|eyJ[\w-]{6,}\.[\w.-]+)/g;
const longWord = /[\w+=~-]{32,}/g;

function maskLongWord(word: string): string {
  return /\d/.test(word) && /[A-Za-z]/.test(word) ? mask : word;
}

function maskAssignment(whole: string, key: string, between: string, value: string): string {
  return secretKey.test(key) && !value.startsWith('//') ? `${key}${between}${mask}` : whole;
}

/**
 * The text with what may be secret masked: credentials and query values of URLs, values of keys with a secret-sounding
 * name (`password=…`, `token: …`), tokens of well-known shapes, and words of 32 characters or more that mix letters and digits.
 */
export function redactText(text: string): string {
  return text
    .replace(urlCredentials, `$1${mask}@`)
    .replace(
      urlTail,
      (_whole, head: string, tail: string) => head + tail.replace(queryValue, `=${mask}`).replace(/#.+$/, `#${mask}`),
    )
    .replace(scheme, mask)
    .replace(assignment, maskAssignment)
    .replace(knownToken, mask)
    .replace(longWord, maskLongWord);
}

const bareOption = /^--?([A-Za-z][\w.-]*)$/;

/** Every argument as {@link redactText}; besides, the argument that follows an option with a secret-sounding name is masked. A path (an argument with a separator and no `=`) stays as it is. */
export function redactArgv(argv: readonly string[]): string[] {
  let secretFollows = false;
  return argv.map((argument) => {
    const masked = secretFollows && !argument.startsWith('-');
    const option = argument.startsWith('-') ? bareOption.exec(argument) : null;
    secretFollows = option !== null && secretKey.test(option[1] ?? '');
    if (masked) return mask;
    return isHarmless(argument) ? argument : redactText(argument);
  });
}

/** Short words, and paths: nothing in them can be told to be secret. One expression, since this runs at the start of every watched program. */
const harmless = /^(?:[\w./@-]{0,16}|(?:\.{0,2}[/\\]|[A-Za-z]:\\)[^=?#\s]*)$/;

function isHarmless(argument: string): boolean {
  return harmless.test(argument) && !argument.includes('://');
}
