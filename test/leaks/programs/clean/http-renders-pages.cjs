// clean: pages are rendered on the server from a tree of components, with an ETag cache of two hundred
// written: 2026-11-21
const { Agent, createServer, get } = require('node:http');

const tags = new Map();

const element = (name, attributes, ...children) => ({ name, attributes, children });
const renderNode = (node) =>
  typeof node === 'string'
    ? node
    : `<${node.name}${Object.entries(node.attributes)
        .map(([key, value]) => ` ${key}="${value}"`)
        .join('')}>${node.children.map(renderNode).join('')}</${node.name}>`;
const page = (n) =>
  element(
    'html',
    {},
    element('body', { id: n }, ...Array.from({ length: 25 }, (_, at) => element('p', { class: 'row' }, `line ${at} of ${n}`))),
  );

const server = createServer((request, response) => {
  const text = renderNode(page(request.url));
  tags.set(request.url, text.length);
  if (tags.size > 200) tags.delete(tags.keys().next().value);
  response.end(text);
});
server.listen(0, '127.0.0.1', async () => {
  const { drive } = await import('../../driver.mjs');
  server.keepAliveTimeout = 60_000;
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const { port } = server.address();
  await drive(
    (n) =>
      new Promise((resolve, reject) => {
        get({ port, host: '127.0.0.1', agent, path: `/${n}` }, (response) => response.resume().on('end', resolve)).on(
          'error',
          reject,
        );
      }),
    { perSecond: 100 },
  );
});
