/**
 * Bodies of the local feed: what the release before the log had kept. They were never signed and are never exchanged; they look like other bodies, but for the author,
 * who stands in them because their feed has none, and for texts of a length that is not sent any more.
 */
import * as v from 'valibot';
import type { TextContent } from '../core/event-content';
import type { DeviceId } from '../core/ids';
import type { Bytes } from '../core/log-event';
import { bodySaltBytes } from '../protocol/run';
import { deviceIdSchema, parseJson } from '../protocol/schema';

const localSchema = v.object({ kind: v.literal('text'), name: v.string(), text: v.string(), author: deviceIdSchema });

/** undefined for what can't be read. */
export function readLocalBody(body: Bytes): (TextContent & { readonly author: DeviceId }) | undefined {
  return parseJson(localSchema, new TextDecoder().decode(body.subarray(bodySaltBytes)));
}
