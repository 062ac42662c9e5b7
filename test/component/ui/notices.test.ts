import { expect } from 'chai';
import '../../../src/ui/mm-notices';
import type { MmNotices } from '../../../src/ui/mm-notices';
import type { MessageId } from '../../../src/core/ids';
import type { NoticeContent } from '../../../src/session/faces';
import { FakeNotices } from '../../support/fake-room';
import { expectAccessible, frame, inBothLanguages, inside, make, press, show, textOf, until } from './harness';

const texts: readonly [NoticeContent, en: string, ptBr: string, role: 'alert' | 'status'][] = [
  [{ kind: 'oops' }, 'Oops, something went wrong, please try again later', 'Ops, aconteceu um erro, tente novamente mais tarde', 'alert'],
  [{ kind: 'link-copied' }, 'Room link copied', 'Link da sala copiado com sucesso', 'status'],
  [{ kind: 'copy-failed' }, 'The browser did not allow copying. The link is selected: copy it by hand.', 'O navegador não permitiu copiar. O link está selecionado: copie-o manualmente.', 'alert'],
  [{ kind: 'disconnected' }, 'You were disconnected from the room', 'Você foi desconectado da sala', 'alert'],
  [{ kind: 'removed' }, 'You were removed from the room', 'Você foi expulso da sala', 'alert'],
  [
    { kind: 'device-problem', problem: { device: 'camera', reason: 'denied' }, attempt: () => undefined },
    'This app requires Camera/Microphone permission. Refresh the page and provide access.',
    'Este aplicativo precisa de permissão para câmera e microfone. Atualize a página e conceda o acesso.',
    'alert',
  ],
  [{ kind: 'not-kept', reason: 'blocked' }, "This browser doesn't allow storage.", 'Este navegador não permite guardar dados.', 'alert'],
  [{ kind: 'not-kept', reason: 'full' }, 'This device has no space left.', 'Este aparelho está sem espaço.', 'alert'],
  [{ kind: 'person-gone', name: 'Bob' }, 'Bob is gone', 'Bob saiu', 'status'],
  [{ kind: 'room-full', maximum: 12 }, 'This room is full (12)', 'A sala está cheia (12)', 'alert'],
  [{ kind: 'connection-failed' }, "Couldn't connect: one of the networks blocks it.", 'Não foi possível conectar: uma das redes bloqueia a conexão.', 'alert'],
  [{ kind: 'room-closed', forgotten: false }, 'This room is closed', 'Esta sala foi encerrada', 'alert'],
  [{ kind: 'room-closed', forgotten: true }, 'The owner has ended this room, and it was forgotten on this device', 'Quem criou esta sala a encerrou, e ela foi esquecida neste aparelho', 'alert'],
  [{ kind: 'ring-answered', name: 'Carol', by: 'Bob', outcome: 'accepted' }, 'Carol was accepted by Bob', 'Carol entrou: quem aceitou foi Bob', 'status'],
  [{ kind: 'ring-answered', name: 'Carol', by: 'Bob', outcome: 'refused' }, 'Bob told Carol: not now', 'Bob respondeu a Carol: agora não', 'status'],
  [{ kind: 'changed-key', name: 'Bob' }, 'Bob has another key than before.', 'Bob tem outra chave.', 'alert'],
  [{ kind: 'handshake-refused', reason: 'key' }, "does not have this room's key.", 'não tem a chave desta sala.', 'alert'],
  [{ kind: 'handshake-refused', reason: 'identity' }, 'is not who it says it is.', 'não é quem diz ser.', 'alert'],
  [{ kind: 'handshake-refused', reason: 'fingerprint' }, 'somebody tried to come in between.', 'alguém tentou se colocar no meio.', 'alert'],
  [{ kind: 'handshake-refused', reason: 'malformed' }, 'did not keep to the protocol.', 'não seguiu o protocolo.', 'alert'],
  [{ kind: 'forked', name: 'Bob' }, "Bob's device has signed two different histories. It may have been copied.", 'O aparelho de Bob assinou dois históricos diferentes. Talvez tenha sido copiado.', 'alert'],
  [{ kind: 'mentioned', name: 'Bob', message: 'message' as MessageId }, 'Bob mentioned you', 'Bob mencionou você', 'status'],
  [{ kind: 'link-changed' }, 'The room has a new link.', 'A sala tem um link novo.', 'status'],
  [{ kind: 'role-changed', role: 'host' }, 'You are a host now', 'Agora você é anfitrião', 'status'],
  [{ kind: 'role-changed', role: 'member' }, 'You are not a host any more.', 'Você não é mais anfitrião.', 'status'],
  [{ kind: 'version-mismatch' }, 'The others use another version of Mindmeet.', 'As outras pessoas usam outra versão do Mindmeet.', 'alert'],
];

function detailOf(content: NoticeContent): string {
  const detail = 'reason' in content ? content.reason : 'outcome' in content ? content.outcome : 'role' in content ? content.role : undefined;
  return detail === undefined ? '' : ` (${detail})`;
}

async function open(notices = new FakeNotices()): Promise<{ element: MmNotices; notices: FakeNotices }> {
  return { element: await show(make('mm-notices', { notices })), notices };
}

function toasts(element: MmNotices): HTMLElement[] {
  return inside(element, '.toast');
}

describe('mm-notices', () => {
  inBothLanguages((language) => {
    for (const [content, en, ptBr, role] of texts) {
      it(`says ${content.kind}${detailOf(content)} once, as ${role}`, async () => {
        const { element, notices } = await open();
        notices.show(content);
        await element.updateComplete;
        expect(textOf(element)).to.include(language === 'en' ? en : ptBr);
        expect(toasts(element)).to.have.length(1);
        expect(toasts(element)[0]?.closest(`[role=${role}]`)).to.not.equal(null);
      });
    }

    it('is accessible', async () => {
      const { element, notices } = await open();
      for (const [content] of texts.slice(0, 6)) notices.show(content);
      await element.updateComplete;
      await expectAccessible(element);
    });
  });

  it('lets a toast go by its button', async () => {
    const { element, notices } = await open();
    notices.show({ kind: 'oops' });
    await press(element, 'Dismiss');
    expect(notices.shown.value).to.have.length(0);
  });

  it('tries again for a device', async () => {
    const { element, notices } = await open();
    let attempts = 0;
    notices.show({ kind: 'device-problem', problem: { device: 'microphone', reason: 'denied' }, attempt: () => (attempts += 1) });
    await press(element, 'Try again');
    expect(attempts).to.equal(1);
    expect(notices.shown.value).to.have.length(0);
  });

  it('leads to the message in which somebody was named', async () => {
    const { element, notices } = await open();
    const wanted: MessageId[] = [];
    element.addEventListener('mm-show-message', (event) => wanted.push(event.detail));
    notices.show({ kind: 'mentioned', name: 'Bob', message: 'message' as MessageId });
    await press(element, 'Show');
    expect(wanted).to.deep.equal(['message']);
    expect(notices.shown.value).to.have.length(0);
  });

  it('lets a toast go after its time, but not while the pointer or the focus is on it', async () => {
    const { element, notices } = await open();
    notices.lastsMs = 60;
    notices.show({ kind: 'link-copied' });
    await element.updateComplete;
    const [held] = toasts(element);
    held?.dispatchEvent(new PointerEvent('pointerenter'));
    notices.show({ kind: 'person-gone', name: 'Bob' });
    await until('the other to go', () => notices.shown.value.length === 1);
    await frame();
    expect(notices.shown.value[0]?.content.kind).to.equal('link-copied');
    held?.dispatchEvent(new PointerEvent('pointerleave'));
    held?.querySelector('button')?.focus();
    notices.show({ kind: 'person-gone', name: 'Carol' });
    await until('that one to go', () => notices.shown.value.length === 1);
    expect(notices.shown.value[0]?.content.kind).to.equal('link-copied');
    held?.querySelector('button')?.blur();
    await until('all to go', () => notices.shown.value.length === 0);
  });

  it('keeps a toast without a time until it is dismissed', async () => {
    const { element, notices } = await open();
    notices.show({ kind: 'oops' });
    notices.lastsMs = 1;
    notices.show({ kind: 'link-copied' });
    await until('the short one to go', () => notices.shown.value.length === 1);
    expect(textOf(element)).to.include('Oops');
  });
});
