import { useState } from "preact/hooks";
import { nowMs } from "../../clock.ts";
import { language, named } from "../../language.ts";
import { allRooms } from "../../live.ts";
import { Choice } from "../../parts/choice.tsx";
import { TextField } from "../../parts/form.tsx";
import { Card } from "../../parts/pieces.tsx";
import { reportWords } from "../../words/reports.ts";

/** The temperature and humidity register of a room and month, as paper or table. */
export function Register() {
  const words = reportWords();
  const rooms = allRooms().filter(({ id }) => id !== "outdoor");
  const [room, setRoom] = useState("");
  const [month, setMonth] = useState(new Date(nowMs()).toISOString().slice(0, 7));
  const of = room || (rooms[0]?.id ?? "");
  const address = (format: string) =>
    `/api/v1/registers/${of}/${month}?format=${format}&language=${language.value === "en" ? "en" : "zh"}`;
  return (
    <Card title={words.register}>
      <Choice
        label={words.room}
        value={of}
        onPick={setRoom}
        options={rooms.map(({ id, name }) => [id, named(name)] as const)}
      />
      <TextField label={words.month} type="month" required name="month" value={month} onType={setMonth} />
      <div class="acts">
        <a class="button quiet" href={address("pdf")} download>
          PDF
        </a>
        <a class="button quiet" href={address("xlsx")} download>
          XLSX
        </a>
      </div>
    </Card>
  );
}
