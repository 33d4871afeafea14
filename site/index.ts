/** What is watched, by what, for whom: the site file, its schema, rights, limits and calendar. */
export { type AnsweringPath, answeringPaths } from "./answering.ts";
export { authorise, type Decision } from "./authorise.ts";
export { type Calendar, type CalendarDay, createCalendar, type LocalTime } from "./calendar.ts";
export { calibrationDueMs } from "./calibrations.ts";
export { dutiesAt } from "./duties.ts";
export { editSite, type SiteEdit, siteValue } from "./edit.ts";
export {
  findingKey,
  type Group,
  type Hypothesis,
  hypotheses,
  type Likelihoods,
  likelihoods,
  priors,
} from "./evidence-model.ts";
export { type ConfigFault, faultOf } from "./faults.ts";
export { readConfigFile, readSecret } from "./files.ts";
export { loadSite, parseSite } from "./load.ts";
export { presetWords } from "./preset-words.ts";
export { type Preset, type PresetName, presetNames, presets } from "./presets.ts";
export { type AdministratorRole, administratorRoles, isAdministrator, type Role, roleRights } from "./roles.ts";
export {
  boundsOf,
  type Duty,
  type Gap,
  gapsOf,
  isOnLeave,
  isWithin,
  lastingRotas,
  nextHandover,
  teamAt,
  whoIsOn,
} from "./rota.ts";
export * from "./schema.ts";
export {
  createSite,
  hasOwnClimate,
  type RoomLimits,
  type ServiceWindow,
  type Site,
  withOwnClimate,
} from "./site.ts";
export { type StandingAnswer, standingRight } from "./standing.ts";
export {
  type Filling,
  fillTemplate,
  noTemplates,
  type Placeholder,
  placeholders,
  type TemplateFile,
  type Templates,
  templateFiles,
} from "./templates.ts";
export { ownClimateName, parseDuration, parseRange, type Range } from "./units.ts";
