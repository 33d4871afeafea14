/** A paper as its author sees it; how it looks is the renderers' business. */
export interface Paper {
  language: PaperLanguage;
  /** Whose paper it is, from the site file. */
  letterhead: readonly string[];
  title: string;
  subtitle: string;
  blocks: readonly Block[];
  /** At the foot of each page, before its number. */
  footer: string;
  /** Pages lie on their side: for wide tables. */
  landscape?: boolean;
}

export type PaperLanguage = "zh" | "en";

export type Block =
  | { kind: "heading"; text: string; newPage?: boolean }
  | { kind: "text"; text: string }
  | { kind: "facts"; rows: readonly (readonly [label: string, value: string])[] }
  | {
      kind: "table";
      columns: readonly Column[];
      rows: readonly (readonly string[])[];
      /** In place of a table without rows. */
      empty: string;
    };

export interface Column {
  title: string;
  /** Share of the page's width, in proportion to the others. */
  width: number;
  align?: "right" | "center";
}

export const pageWords = {
  zh: (page: number, of: number) => `第 ${page} 页，共 ${of} 页`,
  en: (page: number, of: number) => `Page ${page} of ${of}`,
} satisfies Record<PaperLanguage, (page: number, of: number) => string>;
