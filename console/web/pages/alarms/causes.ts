import type { AlarmView } from "../../../../contract/index.ts";
import { bySeverity } from "./severity.ts";

/** What happens in one room within a quarter of an hour most likely has one cause. */
const withinMs = 900_000;
/** The same in so many rooms at once is one thing: the network, the power, the plant. */
const roomsAtOnce = 3;

export interface Cause {
  /** The most pressing first. */
  alarms: AlarmView[];
  /** More than one where the same happened in several at once. */
  rooms: string[];
}

const quarterOf = ({ at }: AlarmView) => Math.floor(Date.parse(at) / withinMs);
const placeAndTime = (alarm: AlarmView) =>
  `${alarm.drill ?? ""} ${alarm.room ?? "system"} ${alarm.room === null ? alarm.at : quarterOf(alarm)}`;
const sameElsewhere = ([first]: AlarmView[]) =>
  !first || first.room === null || first.drill !== undefined
    ? `alone ${first?.id}`
    : `${first.condition} ${quarterOf(first)}`;

/** Open alarms by what most likely brought them about, the most pressing first. */
export function causesOf(alarms: readonly AlarmView[]): Cause[] {
  const byRoom = [...Map.groupBy(alarms, placeAndTime).values()].map((group) => group.toSorted(bySeverity));
  const causes = [...Map.groupBy(byRoom, sameElsewhere).values()].flatMap((groups) =>
    groups.length >= roomsAtOnce ? [groups.flat()] : groups,
  );
  return causes
    .map((group) => ({
      alarms: group.toSorted(bySeverity),
      rooms: [...new Set(group.flatMap(({ room }) => room ?? []))],
    }))
    .sort((a, b) => bySeverity(a.alarms[0]!, b.alarms[0]!));
}
