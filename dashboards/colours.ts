/** Okabe and Ito's palette, which people with any colour vision tell apart; words and numbers always stand beside it. */
export const colours = {
  fine: "#0072B2",
  notice: "#E69F00",
  wrong: "#D55E00",
  low: "#CC79A7",
  light: "#56B4E9",
  other: "#009E73",
  unknown: "#7F7F7F",
} as const;

export const priorityColours = {
  critical: colours.wrong,
  high: colours.notice,
  medium: colours.light,
  low: colours.unknown,
} as const;
