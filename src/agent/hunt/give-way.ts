import type * as Inspector from 'node:inspector';
import { onReturn } from '../patches/wrap.ts';

/** Calls back before the program starts V8's heap sampler through an inspector session of this thread: V8 has one, and would go on with ours. */
export function beforeTheySample(giveWay: () => void): void {
  const { Session } = require('inspector') as typeof Inspector;
  onReturn(Session.prototype, ['post'], ({ values: [method] }) => {
    if (method === 'HeapProfiler.startSampling') giveWay();
    return undefined;
  });
}
