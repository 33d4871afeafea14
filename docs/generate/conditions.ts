import { type Condition, conditions } from "../../alerts/index.ts";
import { type ConditionFamily, conditionFamilies } from "../../contract/index.ts";
import { presets } from "../../site/index.ts";
import { code, generated, table } from "./table.ts";

export const familyTitles: Record<ConditionFamily, string> = {
  climate: "Climate",
  "fire-and-water": "Fire and water",
  access: "Access",
  devices: "Devices",
  security: "Security",
  "archive-systems": "The archive's own systems",
  "this-system": "This system itself",
};

const priorityWords = { critical: "critical 紧急", high: "high 重要", medium: "medium 一般", low: "low 提示" } as const;

/** Limits that are no number of the condition itself. */
const limitsElsewhere: Partial<Record<Condition["name"], string>> = {
  "temperature-high": "of the room's holdings",
  "temperature-low": "of the room's holdings",
  "humidity-high": "of the room's holdings",
  "humidity-low": "of the room's holdings",
  "temperature-near-limit": "0.5 °C inside the holdings' limits",
  "humidity-near-limit": "3 % inside the holdings' limits",
  "temperature-swing": "of the room's holdings",
  "humidity-swing": "of the room's holdings",
  "temperature-forecast": "of the room's holdings",
  "humidity-forecast": "of the room's holdings",
  "condensation-risk": "dew point + 2 °C",
  "mould-risk": "75 %, or 5 % under the lowest isopleth",
  "preservation-low": "none: off",
  "calibration-due": "90, 30, 0 days before `calibrations[].due`",
  "sensor-disagreement": "12 h × 1 °C, or × 4 %RH",
  "sensor-implausible": "3 times within an hour",
  "sensor-silent": "3 × reporting interval, at least 2 min",
  "sensor-clock-fault": "`limits.trusted_past`, `limits.trusted_future`",
  "history-unreachable": "`limits.history_unreachable_after`",
  "intake-backlog": "`limits.intake_backlog`",
  "disk-low": "`limits.disk_free`",
  "archive-system-unreachable": "`sources[].failures`",
  "message-flood": "`broker.limits.rate_per_s`, `burst`",
};

/** What a condition says, in one sentence: longer than its title, and without what the table beside it says. */
const meanings: Partial<Record<Condition["name"], string>> = {
  "temperature-high": "The air is warmer than the holdings' limit, without interruption for the delay.",
  "temperature-low": "The air is colder than the holdings' limit, without interruption for the delay.",
  "humidity-high": "The air is more humid than the holdings' limit, without interruption for the delay.",
  "humidity-low": "The air is drier than the holdings' limit, without interruption for the delay.",
  "temperature-near-limit":
    "The temperature is inside a limit by less than the guard band. Off unless `enabled`; `limit` is the width of the band.",
  "humidity-near-limit":
    "The humidity is inside a limit by less than the guard band. Off unless `enabled`; `limit` is the width of the band.",
  "temperature-swing":
    "Temperature has changed by more than the holdings bear within the last 24 h: max − min, or the distance from the mean, as `climate.swing` says. Off where the preset names none and in rooms without plant.",
  "humidity-swing":
    "Humidity has changed by more than the holdings bear within the last 24 h: max − min, or the distance from the mean, as `climate.swing` says. Off where the preset names none and in rooms without plant.",
  "temperature-forecast":
    "Temperature is expected to cross a limit within 6 h, by what the room has done so far, its habits by hour and working day, and the outdoor air where that is measured. Says when, between when and when, and how probable it is; over when the limit is crossed, or when that has looked improbable for an hour. Off in rooms without plant unless the site file enables it.",
  "humidity-forecast": "Humidity is expected to cross a limit within 6 h; otherwise as `temperature-forecast`.",
  "condensation-risk":
    "A surface is no more than 2 °C above the dew point of the room's air; high when it is at or below it. The surface is measured, or estimated for the coldest outer wall of rooms that say their `wall_factor`.",
  "mould-risk":
    "For an hour the air has been within 5 %RH of the lowest humidity at which mould grows at its temperature (Zeng 2023), or at 75 %RH; or half the way to germination is gone (G ≥ 0.5). High when the whole way is (G ≥ 1), or the VTT mould index of the room's `mould_class` has reached 1. Over when the air has been drier than all of that, by the hysteresis, for a day that was measured: noon between two damp nights ends nothing. Our own thresholds, on published models.",
  "preservation-low":
    "The time-weighted preservation index of the last 30 days (7 at least) is under the target. Off until the site file sets the target, in years, as `limit`.",
  "smoke-prealarm":
    "A smoke detector measures a little smoke: worth a look before it is more. Besides the fixed limit, twice in succession half of it above what this detector measures in clean air, learned over its first day; dust moves that by at most 0.02 %/m a day.",
  "smoke-alarm": "A smoke detector measures smoke, or reports an alarm of its own.",
  "heat-rise":
    "The air of a room is as hot as a fire makes it: high from the limit on, critical ten degrees above it; both ten degrees earlier while it warms by more than 4 K/min.",
  "water-leak":
    "A leak sensor feels water. Paper is lost within the hour, and the answer takes minutes. One that is only suspected is high and says so: the air's moisture has made a step that neither door nor outdoor air nor other rooms explain, or has stayed above its usual for an hour against a plant that dries. A plant that dries well hides a small leak from the air altogether: lay leak sensors where pipes run.",
  "fire-suspected":
    "Smoke, heat, gases, door, presence and neighbour rooms together speak for a fire; `limit` is the probability. Two sensors' quantities at least must speak for it; critical from 0.99 on. It adds to the fixed limits of smoke and heat, which neither wait for it nor ask it.",
  "climate-control-failure":
    "The climate of a room leaves what has been usual for it for three days, stays out, and neither door nor a faulty sensor explains it; `limit` is the probability. Where most rooms of one plant (`rooms[].plant`, else the building) do so, one alarm names the plant and takes the rooms' own in. Judged from half a day of knowing the room on, and not without plant. How it is weighed: [inference](inference.md).",
  "room-blind":
    "The last sensor of a kind in a room has fallen silent: temperature, humidity, smoke, leak or door. Nobody would see what happens there.",
  "sensor-stuck":
    "A sensor says exactly the same for hours, while the device's other quantity, or the same quantity elsewhere in the room, has moved by what cannot leave it alone (1 °C, 4 %RH; for temperature against the humidity of its own device four times the limit). Or its humidity, or a temperature that it resolves to hundredths, has not moved for twice as long as in all the days it has been watched. Standing still alone proves nothing: a good store does it.",
  "sensor-implausible":
    "Three times within an hour a device's values could not be: outside what the quantity can be, or there and gone between two samples.",
  "sensor-disagreement":
    "A sensor has moved away from the others of its room, by a cumulative sum of hourly differences (1 °C or 4 %RH beyond the usual for about a day; less takes longer). What they always differ by is learned over three days. With two sensors, both are told: nobody knows which is right. One that runs away within minutes, while the other stays, is named at once by the [inference](inference.md). A sensor alone in its room is compared with the other rooms of its plant (two at least, of full climate control), half as wide again and twice as patiently: its room may have changed as well, and only an instrument can tell. Not judged in a room alone without such neighbours.",
  "calibration-due":
    "The `due` date of a device's calibration is 90 days away (low), 30 days (medium), or has come (high).",
  "battery-low":
    "A device's battery must be changed before the device falls silent: it is at the limit, or will be empty within a week at its recent rate. Says how many days that leaves, once it has fallen enough to tell (4 % in a day or longer, 10 % in less).",
  tamper: "A device says that it was opened or taken off its place.",
  "door-held-open": "A door was reported open and has not been reported closed again.",
  "sensor-silent": "Nothing usable has come from a device for several reporting intervals.",
  "sensor-clock-fault":
    "The time that a device states cannot be believed; its samples are kept under their time of receipt, flagged `clock-untrusted`.",
  "server-clock-fault": "This machine's clock was stepped, or half of the devices contradict it together.",
  "unknown-device": "Messages come under the name of a device that the site file does not know.",
  "topic-violation": "A client published, subscribed or left a will where it has no right to.",
  "login-failures":
    "Log-ins under one name or from one address have failed as often as the limit within 10 minutes, at the broker or at the page.",
  "ledger-broken":
    "The tamper-evident ledger of who was where does not verify: an entry was changed or is missing, or a file is damaged. Never shelved.",
  "door-forced":
    "A door opened although no badge was granted and nobody asked to leave. Stays until a person resets it.",
  "door-after-hours": "A door was opened outside the hours of its room.",
  "access-unauthorised": "Somebody was let in whose grant does not cover that room or that time.",
  "access-denied-repeated": "One badge, or one door, was refused several times in succession.",
  "record-overdue": "A record that was taken out of its room has not been brought back by its date.",
  "notification-failing":
    "A channel gives up on messages, or has been refusing them for longer than it may. Other channels go on.",
  "nobody-reached":
    "For an alarm that needs an answer, everybody on the list has been told on every channel, and nobody has answered.",
  "backup-overdue": "The newest backup of this program's own data is older than it may be.",
  "message-flood": "A client sends more than its rate allows; reading from it pauses.",
  "history-unreachable":
    "A history store other than the embedded one does not answer. Nothing is lost: its charts stand still until it is back.",
  "intake-backlog": "A consumer is further behind the head of the intake log than its bound.",
  "disk-low": "The disk of the data folder is filling. When it is full, messages are no longer acknowledged.",
  "archive-system-unreachable":
    "A probe of one of the archive's own systems has failed several times in a row (`failures` of the probe).",
  "archive-system-slow": "One of the archive's own systems answers, but late.",
  "archive-backup-overdue": "The newest backup file that a probe finds is too old.",
  "certificate-expiring":
    "The certificate of a watched system, or of one of this program's own listeners, expires soon. A watched system's is high from 7 days on.",
};

export function conditionsPage(): string {
  const known = new Map(conditions.map((condition) => [condition.name, condition]));
  const sections = Object.entries(conditionFamilies).flatMap(([family, names]) => {
    const here = names.flatMap((name) => known.get(name) ?? []);
    if (here.length === 0) return [];
    return [`## ${familyTitles[family as ConditionFamily]}\n\n${here.map(section).join("\n\n")}`];
  });
  return `${generated("the registry of alerts/engine/conditions and site/presets.ts")}

# Conditions

What is watched for, with its defaults. They can be changed for the whole site under \`conditions\`, and for a room under
its own \`conditions\` ([site file](site-file.md#conditions)): \`enabled\` and \`priority\` of every condition; \`limit\`,
\`delay\` and \`hysteresis\` of those that watch a quantity. Names are stable identifiers.

This is not a certified fire alarm system (GB 50116, EN 54). Conditions about smoke speak of a *suspected* fire, and
neither delay nor replace what a certified detector does.

- **delay**: how long it must hold without interruption before the alarm is raised. A gap in the data of more than
  60 min interrupts the delay, never the alarm.
- **hysteresis**: how far inside the limit a value must be before the alarm returns.
- **sum of excursions**: with \`cumulative: { longest: 2h, within: 24h }\` (or a month: \`{ longest: 10h, within: 30d }\`) under
  \`temperature-high\`, \`temperature-low\`, \`humidity-high\` or \`humidity-low\`, that alarm is also raised when the air has been
  beyond the limit for longer than that in all, in however many pieces; the message then says \`Σ 135 min / 24 h > 120 min\`. It
  returns when enough of it has left the window and the air is within. Off unless set; time that nobody measured is not counted.
- **return after** (\`return_after\`): how long it must stay within before the alarm returns; none but for \`mould-risk\` (24 h) and
  for limits of rooms without full plant (24 h).
- **latched**: the alarm stays after the cause has gone, until a person resets it.
- **rooms without full plant** (\`climate_control\`): with \`partial\`, the limits of temperature and humidity have a delay of
  6 h, because a portable unit recovers by itself from a door or a delivery, and are over after 24 h within; its swing may be twice
  the preset's, since such a unit holds a level and not the course of a day, unless the room sets one; and nothing is forecast,
  as its limits are crossed by the weather every other day, unless \`temperature-forecast\` or \`humidity-forecast\` is enabled
  for it. With \`none\`, 24 h and low priority, over after
  24 h within, no swing and no forecast: a dry winter is told once. Mould and condensation are judged everywhere alike. A \`delay\` or \`priority\` in the
  site file wins.
- Silence never clears an alarm: when a sensor falls silent, its alarms freeze and the silence itself is reported.

${sections.join("\n\n")}

## Limits of the holdings

${table(
  ["Preset", "Temperature °C", "Humidity %RH", "Largest swing of 24 h", "Source", "Figures"],
  Object.entries(presets).map(([name, { temperatureC, relativeHumidityPct, swing, source, status }]) => [
    code(name),
    `${temperatureC.low}…${temperatureC.high}`,
    `${relativeHumidityPct.low}…${relativeHumidityPct.high}`,
    swing === null ? "none" : `${swing.temperatureC} °C, ${swing.relativeHumidityPct} %RH`,
    source,
    status,
  ]),
)}

*Confirmed*: the figure was seen quoted from the document or stated by a page that cites it. *Unconfirmed*: it is common
knowledge and was not seen in the document; \`config check\` says so of each room that uses it. No preset makes a store
“compliant”: what is said is that it is within the configured limits.

## Reported, not alarmed

\`replay\` ends with figures that alarm nobody: the largest change within a calendar day of the site's time zone and on how
many days it was more than the holdings bear (the alarm looks at any 24 h), and the ASHRAE type of control: the tightest of
AA, A1, A2, B, C and D of which at least 95 % of the hours are, by the distance from the 30-day mean and of that from the
mean of all, and all but D between 25 and 75 % and up to 30 °C. It asks for a year of data and says how many days there were; its figures are *unconfirmed*. In \`--json\` they are
\`summary.climate\`.
`;
}

function section(condition: Condition): string {
  const { name, defaults, texts, unit } = condition;
  const amount = (value: number | undefined) =>
    value === undefined ? "–" : `${value}${unit === null ? "" : ` ${unit}`}`;
  const watched = condition.kind === "value" ? condition.quantities.map(code).join(", ") : "the program's own rules";
  const limit = limitsElsewhere[name] ?? amount(defaults.limit);
  const facts = table(
    ["watches", "priority", "limit", "delay", "hysteresis", "latched"],
    [
      [
        watched,
        priorityWords[defaults.priority],
        limit,
        defaults.delayMs === undefined ? "none" : durationText(defaults.delayMs),
        amount(defaults.hysteresis),
        defaults.latching === true ? "yes" : "no",
      ],
    ],
  );
  const people = table(
    ["", "title", "what to do first"],
    [
      ["中文", texts["zh-CN"].title, texts["zh-CN"].advice],
      ["English", texts.en.title, texts.en.advice],
    ],
  );
  return `### ${name}\n\n${meaningOf(name)}\n\n${facts}\n\n${people}`;
}

function durationText(ms: number): string {
  if (ms % 60_000 === 0) return `${ms / 60_000} min`;
  return `${ms / 1_000} s`;
}

function meaningOf(name: Condition["name"]): string {
  const meaning = meanings[name];
  if (meaning === undefined) throw new Error(`docs/generate/conditions.ts has no sentence for ${name}: add one`);
  return meaning;
}
