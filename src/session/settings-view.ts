/** The room's settings as people see them. */
import { defaultSettings, type Membership } from '../core/membership';
import type { RoomSettingsView } from './faces';

/** `membership`: undefined in a room that is known by name, and while nothing is known. */
export function viewOfSettings(membership: Membership | undefined): RoomSettingsView {
  const rule = membership?.rule.rule ?? { policy: 'open' as const, standIn: false };
  const { title, gate, locked, history, lifetimeS, oneOff } = membership?.settings.settings ?? defaultSettings;
  return { title, ...rule, hasPassword: gate !== '', locked, history, lifetimeS, oneOff };
}
