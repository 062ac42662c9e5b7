/** Gives Vite's dev server the introductions and `/config.json`, so that `npm run dev` needs no second process. No STUN, https or CSP there. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Plugin, ViteDevServer } from 'vite';
import { newCounters } from './counters';
import { sendConfig } from './http-host';
import { startIntroductions } from './introductions';
import { isOriginAllowed } from './origin';
import { runtimeConfig } from './runtime-config';
import { readSettings } from './settings';

/**
 * Of the variables in `env` only ICE_SERVERS counts; throws when it is broken. Upgrades outside /sig/ are left to Vite, whose hot reload
 * has a socket of its own on the same server.
 */
export function signalingPlugin(env: Readonly<Record<string, string | undefined>>): Plugin {
  const read = readSettings({ ICE_SERVERS: env['ICE_SERVERS'] });
  if ('problem' in read) throw new Error(read.problem);
  const { iceServers } = read.settings;
  return {
    name: 'mindmeet-signaling',
    configureServer(server: ViteDevServer) {
      server.middlewares.use('/config.json', (request, response) => {
        sendConfig(response, runtimeConfig(request.headers.host, false, { lanAddresses: [], httpsPort: undefined, stunPort: undefined, iceServers }));
      });
      // In middleware mode (component tests) there is no http server of Vite's own.
      if (!server.httpServer) return;
      const introductions = startIntroductions({ counters: newCounters(), isOriginAllowed: (origin, host) => isOriginAllowed(origin, host, []) });
      server.httpServer.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        introductions.handleUpgrade(request, socket, head);
      });
      server.httpServer.on('close', () => void introductions.stop());
    },
  };
}
