/** What is drawn over each other, from below: the whole frame, and a part of it that is finer. */
export const LAYERS = ['whole', 'detail'] as const
export type Layer = (typeof LAYERS)[number]
