/** What `watertight doctor` says of one feature. */
export interface Finding {
  readonly feature: string;
  readonly state: 'works' | 'degraded' | 'off';
  /** Empty when there is nothing to add. */
  readonly why: string;
  /** Nothing can be watched without it. */
  readonly needed: boolean;
}

export function works(feature: string, why = ''): Finding {
  return { feature, state: 'works', why, needed: false };
}

export function degraded(feature: string, why: string): Finding {
  return { feature, state: 'degraded', why, needed: false };
}

export function off(feature: string, why: string, needed = false): Finding {
  return { feature, state: 'off', why, needed };
}
