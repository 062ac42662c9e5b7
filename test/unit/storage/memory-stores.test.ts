import { describe, it } from 'vitest';
import { MemoryLogStore } from '../../../src/storage/memory-log-store';
import { MemoryAdmissionStore, MemoryPeopleStore } from '../../../src/storage/memory-room-stores';
import { MemoryDeviceStore, MemoryRoomStore } from '../../../src/storage/memory-stores';
import { admissionStoreSuite } from '../../suites/admission-store-suite';
import { deviceStoreSuite } from '../../suites/device-store-suite';
import { logStoreSuite } from '../../suites/log-store-suite';
import { peopleStoreSuite } from '../../suites/people-store-suite';
import { roomStoreSuite } from '../../suites/room-store-suite';

describe('a log in memory', () => logStoreSuite(it, async () => new MemoryLogStore()));
describe('rooms in memory', () => roomStoreSuite(it, async () => new MemoryRoomStore()));
describe('the device in memory', () => deviceStoreSuite(it, async () => new MemoryDeviceStore()));
describe('admission in memory', () => admissionStoreSuite(it, async () => new MemoryAdmissionStore()));
describe('people in memory', () => peopleStoreSuite(it, async () => new MemoryPeopleStore()));
