/** The environment variables. */
import { expect, test } from 'vitest';
import { readSettings } from '../../../signaling/settings';

test('nothing set is a server for the whole network', () => {
  expect(readSettings({ PORT: '' })).toEqual({ settings: { host: '0.0.0.0', port: 9000, httpsPort: 9443, stunPort: 3478, iceServers: [] } });
});

test('each variable counts', () => {
  const env = { HOST: '127.0.0.1', PORT: '0', HTTPS_PORT: 'off', STUN_PORT: 'off', ICE_SERVERS: '[{"urls":"stun:a.example"}]' };
  expect(readSettings(env)).toEqual({ settings: { host: '127.0.0.1', port: 0, httpsPort: 'off', stunPort: 'off', iceServers: [{ urls: 'stun:a.example' }] } });
});

test.each([{ PORT: 'abc' }, { PORT: '-1' }, { PORT: '65536' }, { PORT: '80x' }, { PORT: 'off' }, { HTTPS_PORT: '1e3' }, { STUN_PORT: '3478.5' }, { ICE_SERVERS: 'stun:a' }])(
  'a value that makes no sense is explained in one sentence: %o',
  (env) => {
    expect(readSettings(env)).toEqual({ problem: expect.stringContaining(Object.keys(env)[0] ?? '') as string });
  },
);
