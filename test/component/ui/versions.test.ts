import { expect } from 'chai';
import '../../../src/ui/mm-versions';
import { FakeConversation, message } from '../../support/fake-room';
import { expectAccessible, inBothLanguages, inside, make, nameOf, show, textOf, until } from './harness';

describe('mm-versions', () => {
  inBothLanguages((language) => {
    it('shows every version as it was written, oldest first', async () => {
      const written = message('**three**');
      const conversation = new FakeConversation([written]);
      const at = (minute: number) => new Date(2026, 4, 1, 9, minute).getTime();
      conversation.versionsById.set(written.id, [
        { text: 'one', writtenMs: at(5) },
        { text: '*two*', writtenMs: at(6) },
        { text: '**three**', writtenMs: at(7) },
      ]);
      const element = await show(make('mm-versions', { conversation, message: written.id }));
      await until('the versions', () => inside(element, 'li').length === 3);
      expect(inside(element, '.text').map(textOf)).to.deep.equal(['one', '*two*', '**three**']);
      expect(inside(element, 'time').map((each) => /\d\d:\d\d$/.exec(textOf(each))?.[0])).to.deep.equal(['09:05', '09:06', '09:07']);
      expect(inside(element, '[role=dialog]').map(nameOf)).to.deep.equal([language === 'en' ? 'Versions' : 'Versões']);
      await expectAccessible(element);
    });
  });
});
