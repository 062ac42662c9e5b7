/** Messages with files, to look at. The pictures are drawn here. */
import type { FileLook, FileManifest } from '../../../src/core/file';
import type { View } from '../../../src/session/faces';
import type { FileState } from '../../../src/session/files/files-face';
import { draw } from '../drawn-picture';
import { manifest } from '../fake-files';
import { alice, bob, carol, type FakeApplication, FakeRoom, message, person, quote } from '../fake-room';

class Album {
  readonly room = new FakeRoom().withPeople(person(bob), person(carol));
  #clockMs = new Date().setHours(9, 0);

  /** Of that author, with a caption. */
  say(author: typeof alice, body: string, ...files: readonly (FileManifest | 'broken')[]): void {
    this.#clockMs += 60_000;
    this.room.conversation.add(message(body, author, this.#clockMs, undefined, { files }));
  }

  async picture(name: string, width: number, height: number, hue: number, state: FileState = { kind: 'here', sending: undefined }): Promise<FileManifest> {
    const { content, look } = await draw(width, height, hue);
    const file = manifest(name, look, { type: 'image/jpeg', sizeBytes: 3_400_000 });
    this.room.files.put(file, content, { kind: 'picture', content, width, height });
    this.room.files.set(file, state);
    return file;
  }

  file(name: string, state: FileState, look: FileLook = { kind: 'plain' }, sizeBytes = 12_000_000): FileManifest {
    const file = manifest(name, look, { sizeBytes });
    this.room.files.set(file, state);
    return file;
  }
}

const here: FileState = { kind: 'here', sending: undefined };
const coming: FileState = { kind: 'coming', receivedBytes: 4_100_000, bytesPerSecond: 2_400_000, secondsLeft: 40 };
const sending: FileState = { kind: 'here', sending: { people: [bob, carol], bytesPerSecond: 3_100_000 } };
const waveform = Array.from({ length: 48 }, (_, index) => Math.round(8 + 7 * Math.sin(index / 2.3) * Math.cos(index / 7)));

async function pictures(album: Album): Promise<void> {
  const { room } = album;
  const picture = album.picture.bind(album);
  album.say(bob, 'Look what I found', await picture('beach.jpg', 1600, 1200, 190));
  album.say(alice, '', await picture('tower.jpg', 900, 1600, 20));
  album.say(carol, 'Two of them', await picture('one.jpg', 1200, 1200, 90), await picture('two.jpg', 1600, 900, 140));
  album.say(alice, '', await picture('a.jpg', 1600, 900, 220, sending), await picture('b.jpg', 900, 900, 260), await picture('c.jpg', 900, 1200, 300));
  const many = await Promise.all([10, 60, 110, 160, 210, 260, 310].map((hue, index) => picture(`trip ${index + 1}.jpg`, 1200, 900 + 100 * index, hue)));
  album.say(bob, 'The whole trip: **seven** of them', ...many);
  album.say(bob, '', await picture('wide.jpg', 4000, 600, 30), await picture('icon.png', 32, 32, 70));
  const [first] = room.conversation.all;
  if (first) room.conversation.add(message('Where is that?', alice, Date.now(), undefined, { replyTo: quote(first) }));
}

async function onTheWay(album: Album): Promise<void> {
  const picture = album.picture.bind(album);
  album.say(bob, '', await picture('away.jpg', 1600, 1200, 190, { kind: 'away', sources: 2 }));
  album.say(bob, '', await picture('coming.jpg', 1600, 1200, 20, coming));
  album.say(alice, '', await picture('paused.jpg', 1200, 1200, 90, { kind: 'paused', receivedBytes: 1_000_000, reason: 'person' }), await picture('nobody.jpg', 1600, 900, 140, { kind: 'away', sources: 0 }));
  album.say(bob, '', await picture('full.jpg', 1200, 1200, 250, { kind: 'paused', receivedBytes: 1_000_000, reason: 'disk-full' }), await picture('room.jpg', 1600, 900, 300, { kind: 'paused', receivedBytes: 1, reason: 'room-full' }), album.file('no thumbnail.png', { kind: 'away', sources: 1 }, { kind: 'picture', width: 900, height: 900 }));
  const lie = manifest('not a picture.png', { kind: 'picture', width: 1200, height: 900 });
  album.room.files.put(lie, new Blob(['<svg/>']));
  album.say(carol, 'Lies', lie, album.file('poster.png', here, { kind: 'picture', width: 30_000, height: 30_000 }));
}

function cards(album: Album): Promise<void> {
  const file = album.file.bind(album);
  album.say(bob, 'The minutes', file('minutes of the meeting on Thursday.pdf', here));
  album.say(alice, '', file('archive.zip', sending), file('a very long name that goes on and on and tells the whole story of the file.tar.gz', { kind: 'away', sources: 1 }, { kind: 'plain' }, 2_400_000_000));
  album.say(bob, '', file('film.mkv', coming), file('table.xlsx', { kind: 'paused', receivedBytes: 3_000_000, reason: 'person' }), file('main.rs', { kind: 'paused', receivedBytes: 3_000_000, reason: 'no-source' }));
  album.say(alice, '', file('changed.txt', { kind: 'lost', reason: 'changed' }), file('gone', { kind: 'lost', reason: 'vanished' }), file('full.bin', { kind: 'paused', receivedBytes: 3_000_000, reason: 'disk-full' }));
  album.say(carol, 'and one that is broken', 'broken', file('קובץ עברי.pdf', here));
  album.say(bob, '', file('voice-message.webm', here, { kind: 'voice', durationMs: 12_400, waveform }));
  album.say(alice, '', file('voice-message.webm', here, { kind: 'voice', durationMs: 72_400, waveform }));
  album.say(bob, '', file('voice-message.webm', { kind: 'away', sources: 0 }, { kind: 'voice', durationMs: 72_400, waveform: [] }));
  album.say(carol, 'My new song', file('song of the sea.mp3', here, { kind: 'sound', durationMs: 190_000 }), file('next.mp3', { kind: 'away', sources: 1 }, { kind: 'sound', durationMs: 190_000 }));
  return Promise.resolve();
}

export const fileScenes: Record<string, (application: FakeApplication) => void> = {
  'files-pictures': (application) => show(application, pictures),
  'files-coming': (application) => show(application, onTheWay),
  'files-cards': (application) => show(application, cards),
};

function show(application: FakeApplication, fill: (album: Album) => Promise<void>): void {
  const album = new Album();
  album.room.files.usage.set({ usedBytes: 1_200_000_000, quotaBytes: 4_000_000_000, count: 31 });
  application.view.set({ kind: 'room', room: album.room } satisfies View);
  void fill(album);
}
