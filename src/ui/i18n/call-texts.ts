/** What the stage of a call says. */
import { msg, str } from './localize';
import type { DeviceProblem } from '../../session/faces';

export const callControls = () => msg('Call controls');
export const mute = () => msg('Mute');
export const unmute = () => msg('Unmute');
export const cameraOn = () => msg('Turn camera on');
export const cameraOff = () => msg('Turn camera off');
export const showChat = () => msg('Show chat');
export const showChatUnread = (count: number) => msg(str`Show chat, unread: ${count}`);
export const hideChat = () => msg('Hide chat');
export const leaveCall = () => msg('Leave call');
export const stage = () => msg('Call');
export const callRuns = () => msg('A call is on');
export const callRunsAdvice = () => msg('Your microphone goes on when you join. The camera stays off until you turn it on.');
export const joining = () => msg('Joining…');
export const aloneInCall = () => msg("You're the only one in the call");
export const microphoneIsOff = () => msg('Microphone off');
export const tapToHear = () => msg('Turn the sound on');

/** Why the microphone or the camera is not to be had; the first one is the text asked for. */
export function deviceProblem(problem: DeviceProblem): string {
  if (problem.reason === 'denied') return msg('This app requires Camera/Microphone permission. Refresh the page and provide access.');
  if (problem.reason === 'missing') return problem.device === 'camera' ? msg('No camera was found.') : msg('No microphone was found. You can listen and write.');
  return problem.device === 'camera' ? msg('Another program is using the camera.') : msg('Another program is using the microphone.');
}

export const tryAgain = () => msg('Try again');
