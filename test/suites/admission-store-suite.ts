/** What every AdmissionStore must do, wherever it keeps the tokens. */
import { expect } from 'chai';
import type { AdmissionStore } from '../../src/storage/admission-store';
import type { It } from './it';

/** `openRoom` gives the empty store of a new room. */
export function admissionStoreSuite(it: It, openRoom: () => Promise<AdmissionStore>): void {
  it('has nothing at first', async () => {
    expect(await (await openRoom()).load()).to.deep.equal({ tokens: [] });
  });

  it('gives back the genesis and every token once', async () => {
    const admission = await openRoom();
    await admission.add('genesis', ['pass of Bob']);
    await admission.add(undefined, ['removal of Bob', 'pass of Bob']);
    await admission.add(undefined, []);
    expect(await tokensOf(admission)).to.deep.equal({ genesis: 'genesis', tokens: ['pass of Bob', 'removal of Bob'] });
  });

  it('takes no second genesis', async () => {
    const admission = await openRoom();
    await admission.add('genesis', []);
    await admission.add('another genesis', ['pass']);
    await admission.add('genesis', []);
    expect(await tokensOf(admission)).to.deep.equal({ genesis: 'genesis', tokens: ['pass'] });
  });

  it('does without a genesis', async () => {
    const admission = await openRoom();
    await admission.add(undefined, ['pass']);
    expect(await tokensOf(admission)).to.deep.equal({ genesis: undefined, tokens: ['pass'] });
  });

  it('loses none of several additions at once', async () => {
    const admission = await openRoom();
    const tokens = Array.from({ length: 20 }, (_, index) => `token ${String(index).padStart(2, '0')}`);
    await Promise.all([...tokens.map((token) => admission.add(undefined, [token])), admission.add('genesis', [])]);
    expect(await tokensOf(admission)).to.deep.equal({ genesis: 'genesis', tokens });
  });

  it('has the events of its own room only', async () => {
    const [admission, other] = [await openRoom(), await openRoom()];
    await admission.add('genesis', ['pass']);
    expect(await other.load()).to.deep.equal({ tokens: [] });
  });
}

async function tokensOf(admission: AdmissionStore): Promise<{ genesis: string | undefined; tokens: readonly string[] }> {
  const { genesis, tokens } = await admission.load();
  return { genesis, tokens: tokens.toSorted() };
}
