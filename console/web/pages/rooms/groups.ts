import type { RoomView } from "../../../../contract/index.ts";

export interface Group {
  building: string;
  floors: { floor: number | null; rooms: string[] }[];
}

/** By building and floor, the uppermost first. */
export function groupsOf(rooms: readonly RoomView[]): Group[] {
  const buildings = Map.groupBy(rooms, ({ building }) => building);
  return [...buildings].map(([building, inside]) => {
    const floors = Map.groupBy(inside, ({ floor }) => floor);
    const sorted = [...floors].sort(([a], [b]) => (b ?? -99) - (a ?? -99));
    return { building, floors: sorted.map(([floor, at]) => ({ floor, rooms: at.map(({ id }) => id) })) };
  });
}
