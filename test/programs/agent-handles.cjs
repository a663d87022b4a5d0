// Opens one handle of every type, each on a line of its own that names it in a comment, and stays until it is told to end.
const fs = require('fs');
const net = require('net');
const http = require('http');
const { tmpdir } = require('os');
const { join } = require('path');
const kept = [];
const marks = require('fs').readFileSync(__filename, 'utf8').split('\n');
kept.push(fs.openSync('/etc/hostname')); // MARK file openSync
fs.open('/etc/hostname', () => {}); // MARK file open
(async () => kept.push(await fs.promises.open('/etc/hostname')))(); // MARK file promises.open
kept.push(fs.createReadStream('/dev/zero').once('data', function () { this.pause(); })); // MARK file createReadStream
setInterval(() => {}, 100_000); // MARK interval setInterval
setTimeout(() => {}, 60_000); // MARK timeout setTimeout
fs.watch(__dirname); // MARK watcher watch
fs.watchFile(__filename, () => {}); // MARK watcher watchFile
fs.watch(__dirname, { recursive: true }); // MARK watcher recursive
require('dgram').createSocket('udp4').bind(0, '127.0.0.1'); // MARK udp createSocket
require('child_process').spawn(process.execPath, ['-e', 'setTimeout(()=>{}, 100000)'], { env: {} }); // MARK process spawn
new (require('worker_threads').Worker)('setInterval(() => {}, 1000)', { eval: true, env: {} }); // MARK worker Worker
fs.mkdtempSync(join(tmpdir(), 'agent-handles-')); // MARK temp mkdtempSync
fs.writeFileSync(join(tmpdir(), 'agent-handles.txt'), 'x'); // MARK temp writeFileSync
const server = net.createServer((socket) => kept.push(socket));
server.listen(0, '127.0.0.1', () => { // MARK server listen
  const { port } = server.address();
  kept.push(net.connect(port, '127.0.0.1')); // MARK socket connect
  kept.push(new net.Socket().connect(port, '127.0.0.1')); // MARK socket Socket.connect
});
const web = http.createServer(() => {});
web.listen(0, '127.0.0.1', () => { // MARK server http.listen
  http.get({ port: web.address().port, host: '127.0.0.1' }).on('error', () => {}); // MARK socket http.get
});
const shown = marks.flatMap((line, at) => (/\/\/ MARK (\S+) (\S+)$/.test(line) ? [`${RegExp.$1} agent-handles.cjs:${at + 1}`] : []));
setTimeout(() => { console.log(JSON.stringify(shown)); process.exit(0); }, 1500);
