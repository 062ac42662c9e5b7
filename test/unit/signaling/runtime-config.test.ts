/** /config.json, by who asks. */
import { describe, expect, test } from 'vitest';
import { parseIceServers, runtimeConfig } from '../../../signaling/runtime-config';

const turn = { urls: 'turn:turn.example', username: 'u', credential: 'c' };
const all = { lanAddresses: ['192.168.1.5'], httpsPort: 9443, stunPort: 3478, iceServers: [turn] };

describe('the page hears', () => {
  test('the STUN address as it addressed the server, and the further servers', () => {
    expect(runtimeConfig('meet.example', true, all)?.iceServers).toEqual([{ urls: 'stun:meet.example:3478' }, turn]);
    expect(runtimeConfig('localhost:9000', false, all)?.iceServers[0]).toEqual({ urls: 'stun:127.0.0.1:3478' });
    expect(runtimeConfig('[2001:db8::1]:9443', true, all)?.iceServers[0]).toEqual({ urls: 'stun:[2001:db8::1]:3478' });
  });

  test('no STUN address when that is off', () => {
    expect(runtimeConfig('localhost', false, { ...all, stunPort: undefined, iceServers: [] })).toEqual({ iceServers: [], phoneOrigin: 'https://192.168.1.5:9443' });
  });

  test('where a phone finds it, on this machine only', () => {
    for (const host of ['localhost:9000', '127.0.0.1:9000', '[::1]:9000']) {
      expect(runtimeConfig(host, false, all)).toMatchObject({ phoneOrigin: 'https://192.168.1.5:9443' });
    }
    expect(runtimeConfig('meet.example', true, all)).not.toHaveProperty('phoneOrigin');
    expect(runtimeConfig('localhost', false, { ...all, lanAddresses: [] })).not.toHaveProperty('phoneOrigin');
    expect(runtimeConfig('localhost', false, { ...all, httpsPort: undefined })).not.toHaveProperty('phoneOrigin');
  });

  test('where it is secure, over plain http from elsewhere only', () => {
    expect(runtimeConfig('192.168.1.5:9000', false, all)).toMatchObject({ secureOrigin: 'https://192.168.1.5:9443' });
    expect(runtimeConfig('192.168.1.5:9443', true, all)).not.toHaveProperty('secureOrigin');
    expect(runtimeConfig('localhost:9000', false, all)).not.toHaveProperty('secureOrigin');
    expect(runtimeConfig('192.168.1.5:9000', false, { ...all, httpsPort: undefined })).not.toHaveProperty('secureOrigin');
  });

  test('nothing when its Host is broken', () => {
    expect(runtimeConfig('a b', false, all)).toBeUndefined();
    expect(runtimeConfig(undefined, false, all)).toBeUndefined();
  });
});

describe('ICE_SERVERS', () => {
  test('is a JSON array of servers, of which only known fields are kept', () => {
    const text = JSON.stringify([{ ...turn, more: 1 }, { urls: ['stun:a.example', 'turns:b.example:443?transport=tcp'], username: 'u', credential: 'c' }]);
    expect(parseIceServers(text)).toEqual({ iceServers: [turn, { urls: ['stun:a.example', 'turns:b.example:443?transport=tcp'], username: 'u', credential: 'c' }] });
  });

  test.each(['', 'x', '{}', '[1]', '[null]', '[{}]', '[{"urls":[]}]', '[{"urls":"https://a"}]', '[{"urls":[1]}]', '[{"urls":"turn:a","username":1}]', '[{"urls":"turn:a"}]', '[{"urls":["stun:a","turns:a"],"username":"u"}]'])('is refused in one sentence: %s', (text) => {
    expect(parseIceServers(text)).toEqual({ problem: expect.stringMatching(/^ICE_SERVERS [^]*\.$/) as string });
  });

  test('has room for seven', () => {
    expect(parseIceServers(JSON.stringify(Array.from({ length: 8 }, () => turn)))).toEqual({ problem: 'ICE_SERVERS may name 7 servers at most.' });
  });
});
