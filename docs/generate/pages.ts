import { conditionsPage } from "./conditions.ts";
import { contractPage } from "./contract.ts";
import { errorsPage } from "./errors.ts";
import { inferencePage } from "./inference.ts";
import { rationalisationPage } from "./rationalisation.ts";
import { rightsPage } from "./rights.ts";
import { siteFilePage } from "./site-file.ts";

/** Every page of the manual that is made from the code, by its path from the project's folder. */
export const pages: Readonly<Record<string, () => string>> = {
  "docs/reference/errors.md": errorsPage,
  "docs/reference/conditions.md": conditionsPage,
  "docs/reference/rationalisation.md": rationalisationPage,
  "docs/reference/inference.md": inferencePage,
  "docs/reference/site-file.md": siteFilePage,
  "docs/reference/rights.md": rightsPage,
  "docs/reference/contract.md": contractPage,
};
