import type { ConditionName } from "../../contract/index.ts";
import { settingsOf } from "./condition.ts";
import { conditionNamed } from "./conditions/registry.ts";
import { failuresWithinMs, loginFailures, mostSubjects, quietMs } from "./conditions/security.ts";
import type { Context } from "./context.ts";
import { onGrid } from "./deadlines.ts";
import type { PartReport } from "./events.ts";
import type { Raise } from "./raise.ts";

const nothingMeasured = { value: null, limit: null, unit: null };
/** Failed log-ins that are remembered, newest last. */
const mostFailures = 500;

/** Takes what parts of the program report: what is wrong until it is right again, and what merely happened. */
export class ReportWatch {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** What a part says of itself, or of what it watches: `conditions/` says whether such a thing lasts or happens. */
  system(report: PartReport): void {
    const { book, state } = this.#context;
    const key = `${report.condition}|${report.subject}`;
    if (report.wrong) this.#wrong(report, key);
    else book.return(key, state.nowMs, report.value, "right-again");
  }

  /** Something that happens rather than lasts: it stands until it has not happened again for a while. */
  occurrence(name: ConditionName, about: string, detail: string): void {
    const { site, state } = this.#context;
    const device = site.devices.has(about) ? about : null;
    const room = device === null ? null : site.roomOf(device, state.nowMs);
    this.#occurred({
      ...nothingMeasured,
      condition: name,
      subject: this.#subjectFor(name, about),
      device,
      room,
      detail,
    });
  }

  /** One failed log-in is a slip of the hand. As many as the limit, of one name or from one address, are not. */
  loginFailed({ subject, from, detail }: { subject: string; from: string | null; detail: string }): void {
    const { site, state } = this.#context;
    const { limit } = settingsOf(site, loginFailures, null);
    state.failedLogins = state.failedLogins
      .filter(({ atMs }) => state.nowMs - atMs < failuresWithinMs)
      .slice(-mostFailures);
    for (const who of new Set([from ?? subject, subject])) {
      state.failedLogins.push({ subject: who, atMs: state.nowMs });
      const failures = state.failedLogins.filter((failure) => failure.subject === who).length;
      if (failures < (limit ?? 1)) continue;
      this.occurrence(loginFailures.name, who, detail);
      // An address that tries one name is one thing to tell.
      return;
    }
  }

  #wrong(report: PartReport, key: string): void {
    const { site, state, book } = this.#context;
    const { condition: name, subject, room = null, value, limit, unit, detail = null, priority } = report;
    // A probe is a device of the site: its alarm goes when it is taken out of the site file.
    const device = report.device ?? (name === "archive-system-unreachable" ? subject : null);
    const condition = conditionNamed(name);
    const facts = { condition: name, subject, device, room, value, limit, unit, detail, priority };
    if (condition?.kind === "reported" && condition.occurs) {
      this.#occurred({ ...facts, subject: this.#subjectFor(name, subject) });
      return;
    }
    if (!condition || !settingsOf(site, condition, room).enabled) return;
    const standing = state.alarms.get(key);
    if (standing?.active && priority) {
      book.raisePriority(key, { priority, value, limit, atMs: state.nowMs });
    }
    if (value !== null && standing) book.measured(standing, value, state.nowMs);
    book.raise({ ...facts, key, sinceMs: state.nowMs, atMs: state.nowMs, lateMs: null });
  }

  #occurred(facts: Omit<Raise, "key" | "sinceMs" | "atMs" | "lateMs">): void {
    const { site, state, book } = this.#context;
    const condition = conditionNamed(facts.condition);
    if (!condition || !settingsOf(site, condition, facts.room).enabled) return;
    const key = `${facts.condition}|${facts.subject}`;
    book.raise({ ...facts, key, sinceMs: state.nowMs, atMs: state.nowMs, lateMs: null });
    const alarm = state.alarms.get(key)!;
    alarm.quietAtMs = state.nowMs + quietMs;
    alarm.detail = facts.detail;
    book.changed.add(key);
    this.#await(key);
  }

  quietDue(key: string, dueMs: number): void {
    const { state, book } = this.#context;
    const alarm = state.alarms.get(key);
    if (!alarm?.active || alarm.quietAtMs === null) return;
    if (onGrid(alarm.quietAtMs) > dueMs) this.#await(key);
    else book.return(key, dueMs, null, "not-repeated");
  }

  awaitAll(): void {
    for (const key of this.#context.state.alarms.keys()) this.#await(key);
  }

  #await(key: string): void {
    const alarm = this.#context.state.alarms.get(key);
    if (!alarm?.active || alarm.quietAtMs === null) return;
    this.#context.deadlines.add({ dueMs: onGrid(alarm.quietAtMs), key: `quiet|${key}` });
  }

  #subjectFor(name: ConditionName, about: string): string {
    const { alarms } = this.#context.state;
    if (alarms.has(`${name}|${about}`)) return about;
    let subjects = 0;
    for (const alarm of alarms.values()) if (alarm.condition === name) subjects += 1;
    return subjects >= mostSubjects ? "(others)" : about;
  }
}
