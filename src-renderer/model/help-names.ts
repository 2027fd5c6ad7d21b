/** The pages of the help in their order; each is a file of resources/docs. */
export const HELP_PAGES = [
  'first-recording',
  'triggers',
  'multi-d',
  'metadata',
  'review',
  'recovery',
  'device-profiles',
  'programs'
] as const

export type HelpPageName = (typeof HELP_PAGES)[number]

export const isHelpPage = (name: string): name is HelpPageName =>
  (HELP_PAGES as readonly string[]).includes(name)
