export interface Program {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly label: 'leaking' | 'clean';
  readonly says: string;
  readonly right: readonly string[];
  readonly sources: readonly string[];
  readonly package: string | null;
  readonly class: string;
  readonly rateKBs: number | null;
  readonly written: string | null;
}

export function programs(): readonly Program[];
