import { expect } from 'chai';
import { strFromU8, unzipSync } from 'fflate';
import { Marked } from 'marked';
import type { FileManifest } from '../../../src/core/file';
import type { FileId } from '../../../src/core/ids';
import type { ChatMessage } from '../../../src/core/message';
import { makeExport } from '../../../src/ui/export-file';
import { collectFiles } from '../../../src/ui/exported-files';
import { jsonOf } from '../../../src/ui/json-export';
import { markdownOf } from '../../../src/ui/markdown-export';
import { zipOf } from '../../../src/ui/zip-export';
import { FakeFiles, manifest } from '../../support/fake-files';
import { bob, FakeRoom, message } from '../../support/fake-room';

const now = new Date(2026, 2, 1, 12);
const withFiles = (body: string, ...files: ChatMessage['files']): ChatMessage => message(body, bob, now.getTime(), 'Bob', { files });

async function* pages(...messages: readonly ChatMessage[]): AsyncIterable<readonly ChatMessage[]> {
  yield messages;
}

async function textFrom(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

function filesWith(contents: readonly (readonly [FileManifest, Blob])[]): FakeFiles {
  const files = new FakeFiles();
  for (const [file, content] of contents) files.put(file, content);
  return files;
}

async function unzipped(content: Blob): Promise<Readonly<Record<string, Uint8Array>>> {
  return unzipSync(new Uint8Array(await content.arrayBuffer()));
}

describe('the files of an export', () => {
  it('lie in its zip as they are, each once, under names of their own', async () => {
    const bytes = crypto.getRandomValues(new Uint8Array(65_536));
    const large = new Blob(Array.from({ length: 40 }, () => bytes));
    const [film, twin, Twin, away] = [manifest('film.bin'), manifest('notes.txt'), manifest('NOTES.txt'), manifest('gone.pdf')];
    const room = new FakeRoom([withFiles('One', film, twin), withFiles('Two', Twin, film, away, 'broken')]);
    room.files.put(film, large);
    room.files.put(twin, new Blob(['first']));
    room.files.put(Twin, new Blob(['second']));
    const request = { conversation: room.conversation, files: room.files, format: 'zip', messages: 'all', title: 'Bob', heading: 'Room: Bob', now } as const;
    const exported = await makeExport(request, new AbortController().signal, () => undefined);
    if (!exported) throw new Error('nothing was made');
    const entries = await unzipped(exported.content);
    expect(Object.keys(entries).filter((name) => name.startsWith('files/'))).to.deep.equal(['files/film.bin', 'files/notes.txt', 'files/NOTES (2).txt']);
    expect(new Blob([entries['files/film.bin'] as Uint8Array<ArrayBuffer>]).size).to.equal(large.size);
    expect(entries['files/film.bin']?.slice(-65_536)).to.deep.equal(bytes);
    expect(strFromU8(entries['files/NOTES (2).txt'] ?? new Uint8Array())).to.equal('second');
    const markdown = strFromU8(entries['Bob 2026-03-01.md'] ?? new Uint8Array());
    expect(markdown).to.include('](files/NOTES%20%282%29.txt)');
    expect(markdown).to.match(/gone\\\.pdf, .*not on this device/u);
    const json = JSON.parse(strFromU8(entries['Bob 2026-03-01.json'] ?? new Uint8Array())) as { readonly messages: readonly { readonly files: unknown }[] };
    expect(json.messages.map(({ files }) => files)).to.deep.equal([
      [
        { ...film, path: 'files/film.bin' },
        { ...twin, path: 'files/notes.txt' },
      ],
      [{ ...Twin, path: 'files/NOTES (2).txt' }, { ...film, path: 'files/film.bin' }, away, { broken: true }],
    ]);
  });

  it('are left out where the zip would be too large, and the others are not', async () => {
    const [film, notes, more] = [manifest('film.bin'), manifest('notes.txt'), manifest('more.txt')];
    const files = filesWith([
      [film, new Blob(['x'.repeat(90)])],
      [notes, new Blob(['x'.repeat(20)])],
      [more, new Blob(['x'.repeat(85)])],
    ]);
    const { entries, placeOf } = await collectFiles(pages(withFiles('', film, notes, more)), files, 100);
    expect(entries.map(({ name }) => name)).to.deep.equal(['files/film.bin']);
    expect([film, notes, more].map(placeOf)).to.deep.equal([{ path: 'files/film.bin' }, 'left-out', 'left-out']);
    const markdown = await textFrom(markdownOf(pages(withFiles('', film, notes)), 'Bob', 'today', placeOf));
    expect(markdown).to.match(/notes\\\.txt, .*left out\\: a zip takes files of 4 GB at most/u);
  });

  it('are told by name where they don’t lie beside it', async () => {
    const markdown = await textFrom(markdownOf(pages(withFiles('Look', manifest('a *b*.pdf'), 'broken')), 'Bob', 'today'));
    expect(markdown).to.include('> Look\n\n- a \\*b\\*\\.pdf, ');
    expect(markdown).to.include('\n- A file whose description can’t be read\n');
    expect(markdown).not.to.include('](');
  });

  it('have no words of their own to say: a message of files alone is a list', async () => {
    const markdown = await textFrom(markdownOf(pages(withFiles('', manifest('a.pdf'))), 'Bob', 'today'));
    expect(markdown).to.match(/\*\*Bob\*\* · 12:00\n\n- a\\\.pdf, [^\n]*\n$/u);
  });

  it('can’t give what their names say a meaning', async () => {
    const names = ['<img src=x onerror=alert(1)>.png', '](javascript:alert(1)).txt', '`a`.txt', '# a.txt', 'a | b.txt', '[x]: y.txt'];
    const files = names.map((name) => manifest(name));
    const markdown = await textFrom(markdownOf(pages(withFiles('', ...files)), 'Bob', 'today', (file) => ({ path: `files/${file.name}` })));
    const page = new DOMParser().parseFromString(await new Marked({ gfm: true }).parse(markdown, { async: true }), 'text/html');
    expect([...new Set([...page.body.querySelectorAll('*')].map(({ localName }) => localName))].toSorted()).to.deep.equal(['a', 'h1', 'h2', 'li', 'p', 'strong', 'ul']);
    expect([...page.querySelectorAll('a')].map(({ textContent }) => textContent)).to.deep.equal(names);
    expect([...page.querySelectorAll('a')].every((link) => link.getAttribute('href')?.startsWith('files/'))).to.equal(true);
  });

  it('stand in JSON without the little pictures of them', async () => {
    const picture = manifest('beach.jpg', { kind: 'picture', width: 4, height: 3, thumbnail: new Uint8Array(500) });
    const json = await textFrom(jsonOf(pages(withFiles('', picture)), 'Bob', now));
    expect(JSON.parse(json)).to.deep.nested.include({ 'messages[0].files[0].look': { kind: 'picture', width: 4, height: 3 } });
    expect(json).not.to.include('thumbnail');
  });

  it('that can’t be read any more are no part of a zip that looks whole', async () => {
    const broken = new Blob(['x']);
    Object.defineProperty(broken, 'slice', { value: () => ({ arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotFoundError')) }) });
    let failure: unknown;
    try {
      for await (const piece of zipOf([{ name: 'files/x', content: broken }])) void piece;
    } catch (cause) {
      failure = cause;
    }
    expect(failure).to.be.instanceOf(DOMException);
  });

  it('of one id are one, whatever they are called', async () => {
    const id = 'a'.repeat(26) as FileId;
    const [first, second] = [manifest('a.txt', { kind: 'plain' }, { id }), manifest('b.txt', { kind: 'plain' }, { id })];
    const { entries, placeOf } = await collectFiles(pages(withFiles('', first), withFiles('', second)), filesWith([[first, new Blob(['x'])]]));
    expect(entries).to.have.length(1);
    expect(placeOf(second)).to.deep.equal({ path: 'files/a.txt' });
  });
});
