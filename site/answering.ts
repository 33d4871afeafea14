/** A way in which somebody can acknowledge an alarm. */
export interface AnsweringPath {
  name: string;
  /** Whether it works for somebody who is not on the hospital's network. */
  worksOutside: boolean;
}

/**
 * The ways of answering that a site has. Each is declared here, with whether it works from outside the hospital's
 * network: `config check` refuses a policy for critical alarms that nobody outside could answer.
 * `site` is the file as it was read: it may be wrong anywhere.
 */
export function answeringPaths(_site: unknown): AnsweringPath[] {
  return [
    { name: "cli", worksOutside: false },
    { name: "api", worksOutside: false },
  ];
}
