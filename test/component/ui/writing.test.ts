import { expect } from 'chai';
import type { DeviceId } from '../../../src/core/ids';
import { messageOf, readCommand } from '../../../src/ui/commands';
import { beginningAt, beginsWith } from '../../../src/ui/completion';
import { loadEmoji, searchEmoji, withTone } from '../../../src/ui/emoji-data';
import { gridRows, moveInGrid } from '../../../src/ui/grid-moves';
import { mentionsIn } from '../../../src/ui/mentioned-people';
import { renderMarkdown } from '../../../src/ui/markdown';
import { formatChange, formats, type Format } from '../../../src/ui/text-editing';
import { alice, bob, carol } from '../../support/fake-room';

/** `[` and `]` stand around what is selected, before and after. */
function formatted(marked: string, format: Format): string {
  const start = marked.indexOf('[');
  const end = marked.indexOf(']') - 1;
  const text = marked.replace('[', '').replace(']', '');
  const change = formatChange({ text, start, end }, format);
  const after = text.slice(0, change.from) + change.insert + text.slice(change.to);
  return `${after.slice(0, change.start)}[${after.slice(change.start, change.end)}]${after.slice(change.end)}`;
}

describe('formatting', () => {
  it('puts marks around what is selected, and takes them off again', () => {
    for (const [format, after] of [
      ['bold', 'a **[word]** b'],
      ['italic', 'a *[word]* b'],
      ['strikethrough', 'a ~~[word]~~ b'],
      ['code', 'a `[word]` b'],
    ] as const) {
      expect(formatted('a [word] b', format)).to.equal(after);
      expect(formatted(after, format)).to.equal('a [word] b');
    }
  });

  it('takes off marks that are selected themselves', () => {
    expect(formatted('a [**word**] b', 'bold')).to.equal('a [word] b');
    expect(formatted('[~~word~~]', 'strikethrough')).to.equal('[word]');
  });

  it('tells bold from italic where both are', () => {
    expect(formatted('**[word]**', 'italic')).to.equal('***[word]***');
    expect(formatted('***[word]***', 'italic')).to.equal('**[word]**');
    expect(formatted('***[word]***', 'bold')).to.equal('*[word]*');
    expect(formatted('*[word]*', 'bold')).to.equal('***[word]***');
  });

  it('leaves the white space at the ends of the selection outside', () => {
    expect(formatted('a[ word ]b', 'bold')).to.equal('a **[word]** b');
  });

  it('begins with the caret between the marks when nothing is selected, and ends so', () => {
    expect(formatted('a []', 'bold')).to.equal('a **[]**');
    expect(formatted('a **[]**', 'bold')).to.equal('a []');
  });

  it('takes more backticks for code that has some', () => {
    expect(formatted('[a`b]', 'code')).to.equal('``[a`b]``');
    expect(formatted('[`a` b]', 'code')).to.equal('`` [`a` b] ``');
    expect(formatted('[```\nx\n```]', 'code-block')).to.equal('````\n[```\nx\n```]\n````');
  });

  it('gives a block of code lines of its own', () => {
    expect(formatted('see [x = 1] there', 'code-block')).to.equal('see \n```\n[x = 1]\n```\n there');
    expect(formatted('[]', 'code-block')).to.equal('```\n[]\n```');
    expect(formatted('```\n[x = 1]\n```', 'code-block')).to.equal('[x = 1]');
  });

  it('makes a link, with what is missing selected', () => {
    expect(formatMarked('see [the plan]')).to.equal('see [the plan](‹url›)');
    expect(formatMarked('[https://example.org]')).to.equal('[‹›](https://example.org)');
    expect(formatMarked('[]')).to.equal('[‹›](url)');

    function formatMarked(marked: string): string {
      const start = marked.indexOf('[');
      const text = marked.replace('[', '').replace(']', '');
      const change = formatChange({ text, start, end: text.length }, 'link');
      const after = text.slice(0, change.from) + change.insert + text.slice(change.to);
      return `${after.slice(0, change.start)}‹${after.slice(change.start, change.end)}›${after.slice(change.end)}`;
    }
  });

  it('marks whole lines as quotation or list, and takes the marks off again', () => {
    expect(formatted('one\nt[wo\nthr]ee\nfour', 'quote')).to.equal('one\n[> two\n> three]\nfour');
    expect(formatted('one\n[> two\n> three]\nfour', 'quote')).to.equal('one\n[two\nthree]\nfour');
    expect(formatted('on[]e', 'list')).to.equal('- on[]e');
    expect(formatted('- on[]e', 'list')).to.equal('on[]e');
    expect(formatted('[]', 'list')).to.equal('- []');
  });

  it('changes nothing but what it marks, whatever is selected', () => {
    const text = 'ä **b** `c`\n> d\n- e 👍🏽 *f*';
    for (const format of formats) {
      for (let start = 0; start <= text.length; start++) {
        for (let end = start; end <= text.length; end++) {
          const { from, to, insert, start: newStart, end: newEnd } = formatChange({ text, start, end }, format);
          const after = text.slice(0, from) + insert + text.slice(to);
          expect(letters(after.replace('(url)', ''))).to.equal(letters(text));
          expect(newStart >= 0 && newStart <= newEnd && newEnd <= after.length).to.equal(true);
        }
      }
    }

    function letters(of: string): string {
      return of.replace(/[*`~>\-[\]()\s]/gu, '');
    }
  });
});

describe('commands', () => {
  it('are only the known ones, at the very start', () => {
    expect(readCommand('/me waves')).to.deep.equal({ name: 'me', rest: 'waves' });
    expect(readCommand('/HELP')).to.deep.equal({ name: 'help', rest: '' });
    expect(readCommand('/code\n  x')).to.deep.equal({ name: 'code', rest: '  x' });
    for (const text of ['/usr/bin', '/', '/mean it', ' /me waves', 'a /me', '/me/too']) expect(readCommand(text), text).to.equal(undefined);
  });

  it('make messages that Markdown shows as they are meant', async () => {
    const shown = async (text: string) => {
      const body = document.createElement('div');
      body.append((await renderMarkdown(text)) ?? text);
      return body.innerHTML.trim();
    };
    expect(await shown(messageOf('me', 'reads snake_case and *waves*'))).to.equal('<p><em>reads snake_case and <em>waves</em></em></p>');
    expect(await shown(messageOf('shrug', 'no idea'))).to.equal('<p>no idea ¯\\_(ツ)_/¯</p>');
    expect(await shown(messageOf('quote', 'one\ntwo'))).to.contain('<blockquote>');
    expect(await shown(messageOf('code', 'a\n```\n*b*'))).to.contain('a\n```\n*b*');
  });

  it('have nothing to say without words, but for the shrug', () => {
    expect([messageOf('me', ' '), messageOf('code', ''), messageOf('quote', ''), messageOf('shrug', '')]).to.deep.equal(['', '', '', '¯\\\\\\_(ツ)\\_/¯']);
  });
});

describe('what is begun at the caret', () => {
  function begun(marked: string): string | undefined {
    const caret = marked.indexOf('|');
    const beginning = beginningAt(marked.replace('|', ''), caret);
    return beginning && `${beginning.kind} ${beginning.from} ${beginning.query}`;
  }

  it('is a command only at the start of the message', () => {
    expect(begun('/|')).to.equal('command 0 ');
    expect(begun('/he|')).to.equal('command 0 he');
    for (const text of ['a /he|', '/usr/|', '/me |', '|/me', ' /|']) expect(begun(text), text).to.equal(undefined);
  });

  it('is a name behind an at sign, also one with spaces', () => {
    expect(begun('hi @|')).to.equal('person 3 ');
    expect(begun('(@José Ma|')).to.equal('person 1 José Ma');
    for (const text of ['a@b.c|', '@a\n|', 'hi|@']) expect(begun(text), text).to.equal(undefined);
  });

  it('is an emoji behind a colon and two letters', () => {
    expect(begun('so :smi|')).to.equal('emoji 3 smi');
    expect(begun('@Bob :smi|')).to.equal('emoji 5 smi');
    for (const text of ['so :|', 'so :s|', '12:30|', 'https://a|', 'Note: this|']) expect(begun(text), text).to.equal(undefined);
  });

  it('is found by the beginning of any word, whatever its case and accents', () => {
    expect(beginsWith('José María', 'jose m')).to.equal(true);
    expect(beginsWith('José María', 'mar')).to.equal(true);
    expect(beginsWith('José María', 'ose')).to.equal(false);
  });
});

describe('people who are mentioned', () => {
  const named = (name: string, device: DeviceId = bob) => ({ device, name });

  it('are those whose name stands by itself behind an at sign', () => {
    const people = [named('Bob'), named('Carol', carol)];
    expect(mentionsIn('@Bob, look', people)).to.deep.equal([named('Bob')]);
    expect(mentionsIn('for (@Carol)', people)).to.deep.equal([named('Carol', carol)]);
    for (const text of ['Bob', '@Bobby', 'mail@Bob', '@bob', '@ Bob']) expect(mentionsIn(text, people), text).to.deep.equal([]);
  });

  it('are told apart where one name begins like another', () => {
    const people = [named('Ann'), named('Ann Lee', carol)];
    expect(mentionsIn('@Ann Lee', people)).to.deep.equal([named('Ann Lee', carol)]);
    expect(mentionsIn('@Ann Lees', people)).to.deep.equal([named('Ann')]);
  });

  it('are the one who was chosen, when two have one name', () => {
    expect(mentionsIn('@Bob @Bob', [named('Bob', carol), named('Bob')])).to.deep.equal([named('Bob', carol)]);
  });

  it('are at most twenty', () => {
    const people = Array.from({ length: 30 }, (_, index) => named(`P${index}x`, alice));
    expect(mentionsIn(people.map(({ name }) => `@${name}`).join(' '), people)).to.have.length(20);
  });
});

describe('emoji', () => {
  it('come without components, each with a name and in a group', async () => {
    const all = await loadEmoji();
    expect(all.length).to.be.greaterThan(1_500);
    expect(all.every(({ emoji, label, group }) => emoji !== '' && label !== '' && group !== 2)).to.equal(true);
    expect(Object.keys(all[0]!)).to.have.members(['emoji', 'label', 'tags', 'group', 'toned']);
  });

  it('are written as keyboards write them, so that the same reaction is the same text', async () => {
    const all = new Set((await loadEmoji()).map(({ emoji }) => emoji));
    for (const emoji of ['👍', '❤️', '😂', '😮', '😢', '🙏', '👁️', '⚡']) expect(all.has(emoji), emoji).to.equal(true);
  });

  it('are found by name before they are found by another word', async () => {
    const all = await loadEmoji();
    expect(searchEmoji(all, 'Grinning', 5)[0]?.emoji).to.equal('😀');
    expect(searchEmoji(all, 'red heart', 5)[0]?.emoji).to.equal('❤️');
    expect(searchEmoji(all, 'lol', 40).map(({ emoji }) => emoji)).to.include('😂');
    expect(searchEmoji(all, 'qqq', 5)).to.deep.equal([]);
    expect(searchEmoji(all, ' ', 5)).to.deep.equal([]);
  });

  it('take the skin tone of a person, and no other has one', async () => {
    const all = await loadEmoji();
    const toned = (emoji: string) => withTone(all.find((each) => each.emoji === emoji)!, 3);
    expect(['👍', '☝️', '🧑‍⚕️', '😀', '👨‍👩‍👧'].map(toned)).to.deep.equal(['👍🏽', '☝🏽', '🧑🏽‍⚕️', '😀', '👨‍👩‍👧']);
  });
});

describe('keys in a grid', () => {
  const lengths = gridRows(Array.from({ length: 10 }), 4).map(({ length }) => length);

  it('lead to the neighbours, and at the end of a row on to the next', () => {
    expect(lengths).to.deep.equal([4, 4, 2]);
    expect(moveInGrid(lengths, { row: 0, column: 3 }, 'ArrowRight', false)).to.deep.equal({ row: 1, column: 0 });
    expect(moveInGrid(lengths, { row: 1, column: 0 }, 'ArrowLeft', false)).to.deep.equal({ row: 0, column: 3 });
    expect(moveInGrid(lengths, { row: 1, column: 3 }, 'ArrowDown', false)).to.deep.equal({ row: 2, column: 1 });
    expect(moveInGrid(lengths, { row: 1, column: 1 }, 'Home', false)).to.deep.equal({ row: 1, column: 0 });
    expect(moveInGrid(lengths, { row: 1, column: 1 }, 'End', true)).to.deep.equal({ row: 2, column: 1 });
  });

  it('lead nowhere beyond the edges', () => {
    expect(moveInGrid(lengths, { row: 0, column: 0 }, 'ArrowLeft', false)).to.equal(undefined);
    expect(moveInGrid(lengths, { row: 0, column: 2 }, 'ArrowUp', false)).to.equal(undefined);
    expect(moveInGrid(lengths, { row: 2, column: 1 }, 'ArrowRight', false)).to.equal(undefined);
    expect(moveInGrid(lengths, { row: 2, column: 1 }, 'Enter', false)).to.equal(undefined);
  });
});
