// clean: metrics are sent by one UDP socket
// written: 2026-11-21
const { createSocket } = require('node:dgram');

const receiver = createSocket('udp4');
const sender = createSocket('udp4');
let received = 0;
receiver.on('message', () => {
  received += 1;
});

receiver.bind(0, '127.0.0.1', async () => {
  const { drive, traffic } = await import('../../driver.mjs');
  const { port } = receiver.address();
  await drive((n) => {
    traffic(n);
    sender.send(`requests:${received}|c`, port, '127.0.0.1');
  });
});
