import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/config';
import { encodeBase64Url } from '../../../src/core/base64url';
import type { FileEntry, FileLook } from '../../../src/core/file';
import type { FileId } from '../../../src/core/ids';
import { fileEntriesSchema, fileManifestSchema, writeEntry } from '../../../src/protocol/file-manifest';
import { toJson } from '../../../src/protocol/schema';
import { jpegFrame, jpegOf } from '../../support/picture-bytes';

const report = { id: 'a'.repeat(26), name: 'report.pdf', type: 'application/pdf', sizeBytes: 3_000_000, look: { kind: 'plain' } };
const thumbnail = encodeBase64Url(jpegOf(jpegFrame(320, 240)));
const picture = { ...report, look: { kind: 'picture', width: 640, height: 480, thumbnail } };

const read = (description: unknown) => {
  const result = v.safeParse(fileManifestSchema, description);
  return result.success ? result.output : undefined;
};
const lookOf = (look: unknown): FileLook | undefined => read({ ...report, look })?.look;

describe('the description of a file', () => {
  it.each<FileEntry>([
    { ...report, id: report.id as FileId, look: { kind: 'plain' } },
    { ...report, id: report.id as FileId, look: { kind: 'picture', width: 640, height: 480, thumbnail: jpegOf(jpegFrame(320, 240)) } },
    { ...report, id: report.id as FileId, look: { kind: 'video', width: 640, height: 480, durationMs: 61_000 } },
    { ...report, id: report.id as FileId, look: { kind: 'sound', durationMs: 0 } },
    { ...report, id: report.id as FileId, look: { kind: 'voice', durationMs: 2_500, waveform: [0, 7, 15] } },
  ])('is read as it was written', (entry) => {
    expect(v.parse(fileEntriesSchema, JSON.parse(toJson([writeEntry(entry)])))).toEqual([entry]);
  });

  it('has a clean name', () => {
    expect(read({ ...report, name: '../../photo\u202egpj.exe' })?.name).toBe('photogpj.exe');
    expect(read({ ...report, name: '' })?.name).toBe('file');
    expect([...(read({ ...report, name: `${'a'.repeat(4_000)}.pdf` })?.name ?? '')]).toHaveLength(limits.fileNameCharacters);
  });

  it.each([
    ['no id', { ...report, id: undefined }],
    ['an id that is a path', { ...report, id: `../${'a'.repeat(23)}` }],
    ['an id in capitals', { ...report, id: 'A'.repeat(26) }],
    ['a name of 10,000 characters', { ...report, name: 'a'.repeat(10_000) }],
    ['no name', { ...report, name: 7 }],
    ['no bytes', { ...report, sizeBytes: 0 }],
    ['less than none', { ...report, sizeBytes: -1 }],
    ['half a byte', { ...report, sizeBytes: 1.5 }],
    ['more bytes than a file has', { ...report, sizeBytes: limits.fileBytes + 1 }],
    ['a size in words', { ...report, sizeBytes: '3000000' }],
  ])('with %s is none', (_what, description) => {
    expect(read(description)).toBeUndefined();
  });

  it.each(['text/html; charset=utf-8', 'Text/HTML', 'html', '<b>/x', 'a/b/c', `a/${'b'.repeat(127)}`, 7, undefined])('has no type where that is none: %s', (type) => {
    expect(read({ ...report, type })?.type).toBe('');
  });

  it.each<readonly [string, unknown]>([
    ['is of a kind that a later release adds', { kind: 'hologram', depth: 3 }],
    ['is missing', undefined],
    ['has no width', { kind: 'picture', width: 0, height: 480 }],
    ['is wider than pictures are', { kind: 'picture', width: 65_536, height: 480 }],
    ['lasts for ever', { kind: 'sound', durationMs: 1e12 }],
    ['has a waveform of letters', { kind: 'voice', durationMs: 1, waveform: 'xyz' }],
    ['has a waveform without end', { kind: 'voice', durationMs: 1, waveform: '7'.repeat(limits.waveformBars + 1) }],
    ['has a thumbnail that is no JPEG', { ...picture.look, thumbnail: encodeBase64Url(new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>')) }],
    ['has a thumbnail of 100 megapixels', { ...picture.look, thumbnail: encodeBase64Url(jpegOf(jpegFrame(10_000, 10_000))) }],
    ['has a thumbnail of too many bytes', { ...picture.look, thumbnail: encodeBase64Url(jpegOf(jpegFrame(320, 240), new Uint8Array(limits.thumbnailBytes))) }],
  ])('whose look %s is that of a plain file', (_what, look) => {
    expect(lookOf(look)).toEqual({ kind: 'plain' });
  });
});

describe('the files of a message', () => {
  it('are told from those whose description is broken', () => {
    expect(v.parse(fileEntriesSchema, [report, null, { ...report, sizeBytes: 0 }, 7])).toEqual([report, 'broken', 'broken', 'broken']);
  });

  it.each([
    ['none', []],
    ['too many', Array.from({ length: limits.filesAMessage + 1 }, () => report)],
    ['no list', { 0: report }],
  ])('are not read when they are %s', (_what, files) => {
    expect(v.safeParse(fileEntriesSchema, files).success).toBe(false);
  });
});
