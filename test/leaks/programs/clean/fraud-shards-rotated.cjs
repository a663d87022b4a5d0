// clean: what cards did is held in twelve shards by card, of maps by shop; every 750 ms the next shard is emptied
// written: 2026-11-22
class Shard {
  constructor() {
    this.cards = new Map();
    this.emptied = 0;
  }

  note(card, shop, amount) {
    if (!this.cards.has(card)) this.cards.set(card, new Map());
    const shops = this.cards.get(card);
    const before = shops.get(shop) ?? { count: 0, sum: 0 };
    shops.set(shop, {
      count: before.count + 1,
      sum: before.sum + amount,
      hours: Array.from({ length: 48 }, (_, hour) => hour * amount),
    });
    return shops.size;
  }

  empty() {
    this.cards = new Map();
    this.emptied += 1;
  }
}

class Shards {
  constructor(count) {
    this.shards = Array.from({ length: count }, () => new Shard());
    this.turn = 0;
  }

  of(card) {
    let sum = 0;
    for (let at = 0; at < card.length; at += 1) sum = (sum * 31 + card.charCodeAt(at)) | 0;
    return this.shards[Math.abs(sum) % this.shards.length];
  }

  rotate() {
    this.shards[this.turn].empty();
    this.turn = (this.turn + 1) % this.shards.length;
  }
}

const shards = new Shards(12);
const suspicious = [];

function pay({ card, shop, amount }) {
  const shops = shards.of(card).note(card, shop, amount);
  if (shops < 3) return true;
  suspicious.push({ card, shop, amount });
  if (suspicious.length > 100) suspicious.shift();
  return false;
}

import('../../driver.mjs').then(({ drive, every, traffic, upTo }) => {
  every(750, () => shards.rotate());
  return drive(
    (n) => {
      traffic(n);
      const card = `4${String(n - upTo(30)).padStart(15, '0')}`;
      for (let payment = 0; payment < 2; payment += 1) pay({ card, shop: `shop ${upTo(600)}`, amount: upTo(9_000) / 100 });
    },
    { perSecond: 260 },
  );
});
