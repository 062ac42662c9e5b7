/** The real server with the built app, inside the test process, so that a test can stop it, start it again and read its counters. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startServer } from '../../signaling/start-server';
import type { RunningServer } from '../../signaling/start-server';

const appDirectory = join(process.cwd(), 'dist/app');

/** What a story may do with the server. */
export interface TestServer {
  /** `http://localhost:PORT`, the same before and after a restart. localhost is a secure context. */
  readonly origin: string;
  /** Numbers since the last start. */
  readonly counters: RunningServer['counters'];
  stop(): Promise<void>;
  /** On the same port. Does nothing if it runs. */
  start(): Promise<void>;
}

/** On free ports; the caller stops it. */
export async function startTestServer(): Promise<TestServer> {
  if (!existsSync(join(appDirectory, 'index.html'))) throw new Error('The app is not built: run `npm run build` before the end-to-end tests.');
  let running: RunningServer | undefined = await launch(0);
  const { port } = running;
  let { counters } = running;
  return {
    origin: `http://localhost:${port}`,
    get counters() {
      return counters;
    },
    async stop() {
      const stopping = running;
      running = undefined;
      await stopping?.stop();
    },
    async start() {
      running ??= await launch(port);
      ({ counters } = running);
    },
  };
}

function launch(port: number): Promise<RunningServer> {
  return startServer({ host: '127.0.0.1', port, httpsPort: 'off', stunPort: 0, iceServers: [], appDirectory, cacheDirectory: join(process.cwd(), '.cache'), lanAddresses: [] });
}
