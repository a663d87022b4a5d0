/** Compiled once with the target of a library (down-levelled) and once as it is (native), so that both forms are measured. */
export interface Counter {
  open: number;
}

class AsyncResource {
  readonly #counter: Counter;
  constructor(counter: Counter) {
    this.#counter = counter;
    counter.open++;
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.#counter.open--;
  }
}

export async function awaitUsing(counter: Counter, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    await using resource = new AsyncResource(counter);
    void resource;
  }
}
