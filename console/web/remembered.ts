/** What this browser remembers of its user's choices: nothing of rooms or persons. */
type Choice = "language" | "theme" | "floor";

export function remembered(choice: Choice): string | null {
  try {
    return localStorage.getItem(choice);
  } catch {
    // Some browsers of hospitals forbid it: then nothing is remembered.
    return null;
  }
}

export function remember(choice: Choice, value: string): void {
  try {
    localStorage.setItem(choice, value);
  } catch {
    // As above.
  }
}
