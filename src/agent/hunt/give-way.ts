import type * as Inspector from 'node:inspector';
import type { Observe } from '../patches/wrap.ts';
import { onReturn } from '../patches/wrap.ts';

const promises = 'inspector/promises';

/** Only where the program has loaded it: its sessions have a `post` of their own. */
function isLoaded(module: string): boolean {
  const { moduleLoadList } = process as { readonly moduleLoadList?: readonly string[] };
  return moduleLoadList?.includes(`NativeModule ${module}`) === true;
}

/** Calls back before the program starts V8's heap sampler through an inspector session of this thread: V8 has one, and would go on with ours. */
export function beforeTheySample(giveWay: () => void): void {
  const observe: Observe = ({ values: [method] }) => {
    if (method === 'HeapProfiler.startSampling') giveWay();
    return undefined;
  };
  const { Session } = require('inspector') as typeof Inspector;
  onReturn(Session.prototype, ['post'], observe);
  if (!isLoaded(promises)) return;
  const { Session: Promising } = require(promises) as { readonly Session: typeof Session };
  onReturn(Promising.prototype, ['post'], observe);
}
