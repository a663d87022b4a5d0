// leaking: a linked queue that is filled faster than it is emptied
// right: enqueue, produce, Queue.enqueue
// rate: 170
// written: 2026-11-21
class Queue {
  #head = null;
  #tail = null;
  length = 0;

  enqueue(value) {
    const node = { value, next: null };
    if (this.#tail === null) this.#head = node;
    else this.#tail.next = node;
    this.#tail = node;
    this.length += 1;
  }

  dequeue() {
    const node = this.#head;
    if (node === null) return undefined;
    this.#head = node.next;
    if (this.#head === null) this.#tail = null;
    this.length -= 1;
    return node.value;
  }
}

const queue = new Queue();

function produce(n) {
  queue.enqueue({ n, mail: { to: `person-${n}@example.org`, subject: `Order ${n}`, lines: new Array(70).fill(n) } });
}

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive(
    (n) => {
      traffic(n);
      produce(n);
      if (n % 3 === 0) queue.dequeue();
    },
    { perSecond: 300 },
  ),
);
