import './end.ts';

export type { Estate, EstateHandler } from './dead-owners.ts';
export { onDeadOwner } from './dead-owners.ts';
export type { Journal } from './journal.ts';
export { readJournal } from './journal.ts';
export type { JournalData, JournalEntry } from './journal-file.ts';
export type { OwnerRoot } from './owner-root.ts';
export { ownerJournal, ownerRoot } from './owner-root.ts';
export type { Proof } from './prove.ts';
export { proveOwner } from './prove.ts';
export type { TempSettings } from './settings.ts';
export { configureTemp } from './settings.ts';
