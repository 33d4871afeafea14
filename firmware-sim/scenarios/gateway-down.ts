import type { Site } from "../../site/index.ts";
import { chooseRoom, defineScenario, devicesIn } from "./scenario.ts";

export const gatewayDown = defineScenario({
  name: "gateway-down",
  summary:
    "The gateway of a floor fails: all devices of the floor lose their network at once, and the gateway with them.",
  parameters: {
    minutes: { default: 30, unit: "min", meaning: "How long until it is changed" },
  },
  startAfterMs: 20_000,
  // The fullest floor: there it is worst.
  target(site, wish) {
    const most = Math.max(...[...site.rooms.keys()].map((room) => onFloorOf(site, room).length));
    return chooseRoom(site, wish, (room) => onFloorOf(site, room).length === most);
  },
  begin(causes, target, values) {
    const affected = onFloorOf(causes.site, target.room!).map((id) => causes.device(id));
    for (const device of affected) device.setNetwork(false);
    return {
      durationMs: values.minutes * 60_000,
      end() {
        for (const device of affected) device.setNetwork(true);
      },
    };
  },
});

/** The devices of a room's floor, and the gateways that carry them, wherever those hang. */
function onFloorOf(site: Site, id: string): string[] {
  const room = site.rooms.get(id);
  const sameFloor = [...site.rooms.values()].filter(
    (other) =>
      other.id === id ||
      (room?.building !== undefined && other.building === room.building && other.floor === room.floor),
  );
  const devices = sameFloor.flatMap((other) => devicesIn(site, other.id));
  const gateways = devices.flatMap((device) => site.devices.get(device)?.gateway ?? []);
  return [...new Set([...devices, ...gateways])];
}
