/** The browser's time and timers: the page touches them here alone. */
export const nowMs = (): number => Date.now();
export const later = (delayMs: number, work: () => void): (() => void) => {
  const handle = setTimeout(work, delayMs);
  return () => clearTimeout(handle);
};
export const every = (periodMs: number, work: () => void): (() => void) => {
  const handle = setInterval(work, periodMs);
  return () => clearInterval(handle);
};
