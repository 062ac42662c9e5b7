import { describe, expect, it } from 'vitest';
import { plainExcerpt } from '../../../src/session/plain-excerpt';

describe('an excerpt', () => {
  it.each([
    ['plain text', 'plain text'],
    ['**bold**, *italic*, __both__, ~~gone~~ and `code`', 'bold, italic, both, gone and code'],
    ['# Title\n\n> quoted\n- one\n2. two', 'Title quoted one two'],
    ['see [the docs](https://example.org/a_b_c) ![a cat](cat.png)', 'see the docs a cat'],
    ['```js\nlet x = 1;\n```', 'let x = 1;'],
    ['snake_case_name and 2 * 3 * 4', 'snake_case_name and 2 * 3 * 4'],
    ['a  \n\n b', 'a b'],
    ['', ''],
  ])('of %j is %j', (markdown, plain) => expect(plainExcerpt(markdown)).toBe(plain));

  it('is short, and cuts no character', () => {
    const excerpt = plainExcerpt('😀'.repeat(4_000));
    expect([...excerpt]).toHaveLength(200);
    expect(excerpt.endsWith('😀…')).toBe(true);
  });

  it('of something made to be slow is quick', () => {
    expect(plainExcerpt('*_`[('.repeat(4_000)).length).toBeLessThanOrEqual(200);
  });
});
