/** What one check found, in words, and what to do about it where something is to be done. */
export interface Finding {
  check: string;
  status: "ok" | "warn" | "fail";
  found: string;
  advice?: string;
}

export const ok = (check: string, found: string): Finding => ({ check, status: "ok", found });
export const warn = (check: string, found: string, advice: string): Finding => ({
  check,
  status: "warn",
  found,
  advice,
});
export const fail = (check: string, found: string, advice: string): Finding => ({
  check,
  status: "fail",
  found,
  advice,
});
