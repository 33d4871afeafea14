import type { ConditionName } from "../../contract/index.ts";
import { settingsOf } from "./condition.ts";
import { conditionNamed } from "./conditions/registry.ts";
import { mostSubjects, quietMs } from "./conditions/security.ts";
import type { Context } from "./context.ts";
import { onGrid } from "./deadlines.ts";
import type { SystemReport } from "./events.ts";

/** Takes what parts of the program report: what is wrong until it is right again, and what merely happened. */
export class ReportWatch {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  system(report: SystemReport): void {
    const { site, state, book } = this.#context;
    const key = `${report.condition}|${report.subject}`;
    if (!report.wrong) {
      book.return(key, state.nowMs, report.value, "right-again");
      return;
    }
    const condition = conditionNamed(report.condition);
    if (!condition || !settingsOf(site, condition, null).enabled) return;
    const { subject, value, limit, unit, detail = null } = report;
    // A probe is a device of the site: its alarm goes when it is taken out of the site file.
    const device = report.condition === "archive-system-unreachable" ? subject : null;
    book.raise({
      key,
      condition: report.condition,
      device,
      subject,
      room: null,
      sinceMs: state.nowMs,
      atMs: state.nowMs,
      value,
      limit,
      unit,
      detail,
      lateMs: null,
    });
  }

  /** Something that happens rather than lasts: it stands until it has not happened again for a while. */
  occurrence(name: ConditionName, about: string, detail: string): void {
    const { site, state, book } = this.#context;
    const condition = conditionNamed(name);
    const device = site.devices.has(about) ? about : null;
    const room = device === null ? null : site.roomOf(device, state.nowMs);
    if (!condition || !settingsOf(site, condition, room).enabled) return;
    const subject = this.#subjectFor(name, about);
    const key = `${name}|${subject}`;
    book.raise({
      key,
      condition: name,
      device,
      subject,
      room,
      sinceMs: state.nowMs,
      atMs: state.nowMs,
      value: null,
      limit: null,
      unit: null,
      detail,
      lateMs: null,
    });
    const alarm = state.alarms.get(key)!;
    alarm.quietAtMs = state.nowMs + quietMs;
    alarm.detail = detail;
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
