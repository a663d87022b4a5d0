import type { Agent } from '../agent.ts';

/** Keeps a server of ours, and what it accepts, out of the rows and counts of the program's handles. Answers what undoes it. */
export function hideHandles(agent: Agent, server: object): () => void {
  const { rows } = agent;
  const { open } = rows;
  const hiding: typeof open = (row) => {
    const { handle } = row;
    const isOurs =
      handle === server || (row.type === 'server-socket' && (handle as { readonly server?: object }).server === server);
    if (!isOurs) open(row);
  };
  rows.open = hiding;
  return () => {
    if (rows.open === hiding) rows.open = open;
  };
}
