import { type AccessEventView, accessWord, type GrantView, type InsideRoom } from "../contract/index.ts";
import { localInstant, sayTable, terminalLanguage, timeTitle } from "./output.ts";

/** Doors, badges and grants for people at a terminal. */

const person = (who: { id: string; name: string | null } | null) =>
  who === null ? "–" : [who.name, who.id].filter((part) => part !== null).join(" ");

const word = (text: string) => accessWord(text, terminalLanguage() === "zh" ? "zh-CN" : "en");

export function tellInside(rooms: readonly InsideRoom[]): void {
  sayTable(
    rooms,
    [
      { title: { zh: "库房", en: "room" }, text: ({ room }) => room },
      { title: { zh: "在库人数", en: "inside" }, text: ({ count }) => String(count), align: "right" },
      {
        title: { zh: "人员", en: "who" },
        text: ({ people }) => people.map((one) => person(one.person)).join(", ") || "–",
      },
      { title: { zh: "存疑", en: "doubts" }, text: ({ doubts }) => doubts.map(word).join(", ") || "–" },
      {
        title: { zh: "门：开启/抖动/强开", en: "doors: openings/bounces/forced" },
        text: ({ doors }) =>
          doors.map((one) => `${one.door} ${one.openings}/${one.bounces}/${one.forced}`).join(", ") || "–",
      },
    ],
    terminalLanguage(),
  );
}

export function tellEvents(events: readonly AccessEventView[]): void {
  sayTable(
    events,
    [
      { title: timeTitle("时间", "at"), text: ({ at }) => localInstant(at) },
      { title: { zh: "库房", en: "room" }, text: ({ room }) => room ?? "–" },
      { title: { zh: "门", en: "door" }, text: ({ door }) => door ?? "–" },
      {
        title: { zh: "事件", en: "event" },
        text: ({ event, direction }) => (direction ? `${word(event)} ${word(direction)}` : word(event)),
      },
      { title: { zh: "控制器", en: "controller" }, text: ({ decision }) => (decision === null ? "–" : word(decision)) },
      { title: { zh: "本系统判断", en: "our rights" }, text: ({ judged }) => word(judged) },
      { title: { zh: "人员", en: "who" }, text: (event) => person(event.person) },
      { title: { zh: "授权", en: "grant" }, text: ({ grant }) => grant ?? "–" },
      {
        title: { zh: "迟到", en: "late" },
        text: ({ lateMs }) => (lateMs === 0 ? "–" : `${Math.round(lateMs / 60_000)} min`),
        align: "right",
      },
    ],
    terminalLanguage(),
  );
}

export function tellGrants(grants: readonly GrantView[]): void {
  sayTable(
    grants,
    [
      { title: { zh: "编号", en: "grant" }, text: ({ id }) => id },
      { title: { zh: "状态", en: "state" }, text: ({ state }) => word(state) },
      { title: { zh: "人员", en: "who" }, text: (grant) => person(grant.person) },
      { title: { zh: "库房", en: "rooms" }, text: ({ rooms }) => rooms.join(", ") },
      { title: { zh: "事由", en: "purpose" }, text: ({ purpose }) => word(purpose) },
      { title: timeTitle("自", "from"), text: ({ from }) => localInstant(from) },
      { title: timeTitle("至", "to"), text: ({ to }) => localInstant(to) },
      { title: { zh: "审批人", en: "decided by" }, text: ({ decidedBy }) => person(decidedBy) },
      { title: { zh: "说明", en: "comment" }, text: ({ comment }) => comment },
    ],
    terminalLanguage(),
  );
}
