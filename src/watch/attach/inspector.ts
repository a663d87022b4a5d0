import { get } from 'node:http';
import { WebSocket } from 'ws';
import type { Clock } from '../../kernel/clock/index.ts';

const connectMs = 3_000;
const maxMessageBytes = 256 * 1024 * 1024;

type Fields = Readonly<Record<string, unknown>>;

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Fields;
  readonly result?: Fields;
  readonly error?: { readonly message?: string };
}

/** What the inspector answered, or that it did not in time. */
export type Answer =
  | { readonly kind: 'answer'; readonly result: Fields }
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'silent' };

function fetchJson(port: number, path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path, timeout: connectMs, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('error', reject);
      response.on('end', () => {
        try {
          resolve(JSON.parse(text));
        } catch (error) {
          reject(error);
        }
      });
    });
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', reject);
  });
}

/** Address of the WebSocket behind this port; undefined when no inspector of Node answers there. */
export async function inspectorAddress(port: number): Promise<string | undefined> {
  try {
    const targets = await fetchJson(port, '/json/list');
    const first: unknown = Array.isArray(targets) ? targets[0] : undefined;
    const id = (first as { readonly id?: unknown } | undefined)?.id;
    return typeof id === 'string' ? `ws://127.0.0.1:${port}/${id}` : undefined;
  } catch {
    return undefined;
  }
}

/** A connection to the inspector of a program. */
export class Inspector {
  readonly #socket: WebSocket;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  readonly #listeners = new Map<string, (params: Fields) => void>();
  #lastId = 0;
  #closed = false;

  private constructor(socket: WebSocket, clock: Clock) {
    this.#socket = socket;
    this.#clock = clock;
    socket.on('message', (data: Buffer) => this.#received(data));
    socket.on('close', () => this.#ended());
    socket.on('error', () => this.#ended());
  }

  /** Rejects when nobody answers at the address. */
  static connect(address: string, clock: Clock): Promise<Inspector> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(address, {
        perMessageDeflate: false,
        handshakeTimeout: connectMs,
        maxPayload: maxMessageBytes,
      });
      socket.once('error', reject);
      socket.once('open', () => {
        socket.off('error', reject);
        resolve(new Inspector(socket, clock));
      });
    });
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Calls for each event of this name; one listener per event. */
  on(method: string, listener: (params: Fields) => void): void {
    this.#listeners.set(method, listener);
  }

  /** Never rejects; `silent` when the time is over or the connection has gone. */
  call(method: string, params: Fields, withinMs: number): Promise<Answer> {
    if (this.#closed) return Promise.resolve({ kind: 'silent' });
    const id = (this.#lastId += 1);
    return new Promise((resolve) => {
      const timer = this.#clock.schedule(withinMs, () => settle({ kind: 'silent' }), { ref: true });
      const settle = (answer: Answer): void => {
        this.#waiting.delete(id);
        timer.cancel();
        resolve(answer);
      };
      this.#waiting.set(id, settle);
      this.#socket.send(JSON.stringify({ id, method, params }), (error) => {
        if (error) settle({ kind: 'silent' });
      });
    });
  }

  /** Sends and does not wait. */
  post(method: string, params: Fields): void {
    if (this.#closed) return;
    this.#socket.send(JSON.stringify({ id: (this.#lastId += 1), method, params }));
  }

  /** Resolves when the connection has ended. */
  async close(): Promise<void> {
    if (this.#closed) return;
    await new Promise<void>((resolve) => {
      const timer = this.#clock.schedule(connectMs, () => this.#socket.terminate(), { ref: true });
      this.#socket.once('close', () => {
        timer.cancel();
        resolve();
      });
      this.#socket.close();
    });
  }

  #received(data: Buffer): void {
    const message = JSON.parse(data.toString('utf8')) as Message;
    if (message.id === undefined) {
      this.#listeners.get(message.method ?? '')?.(message.params ?? {});
      return;
    }
    const settle = this.#waiting.get(message.id);
    if (message.error) settle?.({ kind: 'error', message: message.error.message ?? 'an error without words' });
    else settle?.({ kind: 'answer', result: message.result ?? {} });
  }

  #ended(): void {
    this.#closed = true;
    for (const settle of this.#waiting.values()) settle({ kind: 'silent' });
  }
}
