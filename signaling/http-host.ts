/** Answers http requests: the built app, `/config.json` and `/health`, each with the headers of security-headers.ts. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { RuntimeConfig } from './runtime-config';
import { securityHeaders } from './security-headers';
import type { StaticFiles } from './static-files';

export interface HttpHostOptions {
  /** Undefined serves no app: the signaling alone. */
  readonly files: StaticFiles | undefined;
  /** The answer to /config.json; undefined when the request's Host header is broken. */
  readonly configFor: (request: IncomingMessage) => RuntimeConfig | undefined;
}

/** GET and HEAD only. A path without a file extension, or one under /rooms/, is an address in the app: the page itself answers it. */
export function createHttpHost(options: HttpHostOptions): RequestListener {
  return (request, response) => {
    const pathname = pathOf(request);
    for (const [name, value] of Object.entries(securityHeaders(pathname))) response.setHeader(name, value);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      sendText(response, 405, 'method not allowed');
    } else if (pathname === '/health') {
      response.setHeader('Cache-Control', 'no-store');
      sendText(response, 200, 'ok');
    } else if (pathname === '/config.json') {
      sendConfig(response, options.configFor(request));
    } else {
      sendFile(request, response, pathname, options.files);
    }
  };
}

/** Also for Vite's dev server. */
export function sendConfig(response: ServerResponse, config: RuntimeConfig | undefined): void {
  if (!config) {
    sendText(response, 400, 'broken Host header');
    return;
  }
  response.setHeader('Cache-Control', 'no-store');
  send(response, 200, 'application/json', Buffer.from(JSON.stringify(config)));
}

function sendFile(request: IncomingMessage, response: ServerResponse, pathname: string, files: StaticFiles | undefined): void {
  const wanted = isRoute(pathname) ? '/index.html' : pathname;
  const file = files?.find(wanted, request.headers['accept-encoding']);
  if (!file) {
    sendText(response, 404, 'not found');
    return;
  }
  response.setHeader('Cache-Control', cachingOf(wanted));
  response.setHeader('Vary', 'Accept-Encoding');
  response.setHeader('ETag', file.etag);
  if (request.headers['if-none-match'] === file.etag) {
    response.writeHead(304).end();
    return;
  }
  if (file.contentEncoding) response.setHeader('Content-Encoding', file.contentEncoding);
  send(response, 200, file.contentType, file.body);
}

function isRoute(pathname: string): boolean {
  // Under /sig/ only sockets are answered; a page there would look like an open door of `peer`.
  return pathname.startsWith('/rooms/') || (!pathname.startsWith('/sig/') && !/\.[^/]*$/.test(pathname));
}

/** Vite puts a hash of the content into each name under /assets/. All else is asked for anew each time, and mostly answered by 304. */
function cachingOf(pathname: string): string {
  return pathname.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/';
}

function sendText(response: ServerResponse, status: number, text: string): void {
  send(response, status, 'text/plain; charset=utf-8', Buffer.from(text));
}

/** Node itself leaves the body of an answer to HEAD out. */
function send(response: ServerResponse, status: number, contentType: string, body: Buffer): void {
  response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': body.length }).end(body);
}
