// leaking: a connection object with its emitter stays in the list of all connections
// right: accept, Connection
// rate: 160
// written: 2026-11-21
import { EventEmitter } from 'node:events';
import { drive, traffic } from '../../driver.mjs';

class Connection extends EventEmitter {
  static all = [];

  constructor(id) {
    super();
    this.id = id;
    this.buffered = new Array(60).fill(id);
    this.on('data', () => this.emit('parsed'));
    this.once('close', () => this.removeAllListeners());
    Connection.all.push(this);
  }
}

function accept(n) {
  const connection = new Connection(n);
  connection.emit('data');
  connection.emit('close');
}

await drive((n) => {
  traffic(n);
  accept(n);
});
