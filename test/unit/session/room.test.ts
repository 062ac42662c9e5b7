/** Whole rooms: real sessions over a network in memory; who is let in by whom, and who meets whom. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeNetwork } from '../../support/fake-network';
import { beginVisits, burn, codeOf, comeBy, endVisits, fakeDevice, letIn, makeRoom, meet, namesIn, noticesOf, openRoom, personIn, ringAt, textsOf, together, until } from '../../support/fake-rooms';

beforeEach(beginVisits);
afterEach(endVisits);

describe('a room of several', () => {
  it('meets by one link with one Accept each, and everybody hears everybody', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob', 'Carol', 'Dave');
    for (const visit of [alice, ...guests]) visit.room.conversation.send(`I am ${visit.device.profile.value.name}`);
    for (const visit of [alice, ...guests]) await until(() => expect(textsOf(visit).toSorted()).toEqual(['I am Alice', 'I am Bob', 'I am Carol', 'I am Dave']));
  });

  it('shows the same code at both ends of each link', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob', 'Carol');
    const [bob, carol] = guests;
    expect(personIn(alice, 'Bob').code).toEqual(personIn(bob, 'Alice').code);
    expect(personIn(bob, 'Carol').code).toEqual(personIn(carol, 'Bob').code);
    expect(personIn(alice, 'Bob').code).not.toEqual(personIn(alice, 'Carol').code);
  });

  it('lets two in who ring at the same moment', async () => {
    const network = new FakeNetwork();
    const alice = await makeRoom(network, await fakeDevice('Alice'));
    const [bob, carol] = await Promise.all([comeBy(network, await fakeDevice('Bob'), alice.code), comeBy(network, await fakeDevice('Carol'), alice.code)]);
    await Promise.all([letIn(alice, 'Bob'), letIn(alice, 'Carol')]);
    await together(alice, bob, carol);
  });

  it('tells a refused guest, and rings again when asked to', async () => {
    const network = new FakeNetwork();
    const alice = await makeRoom(network, await fakeDevice('Alice'));
    const bob = await comeBy(network, await fakeDevice('Bob'), alice.code);
    alice.room.notNow(await ringAt(alice, 'Bob'));
    await until(() => expect(bob.room.phase.value).toBe('refused'));
    bob.room.ringAgain();
    await letIn(alice, 'Bob');
    await together(alice, bob);
  });

  it('brings the maker in beside a guest who came first and holds the slot', async () => {
    const network = new FakeNetwork();
    const device = await fakeDevice('Alice');
    const first = await makeRoom(network, device);
    const record = await device.rooms.byCode(first.code);
    first.room.close();
    const bob = await comeBy(network, await fakeDevice('Bob'), first.code);
    await until(() => expect(bob.room.phase.value).toBe('nobody'));
    if (!record) throw new Error('no record');
    const alice = await openRoom(network, device, record);
    await letIn(alice, 'Bob');
    await together(alice, bob);
  });

  it('brings in all whom a doorbell has heard before the maker came', async () => {
    const network = new FakeNetwork();
    const device = await fakeDevice('Alice');
    const first = await makeRoom(network, device);
    const record = await device.rooms.byCode(first.code);
    first.room.close();
    const bob = await comeBy(network, await fakeDevice('Bob'), first.code);
    const carol = await comeBy(network, await fakeDevice('Carol'), first.code);
    await until(() => expect(carol.room.phase.value).toBe('nobody'));
    if (!record) throw new Error('no record');
    const alice = await openRoom(network, device, record);
    await Promise.all([letIn(alice, 'Bob'), letIn(alice, 'Carol')]);
    await together(alice, bob, carol);
  });

  it('takes a member back without asking, whoever of the others is there', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob', 'Carol');
    const [bob, carol] = guests;
    alice.room.close();
    carol.room.close();
    await until(() => expect(namesIn(bob)).toEqual([]));
    const again = await comeBy(network, carol.device, codeOf(bob));
    await together(bob, again);
    expect(bob.rung()).toBe(0);
  });

  it('lets a fifth in after the maker has burnt', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob', 'Carol', 'Dave');
    const [bob] = guests;
    burn(network, alice);
    const erin = await comeBy(network, await fakeDevice('Erin'), alice.code);
    await letIn(bob, 'Erin');
    for (const guest of guests) await until(() => expect(namesIn(guest)).toContain('Erin'));
    await until(() => expect(namesIn(erin)).toEqual(['Bob', 'Carol', 'Dave']));
  });

  it('tells the 13th that it is full, and the host, too', async () => {
    const network = new FakeNetwork();
    const { alice } = await meet(network, ...Array.from({ length: 11 }, (_, at) => `Guest ${at}`));
    const late = await comeBy(network, await fakeDevice('Zoe'), alice.code);
    await until(() => expect(late.room.phase.value).toBe('full'));
    await until(() => expect(noticesOf(alice)).toContain('room-full'));
  });
});

describe('hosts', () => {
  it('are named by the owner, let people in, and the owner hears who did', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob');
    const [bob] = guests;
    await alice.room.setHost(personIn(alice, 'Bob').id, true);
    await until(() => expect(bob.room.role.value).toBe('host'));
    const carol = await comeBy(network, await fakeDevice('Carol'), alice.code);
    await ringAt(alice, 'Carol');
    await letIn(bob, 'Carol');
    await together(alice, bob, carol);
    expect(alice.room.rings.value.shown).toEqual([]);
    expect(alice.notices.shown.value.map(({ content }) => content)).toContainEqual({ kind: 'ring-answered', name: 'Carol', by: 'Bob', outcome: 'accepted' });
  });

  it('remove a member, who is told and hears nothing more', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob', 'Carol');
    const [bob, carol] = guests;
    await alice.room.remove(personIn(alice, 'Bob').id, false);
    await until(() => expect(bob.room.phase.value).toBe('removed'));
    expect(noticesOf(bob)).toContain('removed');
    await until(() => expect(namesIn(carol)).toEqual(['Alice']));
    alice.room.conversation.send('without Bob');
    await until(() => expect(textsOf(carol)).toEqual(['without Bob']));
    expect(textsOf(bob)).toEqual([]);
    expect(network.linksOf(bob.session)).toEqual([]);
  });

  it('are asked again when a removed member comes back with its old pass', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob', 'Carol');
    const [bob] = guests;
    await alice.room.remove(personIn(alice, 'Bob').id, false);
    await until(() => expect(bob.room.phase.value).toBe('removed'));
    bob.room.close();
    const again = await comeBy(network, bob.device, alice.code);
    again.room.ringAgain();
    await ringAt(alice, 'Bob');
    expect(again.room.phase.value).not.toBe('inside');
    await letIn(alice, 'Bob');
    await until(() => expect(namesIn(again)).toEqual(['Alice', 'Carol']));
  });

  it('take the link along when they remove somebody: the old one leads nowhere for strangers, and home for members', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob', 'Carol', 'Dave');
    const [bob, carol, dave] = guests;
    dave.room.close();
    await alice.room.remove(personIn(alice, 'Bob').id, true);
    await until(() => expect(codeOf(carol)).not.toBe(alice.code));
    expect(codeOf(carol)).toBe(codeOf(alice));
    expect(codeOf(bob)).toBe(alice.code);
    // Dave was away, and knows the old link alone.
    const back = await comeBy(network, dave.device, alice.code);
    await together(alice, carol, back);
    expect(codeOf(back)).toBe(codeOf(alice));
    const stranger = await comeBy(network, await fakeDevice('Erin'), alice.code);
    await until(() => expect(stranger.room.phase.value).toBe('nobody'));
    const invited = await comeBy(network, await fakeDevice('Frank'), codeOf(alice));
    await letIn(alice, 'Frank');
    await together(alice, carol, back, invited);
    expect(alice.room.rings.value.shown).toEqual([]);
  });

  it('may open the room: whoever has the link comes in', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob');
    await alice.room.changeSettings({ policy: 'open' });
    const carol = await comeBy(network, await fakeDevice('Carol'), alice.code);
    await together(alice, ...guests, carol);
    expect(alice.rung()).toBe(1);
  });

  it('may let anybody in the room let people in', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob');
    const [bob] = guests;
    await alice.room.changeSettings({ policy: 'members' });
    await until(() => expect(bob.room.settings.value.policy).toBe('members'));
    const carol = await comeBy(network, await fakeDevice('Carol'), alice.code);
    await letIn(bob, 'Carol');
    await together(alice, bob, carol);
  });

  it('may keep the room to hosts alone: then nobody stands in, and the guest is told', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob');
    const [bob] = guests;
    await alice.room.changeSettings({ standIn: false });
    await until(() => expect(bob.room.settings.value.standIn).toBe(false));
    alice.room.close();
    await until(() => expect(namesIn(bob)).toEqual([]));
    const carol = await comeBy(network, await fakeDevice('Carol'), alice.code);
    await until(() => expect(carol.room.phase.value).toBe('waiting-for-host'));
    expect(bob.room.rings.value.shown).toEqual([]);
  });

  it('lock the room: strangers are told, members come back', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob');
    const [bob] = guests;
    await alice.room.changeSettings({ locked: true });
    const carol = await comeBy(network, await fakeDevice('Carol'), alice.code);
    await until(() => expect(carol.room.phase.value).toBe('locked'));
    bob.room.close();
    const again = await comeBy(network, bob.device, alice.code);
    await together(alice, again);
  });

  it('give the room a title that all see', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob');
    await alice.room.changeSettings({ title: 'Kitchen' });
    for (const visit of [alice, ...guests]) await until(() => expect(visit.room.title.value).toEqual(['Kitchen']));
  });
});

describe('the owner', () => {
  it('closes the room for everybody', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob', 'Carol');
    await alice.room.closeRoom();
    for (const visit of [alice, ...guests]) await until(() => expect(visit.room.phase.value).toBe('closed'));
    for (const guest of guests) expect(noticesOf(guest)).toContain('room-closed');
    const again = await comeBy(network, guests[0].device, alice.code);
    expect(again.room.phase.value).toBe('closed');
  });

  it('takes a one-off room from every device by leaving for good', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob');
    const [bob] = guests;
    await alice.room.changeSettings({ oneOff: true });
    await until(() => expect(bob.room.settings.value.oneOff).toBe(true));
    await alice.room.forget();
    await until(() => expect(bob.page.onForgotten).toHaveBeenCalled());
    expect(await bob.device.rooms.byAlias(bob.room.alias)).toBeUndefined();
    expect(await alice.device.rooms.byAlias(alice.room.alias)).toBeUndefined();
  });

  it('sets a password: a stranger needs it to ring, a member does not', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob');
    const [bob] = guests;
    await alice.room.changeSettings({ password: 'open sesame' });
    const carol = await comeBy(network, await fakeDevice('Carol'), alice.code);
    await until(() => expect(carol.room.phase.value).toBe('password'));
    await carol.room.enterPassword('sesame');
    await until(() => expect(carol.room.phase.value).toBe('wrong-password'));
    expect(alice.room.rings.value.shown).toEqual([]);
    await carol.room.enterPassword('open sesame');
    await letIn(alice, 'Carol');
    await together(alice, bob, carol);
    bob.room.close();
    const again = await comeBy(network, bob.device, alice.code);
    await together(alice, again, carol);
  });
});

describe('a person', () => {
  it('who comes back under the same name with another key is pointed out', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob');
    guests[0].room.close();
    await until(() => expect(namesIn(alice)).toEqual([]));
    const other = await comeBy(network, await fakeDevice('Bob'), alice.code);
    await letIn(alice, 'Bob');
    await until(() => expect(namesIn(alice)).toEqual(['Bob']));
    expect(personIn(alice, 'Bob').changedKey).toBe(true);
    expect(noticesOf(alice)).toContain('changed-key');
    await alice.room.acknowledgeChangedKey(personIn(alice, 'Bob').id);
    expect(personIn(alice, 'Bob').changedKey).toBe(false);
    await together(alice, other);
  });

  it('who is marked as verified stays so in the next visit', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob');
    const [bob] = guests;
    await alice.room.markVerified(personIn(alice, 'Bob').id, true);
    expect(personIn(alice, 'Bob').verified).toBe(true);
    bob.room.close();
    await until(() => expect(namesIn(alice)).toEqual([]));
    await comeBy(network, bob.device, alice.code);
    await until(() => expect(personIn(alice, 'Bob').verified).toBe(true));
  });
});
