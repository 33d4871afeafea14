import type { InsideRoom } from "../../../../contract/index.ts";
import { named } from "../../language.ts";
import { nameOf } from "../../room-state.ts";
import { doorWords } from "../../words/doors.ts";

export type DoorRow = InsideRoom["doors"][number] & { room: string };

/** A door as people call it, else by the room that it leads into. */
export const doorNameOf = ({ door, name, room }: DoorRow): string =>
  name === null ? doorWords().doorOf(nameOf(room), door) : named(name);
