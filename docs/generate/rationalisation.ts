import { type Condition, conditions } from "../../alerts/index.ts";
import { type ConditionFamily, type ConditionName, conditionFamilies, type Priority } from "../../contract/index.ts";
import { familyTitles } from "./conditions.ts";
import { code, generated, table } from "./table.ts";

/** What becomes of it when nobody answers. */
type Grade = "grave" | "serious" | "slight";
/** How long an answer may take and still help. */
type Within = "at once" | "today" | "this week";

const priorityOf: Record<Grade, Record<Within, Priority>> = {
  grave: { "at once": "critical", today: "high", "this week": "medium" },
  serious: { "at once": "high", today: "medium", "this week": "low" },
  slight: { "at once": "medium", today: "low", "this week": "low" },
};

const grades: Record<Grade, string> = {
  grave: "People are in danger; or holdings, evidence or the watch over them are lost.",
  serious: "Holdings are damaged, or a part of the watch cannot be relied on.",
  slight: "Nothing is harmed yet; there is more work, or less time, later.",
};
const times: Record<Within, string> = {
  "at once": "minutes decide",
  today: "within the shift",
  "this week": "days, at a convenient time",
};

interface Rationale {
  cause: string;
  consequence: string;
  grade: Grade;
  within: Within;
}

const why = (cause: string, consequence: string, grade: Grade, within: Within): Rationale => {
  return { cause, consequence, grade, within };
};

/** Every alarm must be worth somebody's time (ISA-18.2, 9): why it is there, and how its priority follows from that. */
const rationales: Record<ConditionName, Rationale> = {
  "temperature-high": why(
    "Cooling off or failed, door open, sun, lamps",
    "Paper and film age faster",
    "serious",
    "today",
  ),
  "temperature-low": why(
    "Heating off or failed, window open",
    "Damp walls; water on records taken out",
    "serious",
    "today",
  ),
  "humidity-high": why("Dehumidifier off, leak, wet weather, door open", "Mould within days", "serious", "today"),
  "humidity-low": why("Humidifier off, dry winter air, heating", "Paper and film become brittle", "serious", "today"),
  "temperature-near-limit": why(
    "Set point too close to the limit",
    "The next disturbance crosses it",
    "slight",
    "today",
  ),
  "humidity-near-limit": why("Set point too close to the limit", "The next disturbance crosses it", "slight", "today"),
  "temperature-swing": why(
    "Plant switches on and off, night set-back",
    "Bindings and layers are strained",
    "serious",
    "today",
  ),
  "humidity-swing": why(
    "Humidifier against dehumidifier, fresh air",
    "Bindings and layers are strained",
    "serious",
    "today",
  ),
  "temperature-forecast": why(
    "The room drifts towards its limit",
    "The limit is crossed within hours",
    "slight",
    "today",
  ),
  "humidity-forecast": why("The room drifts towards its limit", "The limit is crossed within hours", "slight", "today"),
  "condensation-risk": why("Cold wall or pipe in humid air", "Water on walls and records", "serious", "today"),
  "mould-risk": why("Humid air that stays", "Mould on records; health of staff", "serious", "today"),
  "preservation-low": why(
    "Warm or humid for weeks, within the limits",
    "Holdings last years less than meant",
    "slight",
    "this week",
  ),
  "climate-control-failure": why(
    "Plant, power or control has failed",
    "The climate leaves its limits within hours",
    "serious",
    "today",
  ),
  "heat-rise": why("Fire, or a heater without control", "Fire spreads unseen", "serious", "at once"),
  "smoke-prealarm": why(
    "Smouldering, dust, steam",
    "A fire that could still be put out by hand grows",
    "serious",
    "at once",
  ),
  "smoke-alarm": why("Fire", "People in danger, holdings lost", "grave", "at once"),
  "fire-suspected": why(
    "Several weak signs of one fire",
    "A fire that could still be put out by hand grows",
    "serious",
    "at once",
  ),
  "water-leak": why("Pipe, roof, drain, extinguishing water", "Paper is lost within the hour", "grave", "at once"),
  "door-held-open": why(
    "Wedged, or not drawn shut",
    "Anybody may enter; climate and fire section are open",
    "slight",
    "at once",
  ),
  "door-forced": why("Break-in, or a door opened by key", "Records stolen or read", "grave", "at once"),
  "door-after-hours": why("Unannounced work, or an intruder", "Records stolen or read", "serious", "at once"),
  "access-unauthorised": why(
    "Grants out of date in the controller",
    "Somebody is among records without right",
    "serious",
    "at once",
  ),
  "access-denied-repeated": why(
    "Forgotten grant, found badge, probing",
    "An attempt succeeds unnoticed",
    "slight",
    "at once",
  ),
  "record-overdue": why("Forgotten loan", "A record is missed, and later lost", "slight", "this week"),
  "sensor-silent": why("Power, battery, network, device", "A part of the room is not seen", "serious", "today"),
  "room-blind": why(
    "The last sensor of its kind is lost",
    "Fire, water or climate of a room go unseen",
    "grave",
    "today",
  ),
  "sensor-stuck": why("Sensor or its converter has failed", "The room looks well whatever it is", "serious", "today"),
  "sensor-implausible": why(
    "Sensor, wiring or interference",
    "What it says of the room cannot be relied on",
    "serious",
    "today",
  ),
  "sensor-disagreement": why("One of them drifts", "Limits are judged by a wrong value", "slight", "this week"),
  "sensor-clock-fault": why(
    "Clock never set, or its battery flat",
    "Times in the record are those of receipt",
    "slight",
    "today",
  ),
  "battery-low": why("Battery near its end", "The device falls silent", "slight", "this week"),
  tamper: why("Maintenance, curiosity, sabotage", "A watch is blinded on purpose", "serious", "at once"),
  "calibration-due": why(
    "The date in the site file comes near",
    "Readings cannot be vouched for",
    "slight",
    "this week",
  ),
  "login-failures": why("Wrong password in a device, or a guesser", "Somebody gets in", "serious", "today"),
  "topic-violation": why("Wrong configuration, or an intruder", "Readings are forged or read", "serious", "today"),
  "unknown-device": why(
    "Not entered yet, renamed, or foreign",
    "A sensor is not judged, or one is forged",
    "serious",
    "today",
  ),
  "message-flood": why("Firmware in a loop, or an attack", "Messages of that device wait", "slight", "at once"),
  "certificate-expiring": why("Nobody renews it", "Devices and people can no longer connect", "grave", "this week"),
  "ledger-broken": why("Files changed or damaged", "The record of access proves nothing", "grave", "at once"),
  "archive-system-unreachable": why("Server, network or service", "Nobody can find or lend records", "grave", "today"),
  "archive-system-slow": why("Load, database, network", "It may be about to fail", "serious", "today"),
  "archive-backup-overdue": why("Backup job failed, disk full", "The next fault loses the catalogue", "grave", "today"),
  "history-unreachable": why("Database or network", "Charts stand still; nothing is lost", "serious", "today"),
  "notification-failing": why(
    "Mail or SMS service, its password",
    "The next alarm reaches fewer people",
    "grave",
    "today",
  ),
  "nobody-reached": why("Everybody on the list is away or asleep", "An alarm goes unanswered", "grave", "at once"),
  "disk-low": why(
    "Other programs, logs, a full backup disk",
    "No message is accepted: nothing is watched",
    "grave",
    "at once",
  ),
  "intake-backlog": why("Slow disk, overloaded machine", "Alarms of everything come late", "grave", "today"),
  "server-clock-fault": why(
    "No time server, or set by hand",
    "Times of alarms and evidence are doubtful",
    "grave",
    "today",
  ),
  "backup-overdue": why(
    "Backup job failed, target full",
    "The next fault loses settings and evidence",
    "grave",
    "this week",
  ),
};

/** What the consequence and the time to respond make of a condition. */
export function rationalPriority(name: ConditionName): Priority {
  const { grade, within } = rationales[name];
  return priorityOf[grade][within];
}

export function rationalisationPage(): string {
  const known = new Map(conditions.map((condition) => [condition.name, condition]));
  const sections = Object.entries(conditionFamilies).map(([family, names]) => {
    const rows = names.flatMap((name) => known.get(name) ?? []).map(row);
    const head = ["condition", "cause", "if nobody answers", "what to do", "within", "priority"];
    return `## ${familyTitles[family as ConditionFamily]}\n\n${table(head, rows)}`;
  });
  const share = (priority: Priority) => {
    const count = conditions.filter(({ defaults }) => defaults.priority === priority).length;
    return `${priority} ${count}`;
  };
  return `${generated("docs/generate/rationalisation.ts and the registry of alerts/engine/conditions")}

# Rationalisation

Why each alarm is there, after ISA-18.2 and EEMUA 191: what causes it, what becomes of it when nobody answers, what to do, and
how long that may take. Consequence and time give the priority; a test keeps the two the same. Some conditions become more
urgent than this while they stand: [conditions](conditions.md) says when. A site may set another \`priority\`.

${table(
  ["consequence", ...Object.keys(times).map((within) => `${within}: ${times[within as Within]}`)],
  Object.entries(priorityOf).map(([grade, row]) => [
    `**${grade}**: ${grades[grade as Grade]}`,
    ...Object.values(row).map(String),
  ]),
)}

Of ${conditions.length} conditions: ${(["critical", "high", "medium", "low"] as const).map(share).join(", ")}. How often each
is told is another matter: \`alarms performance\` compares that with EEMUA's 5, 15 and 80 %.

${sections.join("\n\n")}
`;
}

function row({ name, texts }: Condition): string[] {
  const { cause, consequence, grade, within } = rationales[name];
  return [code(name), cause, `${consequence} (${grade})`, texts.en.advice, within, priorityOf[grade][within]];
}
