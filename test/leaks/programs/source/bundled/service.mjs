import { drive, traffic } from '../../../driver.mjs';
import { remember } from './history.mjs';
import { makeOrder } from './orders.mjs';

await drive((n) => {
  traffic(n);
  remember(makeOrder(n));
});
