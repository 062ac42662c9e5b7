import { expect } from 'chai';
import { describe, it } from 'vitest';
import { AppError } from '../../../src/core/app-error';
import { chunkBytes } from '../../../src/core/file';
import { MemoryBudget, MemoryFileStore } from '../../../src/storage/memory-file-store';
import { fileStoreSuite, outcomeOf, piecesOf, sample, textOf, writeAll } from '../../suites/file-store-suite';

describe('files in memory', () => {
  fileStoreSuite(it, async () => {
    const budget = new FullBudget();
    return { files: new MemoryFileStore(budget), setFull: async (isFull) => void (budget.isFull = isFull) };
  });

  it('take no more memory in all rooms together than they may, and give it back', async () => {
    const budget = new MemoryBudget(2.5 * chunkBytes);
    const [one, other] = [new MemoryFileStore(budget), new MemoryFileStore(budget)];
    const [a, b] = [await sample(2, 1), await sample(1, 2)];
    await writeAll(one, a);
    const file = await other.create(b.id, b.sizeBytes, b.hashes);
    expect(await outcomeOf(file.write(0, piecesOf(b.bytes, 0)))).to.equal('storage-full');
    expect(await other.usedBytes()).to.equal(0);
    await one.remove(a.id);
    expect(await file.write(0, piecesOf(b.bytes, 0))).to.equal('kept');
  });

  it('are read as often as one likes, also by whoever hands the bytes over', async () => {
    const files = new MemoryFileStore(new MemoryBudget());
    const { id, sizeBytes, hashes, bytes } = await sample(2);
    const file = await files.create(id, sizeBytes, hashes);
    await file.write(0, piecesOf(bytes, 0));
    const read = await file.read(0);
    if (read instanceof ArrayBuffer) structuredClone(read, { transfer: [read] });
    expect(await textOf(file.read(0))).to.equal(await textOf(bytes.slice(0, chunkBytes)));
  });
});

class FullBudget extends MemoryBudget {
  isFull = false;

  override take(bytes: number): void {
    if (this.isFull) throw new AppError('storage-full');
    super.take(bytes);
  }
}
