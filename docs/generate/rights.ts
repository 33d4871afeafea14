import { routeRights } from "../../console/route-rights.ts";
import { actions, roleRights, roles } from "../../site/index.ts";
import { code, generated, table } from "./table.ts";

const meanings: Record<(typeof actions)[number], string> = {
  read: "See rooms, readings, alarms, devices and reports",
  comment: "Comment on alarms",
  acknowledge: "Answer alarms; hand shifts over; see by name who is told",
  shelve: "Put an alarm aside for a while; make it a remedial item",
  reset: "Reset a latched alarm",
  configure: "Propose and make changes of the site file; devices, badges, drills, test messages",
  "read-access": "Read by name who was where; each reading is on record",
  "keep-records": "Enter what was done with records",
  consent: "Consent to limits that another person proposed; exchange duties",
  "manage-accounts": "Make accounts and give out their one-time links",
  "manage-rights": "Consent to who is what; lock, unlock and close accounts; forget second factors",
  "read-trail": "Read what was done with the program and by whom",
};

/** Roles, rights and routes: what the guard enforces. */
export function rightsPage(): string {
  const roleRows = roles.map((role) => [code(role), roleRights[role].map(code).join(" ")]);
  const rightRows = actions.map((action) => [code(action), meanings[action]]);
  const routeRows = Object.entries(routeRights).map(([route, rights]) => [
    code(route),
    typeof rights === "string" ? rights : rights.map(code).join(" or "),
  ]);
  return `${generated("site/roles.ts, site/schema/people.ts and console/route-rights.ts")}

# Rights

An account has one role, or the rights of its person's category in the site file ([access](../guides/access.md)), or
those written there under \`rights\`, which may be bound to rooms. Administration is split in three: nobody can both do
a thing and judge or hide it, and no account changes itself.

## Roles

${table(["Role", "Rights"], roleRows)}

## Rights

${table(["Right", "What it allows"], rightRows)}

## Routes

\`everybody\`: also without signing in. \`open-reading\`: on loopback without signing in while \`console.open_reading\` is on,
without names and access alarms; else for whoever may read. \`signed-in\`: anybody who signed in. A right: whoever has it
somewhere; for which room is looked at on top of it. The operator token of the data folder comes to all of them and
names a person of the site file.

${table(["Route", "Who"], routeRows)}
`;
}
