// leaking: what is to be done after a commit is noted with the outermost unit of work, the service's own, which never ends
// right: afterCommit, placeOrder, loadOrder
// rate: 180
// written: 2026-11-22
import { AsyncLocalStorage } from 'node:async_hooks';
import { drive, sleep, traffic } from '../../driver.mjs';

const units = new AsyncLocalStorage();
let mailed = 0;

async function unitOfWork(name, work) {
  const unit = { name, parent: units.getStore(), hooks: [] };
  const result = await units.run(unit, work);
  for (const hook of unit.hooks) hook();
  return result;
}

function outermost() {
  let unit = units.getStore();
  while (unit.parent !== undefined) unit = unit.parent;
  return unit;
}

function afterCommit(hook) {
  outermost().hooks.push(hook);
}

async function loadOrder(n) {
  await sleep(2 + (n % 5));
  const lines = Array.from({ length: 16 }, (_, at) => ({ at, sku: `${n}-${at}`, amount: at % 4 }));
  return { n, customer: `customer ${n % 400}`, lines };
}

async function placeOrder(n) {
  const order = await loadOrder(n);
  afterCommit(() => {
    mailed += order.lines.length;
  });
  await sleep(1);
  return order.lines.reduce((sum, { amount }) => sum + amount, 0);
}

await unitOfWork('service', () =>
  drive(
    (n) => {
      traffic(n);
      return unitOfWork(`request ${n}`, () => unitOfWork('order', () => placeOrder(n)));
    },
    { perSecond: 110 },
  ),
);
