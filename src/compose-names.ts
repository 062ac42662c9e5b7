/** The part of the composition root for rooms that are known by name, and for passwords: loaded when one is typed or opened, so nobody else waits for it. */
import type { NameOpener } from './session/application';
import { prepareNamedRoom, readText, type NamedRoomParts } from './session/named-room';
import { derivePasswordKey as derive } from './session/password-key';
import type { RoomParts } from './session/room-parts';
import { trustedScriptUrl } from './ui/trusted-types';

export function composeNames(parts: Omit<NamedRoomParts, 'now' | 'derivePasswordKey'>): NameOpener {
  return {
    readText,
    prepareNamed: (address, password, show) => prepareNamedRoom(address, password, { ...parts, now: Date.now, derivePasswordKey }, show),
  };
}

/** With the page's policy for the addresses of scripts. */
export const derivePasswordKey: RoomParts['derivePasswordKey'] = (text, salt) => derive(text, salt, trustedScriptUrl);
