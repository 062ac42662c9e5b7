import { describe, expect, it } from 'vitest';
import { connectionStatus, type ConnectionFacts } from '../../../src/session/connection-status';
import { Notices } from '../../../src/session/notices';

const facts: ConnectionFacts = { reachable: true, unreachableForLong: false, looking: false, people: [], reconnectingMs: 0 };

describe('the connection status', () => {
  it.each<[string, Partial<ConnectionFacts>, object]>([
    ['alone', {}, { kind: 'alone' }],
    ['looking', { looking: true }, { kind: 'looking' }],
    ['looking while the introductions are not reached yet', { reachable: false }, { kind: 'looking' }],
    ['introductions offline', { reachable: false, unreachableForLong: true }, { kind: 'introductions-offline' }],
    ['introductions offline with people', { reachable: false, unreachableForLong: true, people: [{ path: 'direct' }] }, { kind: 'introductions-offline' }],
    ['direct, also while the path is not known yet', { people: [{ path: 'unknown' }] }, { kind: 'direct' }],
    ['direct while the introductions are away for a moment', { reachable: false, people: [{ path: 'direct' }] }, { kind: 'direct' }],
    ['relayed when one is', { people: [{ path: 'direct' }, { path: 'relayed' }] }, { kind: 'relayed' }],
    ['reconnecting before all', { reachable: false, unreachableForLong: true, people: [{ path: 'lost' }], reconnectingMs: 3_999 }, { kind: 'reconnecting', seconds: 3 }],
  ])('is %s', (_what, change, expected) => {
    expect(connectionStatus({ ...facts, ...change })).toEqual(expected);
  });
});

describe('notices', () => {
  it('of one kind replace each other, and go when they are dismissed or no longer true', () => {
    const notices = new Notices();
    const kinds = () => notices.shown.value.map(({ content }) => content.kind);
    notices.show({ kind: 'link-copied' });
    notices.show({ kind: 'oops' });
    notices.show({ kind: 'link-copied' });
    expect(kinds()).toEqual(['oops', 'link-copied']);
    notices.clear('oops');
    expect(kinds()).toEqual(['link-copied']);
    const [notice] = notices.shown.value;
    if (notice) notices.dismiss(notice.id);
    expect(kinds()).toEqual([]);
  });
});
