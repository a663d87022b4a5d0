// leaking: a logger knows its children, so that a change of level reaches them; each request makes a child
// right: child, Logger.child, Logger, handle
// rate: 190
// written: 2026-11-21
class Logger {
  constructor(bindings, level) {
    this.bindings = bindings;
    this.level = level;
    this.lines = [];
    this.children = new Set();
  }

  child(bindings) {
    const logger = new Logger({ ...this.bindings, ...bindings }, this.level);
    this.children.add(logger);
    return logger;
  }

  setLevel(level) {
    this.level = level;
    for (const logger of this.children) logger.setLevel(level);
  }

  info(text) {
    if (this.level === 'info') this.lines.push({ ...this.bindings, text });
  }
}

const log = new Logger({ service: 'shop', pid: process.pid }, 'info');

function handle(n) {
  const requestLog = log.child({ requestId: `req-${n}`, path: `/items/${n}`, agent: 'Mozilla/5.0' });
  requestLog.info('begin');
  requestLog.info('end');
}

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive((n) => {
    traffic(n);
    handle(n);
  }),
);
