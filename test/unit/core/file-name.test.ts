import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanFileName, endingOf } from '../../../src/core/file-name';

const maximum = 80;
const clean = (name: string): string => cleanFileName(name, maximum);

describe('the name of a file', () => {
  it.each(['report.pdf', 'Ata da reunião.odt', '写真 2026.jpg', '🏖 beach.png', 'archive.tar.gz', 'README'])('stays as it is: %s', (name) => {
    expect(clean(name)).toBe(name);
  });

  it.each([
    ['../../etc/passwd', 'passwd'],
    ['..\\..\\Windows\\win.ini', 'win.ini'],
    ['/etc/passwd', 'passwd'],
    ['C:\\autoexec.bat', 'autoexec.bat'],
    ['..', 'file'],
    ['...', 'file'],
    ['/', 'file'],
    ['.bashrc', 'bashrc'],
    ['a/.\u200d./b.txt', 'b.txt'],
  ])('leads nowhere: %s', (name, cleaned) => {
    expect(clean(name)).toBe(cleaned);
  });

  it('hides nothing: what turns the order of letters, or is not seen, goes', () => {
    expect(clean('photo\u202egpj.exe')).toBe('photogpj.exe');
    expect(clean('in\u200bvoice\u2066.pdf\u2069\0\n')).toBe('invoice.pdf');
    expect(clean('half\ud800.txt')).toBe('half.txt');
  });

  it('is one that any disk takes', () => {
    expect(clean('a<b>c:d"e|f?g*h.txt')).toBe('a_b_c_d_e_f_g_h.txt');
    expect(clean('CON')).toBe('_CON');
    expect(clean('lpt1.txt')).toBe('_lpt1.txt');
    expect(clean('aux .txt')).toBe('_aux .txt');
    expect(clean('console.txt')).toBe('console.txt');
    expect(clean('notes.txt. . ')).toBe('notes.txt');
  });

  it('has a length that disks take, and keeps its ending', () => {
    const cut = clean(`${'a'.repeat(10_000)}.jpeg`);
    expect(cut).toBe(`${'a'.repeat(75)}.jpeg`);
    expect([...clean('🏖'.repeat(10_000))]).toHaveLength(maximum);
    expect(clean(`x.${'y'.repeat(10_000)}`)).toHaveLength(maximum);
  });

  it.each(['', ' ', '\u202e', '\0', '. .'])('is "file" where nothing is left of %j', (name) => {
    expect(clean(name)).toBe('file');
  });

  it('is clean when it was cleaned, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
        const once = clean(name);
        expect(once).not.toMatch(/[/\\<>:"|?*\p{Cc}\p{Cf}]|^[.\s]|[.\s]$/u);
        expect([...once].length).toBeLessThanOrEqual(maximum);
        expect(clean(once)).toBe(once);
      }),
    );
  });
});

describe('the ending of a name', () => {
  it.each([
    ['photo.JPG', 'jpg'],
    ['archive.tar.gz', 'gz'],
    ['README', ''],
    ['ends with a dot.', ''],
    [`x.${'y'.repeat(17)}`, ''],
  ])('of %s is "%s"', (name, ending) => {
    expect(endingOf(name)).toBe(ending);
  });
});
