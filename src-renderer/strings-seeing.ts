/** The texts of opening, following and looking through a dataset; part of strings.ts, which is the one place to look for them. */
export const seeing = {
  opening: (name: string) => `Opening ${name}…`,
  longer: (seconds: number) => `${seconds} s so far`,
  before: (name: string) => `${name} stays open until then.`,
  cancel: 'Cancel',
  follow: 'Follow newest',
  followTip: 'Show each new frame as it is recorded. Going to an older one ends it; End begins it again.'
} as const
