// leaking: a UDP socket per message that is sent, never closed
// right: sendMetric
// class: counter
// rate: 5
// written: 2026-11-21
const { createSocket } = require('node:dgram');

const receiver = createSocket('udp4');
let sent = 0;

function sendMetric(port) {
  const socket = createSocket('udp4');
  socket.send(`requests:${sent}|c`, port, '127.0.0.1');
  sent += 1;
}

receiver.bind(0, '127.0.0.1', async () => {
  const { drive, traffic } = await import('../../driver.mjs');
  const { port } = receiver.address();
  await drive(
    (n) => {
      traffic(n);
      if (n % 10 === 0) sendMetric(port);
    },
    { perSecond: 50, count: () => process.getActiveResourcesInfo().filter((type) => type === 'UDPWrap').length },
  );
});
