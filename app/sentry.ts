import type { CommandOutcome } from "../alerts/index.ts";
import type { CredentialTable } from "../broker/index.ts";
import type { SqliteHistory } from "../collector/index.ts";
import type { Clock, Logger } from "../core/index.ts";
import type { Site } from "../site/index.ts";
import type { DataFolder } from "./data-folder.ts";
import type { LoggedCommand } from "./engine/log-events.ts";
import type { SentryEvents } from "./sentry-events.ts";

export interface SentryOptions {
  site: Site;
  /** Where the site file is, for a reload; none for the sample hospital. */
  configPath?: string;
  /** What the command line changes of a site file, at the start and at each reload. */
  adjust?: (site: Site) => Site;
  data: DataFolder;
  clock: Clock;
  log: Logger;
  /** In place of the site's `broker.credentials_file`. */
  credentials?: CredentialTable;
}

/** Who wanted the changed site file: a person, or a user of the operating system. */
export interface ReloadAuthor {
  by: string | null;
  via: string;
  user?: string;
}

export interface Sentry {
  start(): Promise<void>;
  /** Undoes in reverse what was started; idempotent, also after half a start. */
  stop(): Promise<void>;
  addresses(): { mqtt: { kind: string; host: string; port: number }[]; http: string; data: string };
  /** The site in force: a reload exchanges it. */
  site(): Site;
  /** What people at the terminal want to see as it happens. */
  on(listener: Partial<SentryEvents>): void;
  command(command: LoggedCommand): Promise<CommandOutcome>;
  /** Takes the changed site file, or refuses it whole. `by`: staff number, where a person asked for it. */
  reload(author?: ReloadAuthor): Promise<{ warnings: string[] }>;
  /** Path of a one-time link for a person who has not set an account up yet; null for anybody else. */
  invite(person: string): string | null;
  /** Gives a person of the site file the badge of that number, unless it is that person's already. */
  giveBadge(person: string, credential: string): void;
  importSamples: SqliteHistory["importSamples"];
  /** Resolves when everything that is in the log now has been evaluated and stored. */
  settled(): Promise<void>;
}
