/** An error as plain data: what can be sent, written and compared. */
export interface ErrorBrief {
  readonly name: string;
  readonly message: string;
  readonly code: string | null;
}

const longestMessage = 1024;

/** Whatever was thrown, told in a few words. Never throws, also for objects whose members do. */
export function briefOf(error: unknown): ErrorBrief {
  try {
    if (error instanceof Error) {
      const code: unknown = Reflect.get(error, 'code');
      return { name: error.name, message: cut(error.message), code: typeof code === 'string' ? code : null };
    }
    return { name: error === null ? 'null' : typeof error, message: cut(String(error)), code: null };
  } catch {
    return { name: 'unreadable', message: 'the thrown value cannot be read', code: null };
  }
}

function cut(text: string): string {
  return text.length > longestMessage ? `${text.slice(0, longestMessage - 1)}…` : text;
}
