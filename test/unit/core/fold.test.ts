import { expect } from 'chai';
import { describe, it } from 'vitest';
import { foldText } from '../../../src/core/fold';

describe('folded text', () => {
  for (const [text, folded] of [
    ['Hello, WORLD', 'hello, world'],
    ['São João: AÇÃO', 'sao joao: acao'],
    ['Sa\u0303o', 'sao'],
    ['Ĳssel ſtraße Ŀ', 'ijssel straße l·'],
    ['ΆΛΦΑ ёлка Ёлка', 'αλφα елка елка'],
    ['ﬁne ½ Ｆｕｌｌ', 'fine 1⁄2 full'],
    ['İstanbul \u212a', 'istanbul k'],
    ['👋🏽 日本語', '👋🏽 日本語'],
    ['', ''],
  ] as const) it(`of "${text}" has neither case nor accents`, () => expect(foldText(text)).to.equal(folded));

  it('is the same for the letters that are folded by a table as for those that are not', () => {
    const letters = Array.from({ length: 0x180 }, (_, code) => String.fromCharCode(code)).join('');
    const beyond = '\u0400';
    expect(foldText(letters)).to.equal(foldText(`${letters}${beyond}`).slice(0, -1));
  });
});
