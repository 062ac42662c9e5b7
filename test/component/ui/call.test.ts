import { expect } from 'chai';
import '../../../src/ui/mm-call';
import type { MmCall } from '../../../src/ui/mm-call';
import { tileSize } from '../../../src/ui/packing';
import { bob, carol, FakeApplication, FakeCall, fakeCamera, participant } from '../../support/fake-room';
import { button, expectAccessible, inBothLanguages, inside, key, make, nameOf, press, show, textOf, until } from './harness';

async function open(change: Parameters<FakeCall['set']>[0] = {}, size?: { width: number; height: number }): Promise<{ element: MmCall; call: FakeCall }> {
  const call = new FakeCall();
  call.set({ phase: 'in', running: true, onStage: true, others: [participant(bob)], ...change });
  const { profile } = new FakeApplication();
  return { element: await show(make('mm-call', { call, profile, chatOpen: true }), size), call };
}

function tile(element: MmCall, name: string): HTMLElement {
  const found = inside(element, '[role=group]').find((each) => nameOf(each) === name);
  if (!found) throw new Error(`no tile "${name}"`);
  return found;
}

describe('mm-call', () => {
  it('has a tile for each person, with name and microphone', async () => {
    const { element, call } = await open({ others: [participant(bob), participant(carol, { microphoneOn: false })] });
    expect(inside(element, '[role=group]').map(nameOf)).to.deep.equal(['Bob', 'Carol', 'Alice (you)']);
    expect(textOf(tile(element, 'Bob'))).to.not.include('Microphone off');
    expect(textOf(tile(element, 'Carol'))).to.include('Microphone off');
    call.set({ self: { ...call.state.value.self, microphoneOn: false } });
    await until('the own state', () => textOf(tile(element, 'Alice (you)')).includes('Microphone off'));
  });

  it('marks the tile of whoever speaks, and no longer', async () => {
    const { element, call } = await open();
    expect(tile(element, 'Bob').hasAttribute('speaking')).to.equal(false);
    call.set({ others: [participant(bob, { speaking: true })] });
    await until('the mark', () => tile(element, 'Bob').hasAttribute('speaking'));
    await until('the glow', () => getComputedStyle(tile(element, 'Bob'), '::after').opacity === '1');
    call.set({ others: [participant(bob)] });
    await until('no mark', () => !tile(element, 'Bob').hasAttribute('speaking'));
  });

  it('shows the picture while the camera is on, mirrored if it is the own one, and marks the first remote frame', async () => {
    performance.clearMarks();
    const own = fakeCamera();
    const theirs = fakeCamera();
    const { element, call } = await open({
      self: { microphoneOn: true, cameraOn: true, speaking: false, video: own },
      others: [participant(bob, { cameraOn: true, video: theirs })],
    });
    const video = inside(tile(element, 'Bob'), 'video')[0] as HTMLVideoElement;
    expect([video.muted, video.playsInline, video.autoplay]).to.deep.equal([true, true, true]);
    await until('a frame', () => video.videoWidth > 0);
    await until('the mark', () => performance.getEntriesByName('mindmeet:first-remote-frame').length === 1);
    await until('the picture', () => getComputedStyle(video).opacity === '1');
    const mine = inside(tile(element, 'Alice (you)'), 'video')[0];
    expect(mine ? getComputedStyle(mine).transform : '').to.equal('matrix(-1, 0, 0, 1, 0, 0)');
    expect(getComputedStyle(video).transform).to.equal('none');
    call.set({ others: [participant(bob, { cameraOn: false, video: theirs })] });
    await until('the avatar', () => getComputedStyle(video).opacity === '0');
    own.stop();
    theirs.stop();
  });

  it('plays the sound of others, and never the own', async () => {
    const context = new AudioContext();
    const [audio] = context.createMediaStreamDestination().stream.getAudioTracks();
    const { element } = await open({ others: [participant(bob, { audio })] });
    const [sound, ...others] = inside(element, 'audio');
    if (!(sound instanceof HTMLAudioElement) || !(sound.srcObject instanceof MediaStream)) throw new Error('no sound');
    expect(others).to.have.length(0);
    expect(sound.srcObject.getAudioTracks()[0]).to.equal(audio);
    expect(sound.muted).to.equal(false);
    await context.close();
  });

  it('asks for a gesture when the browser blocks the sound', async () => {
    const { element } = await open();
    tile(element, 'Bob').dispatchEvent(new CustomEvent('mm-sound-blocked', { bubbles: true, composed: true }));
    await press(element, 'Turn the sound on');
    await until('no button', () => !button(element, 'Turn the sound on'));
  });

  it('mutes, turns the camera on, leaves', async () => {
    const { element, call } = await open();
    await press(element, 'Mute');
    await press(element, 'Unmute');
    expect(call.state.value.self.microphoneOn).to.equal(true);
    await press(element, 'Turn camera on');
    await until('the other name', () => button(element, 'Turn camera off'));
    expect(call.state.value.self.cameraOn).to.equal(true);
    await press(element, 'Leave call');
    expect(call.asked).to.deep.equal(['leave']);
  });

  it('has one stop for Tab in the toolbar; arrow keys, Home and End go along it', async () => {
    const { element } = await open();
    const [toolbar] = inside(element, '[role=toolbar]');
    if (!toolbar) throw new Error('no toolbar');
    expect(nameOf(toolbar)).to.equal('Call controls');
    const stops = () => inside(element, '[role=toolbar] button').filter((each) => each.tabIndex === 0).map(nameOf);
    const focus = () => nameOf(element.shadowRoot?.activeElement as HTMLElement);
    expect(stops()).to.deep.equal(['Mute']);
    button(element, 'Mute')?.focus();
    for (const [name, expected] of [['ArrowRight', 'Turn camera on'], ['ArrowRight', 'Hide chat'], ['End', 'Leave call'], ['ArrowRight', 'Mute'], ['ArrowLeft', 'Leave call'], ['Home', 'Mute']] as const) {
      key(element.shadowRoot?.activeElement ?? toolbar, name);
      await until(expected, () => focus() === expected);
      await until('one stop', () => stops().join() === expected);
    }
    for (const each of inside(element, '[role=toolbar] button')) expect(Math.min(each.offsetWidth, each.offsetHeight)).to.be.at.least(48);
  });

  it('fills a phone with the other one and puts the own picture into a corner', async () => {
    const { element } = await open({}, { width: 374, height: 640 });
    const stage = element.getBoundingClientRect();
    await until('the large tile', () => tile(element, 'Bob').offsetWidth > stage.width * 0.9 && tile(element, 'Bob').offsetHeight > stage.height * 0.7);
    const own = tile(element, 'Alice (you)').getBoundingClientRect();
    expect(own.width).to.be.lessThan(stage.width * 0.4);
    expect(stage.right - own.right).to.be.lessThan(40);
  });

  it('keeps every tile on the stage, whatever their number', async () => {
    for (const count of [1, 2, 3, 5, 7, 11]) {
      const { element } = await open({ others: Array.from({ length: count }, (_, index) => participant(`person-${index}`.padEnd(26, 'x') as typeof bob, { name: `Person ${index}` })) });
      await until('the tiles', () => inside(element, '[role=group]').every((each) => each.offsetWidth > 40));
      const stage = element.getBoundingClientRect();
      for (const each of inside(element, '[role=group]')) {
        const box = each.getBoundingClientRect();
        expect(box.bottom, `${count}`).to.be.at.most(stage.bottom);
        expect(box.right, `${count}`).to.be.at.most(stage.right);
      }
      element.remove();
    }
  });

  inBothLanguages((language) => {
    it('is accessible, in the call and before it', async () => {
      const { element, call } = await open({ others: [participant(bob), participant(carol, { microphoneOn: false, speaking: true })], problem: { device: 'camera', reason: 'busy' } });
      expect(button(element, language === 'en' ? 'Leave call' : 'Sair da chamada')).to.not.equal(undefined);
      await expectAccessible(element);
      call.set({ phase: 'out', problem: undefined });
      await until('the button', () => button(element, language === 'en' ? 'Join call' : 'Entrar na chamada'));
      await expectAccessible(element);
    });
  });
});

describe('tileSize', () => {
  it('comes near to 16:9 and wastes little', () => {
    expect(tileSize(1, 1600, 900, 8)).to.deep.equal({ width: 1600, height: 900 });
    expect(tileSize(4, 1608, 908, 8)).to.deep.equal({ width: 800, height: 450 });
    expect(tileSize(2, 360, 700, 8)).to.deep.equal({ width: 360, height: 346 });
    expect(tileSize(0, 100, 100, 8)).to.deep.equal({ width: 0, height: 0 });
    expect(tileSize(50, 10, 10, 8).width).to.be.at.least(0);
  });
});
