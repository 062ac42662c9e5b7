import { describe, it } from 'vitest';
import { MemoryHistoryStore } from '../../../src/storage/memory-history-store';
import { MemoryDeviceStore, MemoryRoomStore } from '../../../src/storage/memory-stores';
import { deviceStoreSuite } from '../../suites/device-store-suite';
import { historyStoreSuite } from '../../suites/history-store-suite';
import { roomStoreSuite } from '../../suites/room-store-suite';

describe('a history in memory', () => historyStoreSuite(it, async () => new MemoryHistoryStore()));
describe('rooms in memory', () => roomStoreSuite(it, async () => new MemoryRoomStore()));
describe('the device in memory', () => deviceStoreSuite(it, async () => new MemoryDeviceStore()));
