// clean: log lines are sent off every three seconds
// written: 2026-11-21
import { drive, every, traffic } from '../../driver.mjs';

const pending = [];
every(3_000, () => {
  const text = pending.splice(0).join('\n');
  return text.length;
});

await drive(
  (n) => {
    traffic(n);
    pending.push(`${new Date().toISOString()} info request ${n} ${JSON.stringify({ n, took: n % 17, user: `user-${n % 300}` })}`);
    pending.push(
      `${new Date().toISOString()} debug query ${n} ${JSON.stringify({ sql: 'select * from orders where id = $1', of: n })}`,
    );
  },
  { perSecond: 400 },
);
