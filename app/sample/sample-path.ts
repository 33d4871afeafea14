import { fileURLToPath } from "node:url";

/** The site file of the sample hospital, which runs without `--config`. */
export const samplePath = fileURLToPath(new URL("../../config/sample-hospital.yaml", import.meta.url));
