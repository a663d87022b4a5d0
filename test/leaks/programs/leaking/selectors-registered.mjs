// leaking: a view makes its selector anew at each rendering, and the helper notes every selector so that a reset can reach it
// right: createSelector, select, rowsOf, renderCart
// rate: 300
// written: 2026-11-22
import { drive, traffic } from '../../driver.mjs';

const resets = [];

function createSelector(input, combine) {
  let lastInput;
  let lastResult;
  function select(state) {
    const now = input(state);
    if (now !== lastInput) {
      lastInput = now;
      lastResult = combine(now);
    }
    return lastResult;
  }
  resets.push(() => {
    lastInput = undefined;
    lastResult = undefined;
  });
  return select;
}

let state = { cart: [], visits: 0 };

function addToCart(n) {
  state = { cart: [...state.cart.slice(-14), { id: n, amount: 1 + (n % 3), price: (n % 90) + 0.5 }], visits: state.visits + 1 };
}

function rowsOf(cart) {
  return cart.map(({ id, amount, price }) => ({ id, label: `${amount} of article ${id}`, sum: amount * price }));
}

function renderCart() {
  const select = createSelector((all) => all.cart, rowsOf);
  return select(state).reduce((sum, row) => sum + row.sum, 0) + select(state).length;
}

await drive(
  (n) => {
    traffic(n);
    addToCart(n);
    renderCart();
  },
  { perSecond: 110 },
);
