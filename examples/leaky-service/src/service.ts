// What both twins share: an HTTP server with three routes. It knows nothing of watertight.
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';

export interface Shop {
  /** Puts an item into the cart of a new visitor and tells how much the cart holds. */
  addToCart(item: string): Promise<number>;
  /** Writes the order to the audit log. */
  order(item: string): Promise<void>;
  /** Tells the price of an item; a price may be refreshed in the background. */
  price(item: string): Promise<number>;
  /** Called once, before the process ends. */
  close(): Promise<void>;
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function route(shop: Shop, url: URL, response: ServerResponse): Promise<void> {
  const item = url.searchParams.get('item') ?? 'book';
  if (url.pathname === '/cart') return answer(response, 200, { bytes: await shop.addToCart(item) });
  if (url.pathname === '/order') return answer(response, 201, { ordered: await shop.order(item) });
  if (url.pathname === '/price') return answer(response, 200, { price: await shop.price(item) });
  return answer(response, 404, { error: 'no such route' });
}

/** Serves the shop on $PORT of this machine only, until SIGTERM. */
export function serve(shop: Shop): void {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    route(shop, url, response).catch((error: unknown) => answer(response, 500, { error: String(error) }));
  });
  server.listen(Number(process.env['PORT'] ?? 0), '127.0.0.1', () =>
    console.log(`service: listening on ${JSON.stringify(server.address())}`),
  );

  process.once('SIGTERM', () => {
    server.close(() => {
      void shop.close().then(() => process.exit(0));
    });
    server.closeAllConnections();
  });
}
