import { faultsWithinMs } from "../memory.ts";
import { type Found, found, type View } from "./finding.ts";
import { ofDrift } from "./findings-drift.ts";
import { ofGases, ofHeat, ofSmoke } from "./findings-fire.ts";
import { ofMoisture } from "./findings-moisture.ts";
import { ofDoorsAndPeople } from "./findings-people.ts";

/** Everything that can be said now, of each group at most one. */
export function findingsOf(view: View): Found[] {
  return [
    ...ofSmoke(view),
    ...ofHeat(view),
    ...ofGases(view),
    ...ofDoorsAndPeople(view),
    ...ofMoisture(view),
    ...ofDrift(view),
    ...ofSensors(view),
  ];
}

function ofSensors({ room, nowMs, plantFails }: View): Found[] {
  const plant = plantFails
    ? [found("plant of the room", "failing", ["恒温恒湿已失控", "climate control is failing"])]
    : [];
  const faulty = room.some(({ memory }) => memory.faults && nowMs - memory.faults.lastAtMs <= faultsWithinMs);
  if (!faulty) return plant;
  return [
    ...plant,
    found("state of the sensor", "faulty", ["传感器近期有异常值", "a sensor has said impossible things"]),
  ];
}
