import {
  type Alarm,
  type AlertStore,
  type Engine,
  type OwnClimate,
  presentExpectation,
  remedialItems,
  worstPriority,
} from "../../alerts/index.ts";
import { missingIn, type SqliteHistory } from "../../collector/index.ts";
import {
  type AlarmsPayload,
  type AlarmView,
  type DeviceView,
  isQuantity,
  presentValue,
  type RoomView,
} from "../../contract/index.ts";
import { isoTime } from "../../core/index.ts";
import { calibrationDueMs, hasOwnClimate, presets, type Range, type RoomConfig, type Site } from "../../site/index.ts";
import { forecastViews } from "./forecast-views.ts";

/** What people and the API see of the present: put together from what the parts have committed. */
export interface Views {
  rooms(): RoomView[];
  devices(): DeviceView[];
  alarms(filter: { room?: string | undefined }): AlarmView[];
  /** Remedial items, the most pressing first. */
  remedial(filter: { room?: string | undefined }): AlarmView[];
  alarm(id: string): AlarmView | undefined;
  present(alarm: Alarm): AlarmView;
  /** The retained message of a room's alarms topic. */
  alarmsPayload(room: string, nowMs: number): AlarmsPayload;
}

const mostlyLate = 0.8;

export function createViews(parts: {
  site: () => Site;
  engine: () => Engine;
  history: SqliteHistory;
  store: AlertStore;
  nowMs: () => number;
}): Views {
  const { site, engine, history, store } = parts;
  const open = () => [...engine().state.alarms.values()];
  /** With the alarms of exercises, which are shown as what they are. */
  const shown = () => [...open(), ...engine().state.drills.values()];

  const alive = (device: string): boolean => {
    const heardAtMs = history.decoder.memories.get(device)?.heardAtMs ?? 0;
    const intervalMs = site().devices.get(device)?.interval ?? 60_000;
    return parts.nowMs() - heardAtMs < Math.max(3 * intervalMs, 120_000);
  };

  const roomView = (room: RoomConfig, devices: string[], alarms: Alarm[]): RoomView => {
    const limits = engine().limitsOf(room.id);
    const show = ({ low, high }: Range) => ({ low, high });
    const current: RoomView["current"] = {};
    for (const device of devices) {
      for (const [quantity, { value, atMs }] of history.latest(device)) {
        if (!isQuantity(quantity)) continue;
        const known = current[quantity];
        if (!known || Date.parse(known.at) < atMs) {
          current[quantity] = { value: presentValue(quantity, value), at: isoTime(atMs), device };
        }
      }
    }
    const living = devices.filter(alive).length;
    const inSight = alarms.filter((alarm) => alarm.active && !alarm.hidden);
    return {
      id: room.id,
      name: site().roomName(room.id),
      building: room.building ?? "",
      floor: room.floor ?? null,
      plan: room.plan ? { xPct: room.plan.x_pct, yPct: room.plan.y_pct } : null,
      shortName: room.short_name ?? room.id,
      holdings: room.holdings ?? null,
      profile: room.profile,
      profileSource: presets[room.profile].source,
      climateControl: room.climate_control,
      limits: { temperature_c: show(limits.temperatureC), relative_humidity_pct: show(limits.relativeHumidityPct) },
      ...limitsFrom(room, engine().state.ownClimate.get(room.id)),
      state: inSight.length > 0 ? "alarm" : living === 0 ? "no-data" : "ok",
      worstPriority: worstPriority(inSight),
      openAlarms: alarms.length,
      devices: { alive: living, total: devices.length },
      current,
      preservation: preservationView(engine().figuresOf(room.id)),
      forecast: forecastViews(engine().forecastsOf(room.id), parts.nowMs()),
    };
  };

  const alarmView = (alarm: Alarm): AlarmView => {
    const told = store.lastTold(alarm.id);
    const view: AlarmView = {
      id: alarm.id,
      at: isoTime(alarm.raisedAtMs),
      room: alarm.room,
      device: alarm.device,
      condition: alarm.condition,
      priority: alarm.priority,
      state: alarm.state,
      value: alarm.value,
      limit: alarm.limit,
      unit: alarm.unit,
      messages: { "zh-CN": told?.message_zh ?? "", en: told?.message_en ?? "" },
      evidence: (alarm.evidence ?? []).map(({ text, weight }) => ({
        text: text[site().config.site.language],
        texts: { "zh-CN": text["zh-CN"], en: text.en },
        weight,
      })),
      ...presentExpectation(alarm.expectation),
    };
    if (alarm.hidden?.shelvedUntilMs !== undefined) view.shelvedUntil = isoTime(alarm.hidden.shelvedUntilMs);
    if (alarm.remedial) {
      const { owner, measure, dueMs, sinceMs, by, over: status = "open" } = alarm.remedial;
      view.remedial = { owner, measure, due: isoTime(dueMs), since: isoTime(sinceMs), by, status };
    }
    if (alarm.drill) view.drill = alarm.drill.id;
    if (alarm.acknowledgedBy !== null) view.acknowledgedBy = alarm.acknowledgedBy;
    return view;
  };

  return {
    rooms() {
      const nowMs = parts.nowMs();
      const devices = new Map<string, string[]>();
      for (const id of site().devices.keys()) {
        const room = site().roomOf(id, nowMs);
        if (room !== null) devices.set(room, [...(devices.get(room) ?? []), id]);
      }
      const alarms = Map.groupBy(open(), (alarm) => alarm.room);
      return [...site().rooms.values()].map((room) =>
        roomView(room, devices.get(room.id) ?? [], alarms.get(room.id) ?? []),
      );
    },
    devices() {
      const nowMs = parts.nowMs();
      return [...site().devices.values()].map((device) => {
        const memory = history.decoder.memories.get(device.id);
        const latest = history.latest(device.id);
        const dueMs = calibrationDueMs(device);
        return {
          id: device.id,
          room: site().roomOf(device.id, nowMs),
          quantities: device.quantities,
          intervalS: device.interval / 1_000,
          online: memory?.status
            ? memory.status.state === "online" || alive(device.id)
            : memory
              ? alive(device.id)
              : null,
          lastSeenAt: memory && memory.heardAtMs > 0 ? isoTime(memory.heardAtMs) : null,
          lastSampleAt: memory && memory.lastSampleAtMs > 0 ? isoTime(memory.lastSampleAtMs) : null,
          samples: memory?.samples ?? 0,
          sequenceGaps: memory ? missingIn(memory) : 0,
          quarantined: memory?.quarantined ?? 0,
          clockOffsetMs: memory?.offsetMs ?? null,
          late: (memory?.lateness ?? 0) > mostlyLate,
          batteryPct: latest.get("battery_pct")?.value ?? null,
          rssiDbm: latest.get("rssi_dbm")?.value ?? null,
          calibrationDue: dueMs === null ? null : isoTime(dueMs).slice(0, 10),
        };
      });
    },
    alarms: ({ room }) =>
      shown().flatMap((alarm) => (room === undefined || alarm.room === room ? [alarmView(alarm)] : [])),
    remedial: ({ room }) =>
      remedialItems(open()).flatMap(({ alarm }) =>
        room === undefined || alarm.room === room ? [alarmView(alarm)] : [],
      ),
    present: alarmView,
    alarm(id) {
      const found = shown().find((alarm) => alarm.id === id);
      return found ? alarmView(found) : undefined;
    },
    alarmsPayload(room, nowMs) {
      const language = site().config.site.language;
      return {
        at: isoTime(nowMs),
        alarms: open().flatMap((alarm) => {
          if (alarm.room !== room) return [];
          const { id, condition, priority, state } = alarm;
          const message = alarmView(alarm).messages[language];
          return [{ id, condition, priority, state, since: isoTime(alarm.sinceMs), message }];
        }),
      };
    },
  };
}

const preservationView = (figures: ReturnType<Engine["figuresOf"]>): RoomView["preservation"] =>
  figures && {
    mouldIndex: figures.mould_index ?? null,
    twpiY: figures.twpi_y ?? null,
    emcPct: figures.emc_pct ?? null,
    minutesOutside: figures.minutes_outside ?? null,
  };

/** Where a room's limits come from, and what is to be said of its own past. */
function limitsFrom(room: RoomConfig, known: OwnClimate | undefined): Pick<RoomView, "limitsFrom" | "ownClimate"> {
  const { temperature_c: temperature, relative_humidity_pct: humidity } = room.limits;
  const temperatureFrom = temperature === undefined ? "profile" : "site-file";
  if (!hasOwnClimate(room)) {
    const humidityFrom = humidity === undefined ? "profile" : "site-file";
    return { limitsFrom: { temperature_c: temperatureFrom, relative_humidity_pct: humidityFrom }, ownClimate: null };
  }
  const inForce = (known?.band ?? null) !== null;
  return {
    limitsFrom: { temperature_c: temperatureFrom, relative_humidity_pct: inForce ? "own-climate" : "profile" },
    ownClimate: { inForce, from: known ? isoTime(known.fromMs) : null },
  };
}
