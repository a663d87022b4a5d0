import type { Session } from '../session.ts';
import type { Voice } from './voice.ts';

/** Says what changes while the program runs. */
export class NotableLines {
  constructor(_session: Session, _voice: Voice) {}

  poll(): void {}
}
