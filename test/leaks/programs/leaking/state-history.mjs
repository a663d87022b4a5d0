// leaking: a store keeps all earlier states for time travel
// right: dispatch, reduce, Store.dispatch
// rate: 270
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

function reduce(state, action) {
  return { ...state, last: action, todos: [...state.todos.slice(-90), action.id] };
}

class Store {
  #state = { todos: [], last: null };
  #past = [];

  dispatch(action) {
    this.#past.push(this.#state);
    this.#state = reduce(this.#state, action);
  }
}

const store = new Store();

await drive((n) => {
  traffic(n);
  store.dispatch({ type: 'add', id: n });
});
