// Works in bursts: between them no object of its class lives. Ends after six polls.
const { readdirSync, readFileSync } = require('node:fs');
class Point { constructor(x, y) { this.x = x; this.y = y; } sum() { return this.x + this.y; } }
let total = 0;
let points = [];
function burst() {
  points = [];
  for (let i = 0; i < 20000; i += 1) points.push(new Point(i, i));
  for (const point of points) total += point.sum();
  points = [];
}
function polls() {
  const dir = process.env.WATERTIGHT_RUN;
  return readdirSync(dir).flatMap((name) => readFileSync(`${dir}/${name}`, 'utf8').split('\n')).filter((line) => line.startsWith('["p"')).length;
}
const timer = setInterval(() => { burst(); if (polls() >= 6) clearInterval(timer); }, 20);
setTimeout(() => process.exit(3), 60000).unref();
