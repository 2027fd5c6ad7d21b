/** The texts of the console in which a line is tried on a device; part of strings.ts, which is the one place to look for them. */
export const tryOut = {
  title: 'Try a line',
  help: 'Sent as it is, with the end of line that the device expects. Limits are not checked here. \\x41 is a byte.',
  line: 'Line to send',
  placeholder: 'for example V or \\x1e',
  send: 'Send',
  whileRecording: 'Not while a run is under way: it uses the devices.',
  notReady: 'The device is not connected.',
  noAnswer: 'Sent. No answer is awaited; what comes is seen on the wire.',
  answered: (ms: number) => `answered in ${ms.toFixed(1)} ms`,
  parsed: 'Read as',
  notParsed: 'Nothing in it is read as a value.'
}
