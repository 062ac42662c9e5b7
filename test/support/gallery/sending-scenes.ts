/** Scenes of files that are chosen, dropped, recorded and offered, for gallery.ts. */
import type { View } from '../../../src/session/faces';
import { attachment, manifest, offer } from '../fake-files';
import { bob, carol, type FakeApplication, FakeRoom, message, person } from '../fake-room';

export const sendingScenes: Readonly<Record<string, (application: FakeApplication) => void>> = {
  tray: (application) => {
    const room = withBob(application);
    const source = drawn();
    room.files.tray.set([
      attachment('IMG_2041.jpg', { kind: 'picture', source, sizeBytes: 3_400_000, reducible: true, state: { kind: 'preparing', share: 0.4 } }),
      attachment('IMG_2042.jpg', { kind: 'picture', source, sizeBytes: 5_100_000, reducible: true, original: true, tellsMetadata: true }),
      attachment('The minutes of the meeting of the association in the long hall behind the library.pdf', { sizeBytes: 120_000 }),
      attachment('holiday.mov', { kind: 'video', sizeBytes: 812_000_000, sending: true, state: { kind: 'preparing', share: 0.7 } }),
      attachment('gone.txt', { state: { kind: 'failed', reason: 'unreadable' } }),
    ]);
  },
  'tray-one': (application) => {
    const room = withBob(application);
    room.files.tray.set([attachment('IMG_2041.jpg', { kind: 'picture', source: drawn(), sizeBytes: 3_400_000, reducible: true })]);
  },
  offers: (application) => {
    const room = withBob(application);
    const coming = manifest('holiday.mov', { kind: 'plain' }, { sizeBytes: 812_000_000 });
    room.files.set(coming, { kind: 'coming', receivedBytes: 330_000_000, bytesPerSecond: 12_000_000, secondsLeft: 40 });
    room.files.offers.set([
      offer('report.pdf', bob),
      offer('holiday.mov', bob, { state: 'accepted', file: coming, sizeBytes: 812_000_000 }),
      offer('plan.odt', carol, { direction: 'to', personName: 'Carol', state: 'accepted', sentBytes: 1_200_000 }),
      offer('The minutes of the meeting of the association in the long hall behind the library.pdf', carol, { direction: 'to', personName: 'Carol', state: 'failed' }),
      offer('song.mp3', bob, { state: 'done', file: manifest('song.mp3') }),
    ]);
  },
  'offers-one': (application) => {
    const room = withBob(application);
    room.files.offers.set([offer('report.pdf', bob)]);
  },
  // Drag a file over it; press the microphone.
  dropping: (application) => void withBob(application),
};

function withBob(application: FakeApplication): FakeRoom {
  const room = new FakeRoom([message('Do you have the pictures of Sunday?'), message('And the minutes, please.')]).withPeople(person(bob), person(carol));
  application.view.set({ kind: 'room', room } satisfies View);
  return room;
}

function drawn(): Blob {
  return new Blob(['<svg xmlns="http://www.w3.org/2000/svg" width="80" height="60"><rect width="80" height="60" fill="#8fc7e8"/><circle cx="60" cy="14" r="8" fill="#ffe08a"/><path d="M0 60 25 25 45 48 58 34 80 60Z" fill="#3b7f78"/></svg>'], { type: 'image/svg+xml' });
}
