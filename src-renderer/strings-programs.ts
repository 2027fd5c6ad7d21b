/** The texts of the Settings section about other programs; part of strings.ts, which is the one place to look for them. */
export const programs = {
  title: 'Other programs',
  allow: 'Let programs on this computer take part',
  help: 'A script can hear of every frame, ask for bursts, set properties and add notes. Only programs on this computer that know the token get in.',
  port: 'Port',
  portRange: 'From 1024 to 65535.',
  token: 'Token',
  showToken: 'Show',
  hideToken: 'Hide',
  copyToken: 'Copy the token',
  copied: 'Copied',
  renew: 'New token',
  tokenHelp: 'A script of yours finds port and token by itself in programs.json, beside the settings.',
  connected: (names: readonly string[]) =>
    names.length === 0 ? 'No program is connected.' : `Connected: ${names.join(', ')}`
}
