import type { fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import type { serveStdio } from '@modelcontextprotocol/server/stdio';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { WatertightError } from '../../kernel/errors.ts';

/** What we use of the SDK. */
interface Sdk {
  readonly McpServer: typeof McpServer;
  readonly fromJsonSchema: typeof fromJsonSchema;
  readonly serveStdio: typeof serveStdio;
}

export const sdkName = '@modelcontextprotocol/server';

/** Beside us where it was installed with us; else that of the project in which we were started. */
async function load(name: string, cwd: string): Promise<unknown> {
  try {
    return await import(name);
  } catch {
    const path = createRequire(join(cwd, 'package.json')).resolve(name);
    return import(pathToFileURL(path).href);
  }
}

/** The official SDK, which is not installed with us. Throws WT_PEER_MISSING. */
export async function loadSdk(cwd: string): Promise<Sdk> {
  try {
    const [server, stdio] = await Promise.all([load(sdkName, cwd), load(`${sdkName}/stdio`, cwd)]);
    // The names are those of the version that the peer range allows.
    return { ...(server as Omit<Sdk, 'serveStdio'>), serveStdio: (stdio as Pick<Sdk, 'serveStdio'>).serveStdio };
  } catch (cause) {
    throw new WatertightError(
      'WT_PEER_MISSING',
      `watertight mcp needs ${sdkName} 2, which is not installed. Try: npm install --save-dev ${sdkName}`,
      { cause },
    );
  }
}
