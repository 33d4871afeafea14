import type { Standing } from "../../room-state.ts";
import { roomWords } from "../../words/rooms.ts";

export function standingWord(standing: Standing): string {
  const words = roomWords();
  switch (standing) {
    case "ok":
      return words.well;
    case "soon":
      return words.soon;
    case "no-data":
      return words.noData;
    default:
      return words.alarm[standing];
  }
}
