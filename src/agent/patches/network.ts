import type * as Channels from 'node:diagnostics_channel';
import type * as Net from 'node:net';
import type { Agent } from '../agent.ts';
import type { Values } from './wrap.ts';
import { onReturn } from './wrap.ts';

type ChannelModule = typeof Channels;

interface Target {
  readonly path?: unknown;
  readonly host?: unknown;
  readonly port?: unknown;
}

/** Where a socket goes, out of the arguments of `connect`. */
function targetOf(values: Values): string {
  const first = Array.isArray(values[0]) ? (values[0] as readonly unknown[])[0] : values[0];
  if (typeof first === 'object' && first !== null) {
    const { path, host, port } = first as Target;
    return typeof path === 'string' ? path : `${typeof host === 'string' ? host : 'localhost'}:${Number(port)}`;
  }
  if (typeof first === 'string' && !/^\d+$/.test(first)) return first;
  return `${typeof values[1] === 'string' ? values[1] : 'localhost'}:${String(first)}`;
}

/** Sockets and servers. Sockets that a server accepted carry the site of their server: no stack is read for them. */
export function patchNetwork(agent: Agent): void {
  const { rows, sites } = agent;
  const net = require('net') as typeof Net;
  const channels = require('diagnostics_channel') as ChannelModule;

  onReturn(net.Socket.prototype, ['connect'], ({ self, values, below }) => {
    const handle = self as object;
    const weight = rows.of(handle) ? 0 : sites.weigh('socket');
    if (weight > 0) rows.open({ type: 'socket', site: sites.of('socket', below), weight, handle, detail: targetOf(values) });
    return undefined;
  });

  onReturn(net.Server.prototype, ['listen'], ({ self, below }) => () => {
    const handle = self as object;
    const row = rows.of(handle);
    if (row) rows.close(row);
    rows.open({ type: 'server', site: sites.of('server', below), weight: 1, handle });
  });

  channels.subscribe('net.server.socket', (message) => {
    agent.quietly(() => {
      const { socket } = message as { readonly socket: object & { readonly server?: object } };
      const server = socket.server && rows.of(socket.server);
      rows.open({ type: 'server-socket', site: server ? server.site : 0, weight: 1, handle: socket });
    });
  });

  const onUdp = (message: unknown): void => {
    agent.quietly(() => {
      const handle = (message as { readonly socket: object }).socket;
      rows.open({ type: 'udp', site: sites.of('udp', onUdp), weight: 1, handle });
    });
  };
  channels.subscribe('udp.socket', onUdp);
}
