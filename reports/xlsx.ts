import writeExcelFile from "write-excel-file/node";

/** One sheet of a workbook. */
export interface Sheet {
  name: string;
  /** Lines above the table, each over all columns; the first is the title. */
  heading: readonly string[];
  columns: readonly { title: string; characters: number }[];
  rows: readonly (readonly (string | number | null)[])[];
  /** Lines below it. */
  notes: readonly string[];
  landscape?: boolean;
}

/** Texts are texts and numbers numbers: nothing becomes a formula. */
export async function renderXlsx(sheet: Sheet): Promise<Buffer> {
  const over = sheet.columns.length;
  const wide = (value: string, size: number, align: "center" | "left") => [
    {
      value,
      type: String,
      columnSpan: over,
      fontSize: size,
      align,
      wrap: true,
      ...(size > 12 ? { fontWeight: "bold" as const } : {}),
    },
    ...Array.from({ length: over - 1 }, () => null),
  ];
  const border = { borderStyle: "thin" as const, alignVertical: "center" as const };
  const data = [
    ...sheet.heading.map((line, at) => wide(line, at === 0 ? 16 : 11, "center")),
    sheet.columns.map(({ title }) => ({
      value: title,
      type: String,
      fontWeight: "bold" as const,
      align: "center" as const,
      wrap: true,
      ...border,
    })),
    ...sheet.rows.map((row) =>
      row.map((value) =>
        typeof value === "number"
          ? { value, type: Number, align: "center" as const, ...border }
          : { value: value ?? "", type: String, wrap: true, ...border },
      ),
    ),
    ...sheet.notes.map((line) => wide(line, 10, "left")),
  ];
  return await writeExcelFile(data, {
    sheet: sheet.name,
    columns: sheet.columns.map(({ characters }) => ({ width: characters })),
    orientation: sheet.landscape ? "landscape" : undefined,
  }).toBuffer();
}
