/**
 * The evidence model, all of it: what could be the matter, how likely that is to begin with, and how much each finding
 * speaks for it. A figure is a likelihood ratio: how many times as often the finding is seen while that is the matter
 * as while nothing is. 1 says nothing and is left out, under 1 speaks against it. The figures are our own judgement, to
 * the nearest half order of magnitude: the order of the answers depends on little more. Each has its reason beside it,
 * and each can be changed in the site file.
 */

/** `sensor`: a sensor that says what is not so. `door`: somebody left a door open. */
export const hypotheses = ["fire", "leak", "plant", "sensor", "door"] as const;
export type Hypothesis = (typeof hypotheses)[number];

/** Odds against "nothing is the matter", of a moment in which anything stirs at all. */
export const priors: Record<Hypothesis, { odds: number; because: string }> = {
  fire: {
    odds: 1e-3,
    because: "Higher than an almanac would have it: a missed one costs all, and a look costs five minutes.",
  },
  leak: { odds: 1e-2, because: "Pipes over stores leak every few years; most steps of moisture are something else." },
  plant: { odds: 3e-3, because: "A plant stops a few times a year; the climate stirs a few times a day." },
  sensor: { odds: 1e-3, because: "A sensor lies once in some years." },
  door: { odds: 1e-2, because: "Somebody wedges a door once in a while, for a trolley or for air." },
};

export type Likelihoods = Partial<Record<Hypothesis, number>> & { because: string };

/** Of a group at most one finding holds at a time: findings of one group are not independent of each other. */
export const likelihoods = {
  smoke: {
    faint: { fire: 10, sensor: 3, because: "Dust and visitors make a trace of smoke too." },
    clear: { fire: 100, sensor: 15, because: "Half a pre-alarm above clean air: rare without a cause." },
    thick: { fire: 600, sensor: 30, because: "No store has such air by itself; a fouled detector says so." },
    none: { fire: 0.05, because: "Nearly every fire in paper or cable smokes before it warms." },
  },
  "smoke course": {
    growing: { fire: 5, because: "A fire feeds itself: step after step, within minutes." },
    jumped: { sensor: 5, because: "From clean air to this in one reading is an insect, or a broken chamber." },
  },
  "second detector": {
    agrees: { fire: 10, sensor: 0.1, because: "Two detectors do not foul in the same minute." },
    clear: { fire: 0.5, sensor: 3, because: "Smoke reaches the other detector soon, but not at once." },
  },
  "detector contact": {
    set: { fire: 300, sensor: 10, because: "A detector's own alarm has its own judgement behind it." },
  },
  heat: {
    slight: { fire: 3, because: "The sun, people and the plant warm a room so too, but seldom." },
    clear: { fire: 25, because: "Two degrees in minutes are beyond any plant of a store." },
    steep: { fire: 100, sensor: 3, because: "Air warms so from flames, or not at all." },
    none: { fire: 0.6, because: "A smouldering cable warms little: weak against fire." },
  },
  "carbon monoxide": {
    risen: { fire: 10, sensor: 1.5, because: "A smoulder gives it off; archives have no other source but the street." },
    high: { fire: 60, sensor: 5, because: "Beyond what the street brings in." },
    none: { fire: 0.5, because: "Many fires give off little at first." },
  },
  "carbon dioxide": {
    risen: { fire: 3, sensor: 2, because: "Nobody is there to breathe it out." },
  },
  particles: {
    risen: { fire: 8, sensor: 1.5, because: "Fine particles come with smoke, and with haze from outside." },
  },
  door: {
    open: { fire: 0.6, leak: 0.1, plant: 0.05, door: 50, because: "The corridor's air explains what changes here." },
    lately: { fire: 0.8, leak: 0.2, plant: 0.3, door: 2, because: "It brought air in, and somebody with it." },
    shut: { fire: 1.3, leak: 3, plant: 1.5, door: 0.01, because: "Nothing came in that way." },
  },
  presence: {
    somebody: { fire: 0.7, leak: 0.4, plant: 0.7, because: "People raise dust and moisture, and would call." },
    nobody: { fire: 1.5, leak: 1.5, because: "Nobody is there to cause it." },
  },
  "smoke elsewhere": {
    everywhere: { fire: 0.2, because: "Haze from outside reaches all rooms; a fire begins in one." },
    nowhere: { fire: 1.5, because: "It comes from this room." },
  },
  moisture: {
    step: { leak: 30, door: 10, sensor: 5, because: "Four percent in twenty minutes: plant seldom, weather never." },
    leap: { leak: 300, door: 15, sensor: 10, because: "Open water, an open door, or a sensor that lies." },
    creep: {
      leak: 20,
      door: 3,
      sensor: 3,
      because: "Wetter than usual for half an hour: plant dries what water wets.",
    },
    "long creep": { leak: 60, door: 3, sensor: 5, because: "For an hour: no visit, and no cycle of the plant." },
    none: { leak: 0.01, because: "Water in a room wets its air." },
  },
  "moisture course": {
    home: { leak: 0.03, plant: 0.5, because: "It comes back to where it usually is." },
  },
  "moisture elsewhere": {
    everywhere: { leak: 0.1, because: "Weather and plant reach all rooms; a leak begins in one." },
    nowhere: { leak: 2, because: "It comes from this room." },
  },
  "outdoor moisture": {
    wetter: { leak: 0.4, door: 2, because: "Outdoor air that found its way in would do it." },
    drier: { leak: 3, door: 0.3, because: "Outdoor air can only have dried the room." },
  },
  "leak sensor": {
    dry: { leak: 0.5, because: "It feels water where it lies, and nowhere else." },
    wet: { leak: 300, because: "It feels water." },
  },
  "other climate sensor": {
    agrees: { leak: 4, plant: 5, sensor: 0.1, because: "Two sensors do not fail alike." },
    differs: { leak: 0.1, plant: 0.1, sensor: 20, because: "One of the two is wrong." },
  },
  drift: {
    some: { plant: 10, sensor: 3, door: 3, because: "Outside of what it has strayed in three days." },
    far: { plant: 40, sensor: 8, door: 3, because: "Twice as far: no cycle of a plant that works." },
    none: { plant: 0.001, because: "The climate is as it usually is: the plant does its work." },
  },
  "drift of both": {
    both: { plant: 10, sensor: 0.5, because: "Without plant, temperature and humidity go together." },
  },
  "drift course": {
    long: { plant: 60, sensor: 20, door: 0.3, because: "For six hours: no delivery and no defrosting lasts so long." },
    lasting: { plant: 15, sensor: 5, door: 0.5, because: "Longer than any visit or any cycle of the plant." },
    creeping: { plant: 0.1, sensor: 5, because: "A plant that fails goes on; a sensor ages slowly, a season too." },
    young: { plant: 0.3, because: "A delivery or a defrosting is over within half an hour." },
  },
  "drift of the sensors": {
    several: { plant: 3, sensor: 0.1, because: "Two sensors do not age alike." },
    one: { plant: 0.05, sensor: 10, because: "Air that leaves its band takes both along." },
  },
  "drift and weather": {
    towards: { plant: 3, because: "An unkept room goes where the outdoor air is." },
    away: { plant: 0.6, because: "Only plant can move it there: one that runs away, seldom." },
  },
  "drift elsewhere": {
    everywhere: { plant: 4, sensor: 0.1, door: 0.1, because: "What the rooms share is their plant." },
  },
  "other thermometer": {
    agrees: { fire: 4, plant: 3, sensor: 0.1, because: "Two thermometers do not fail alike." },
    differs: { fire: 0.5, plant: 0.3, sensor: 20, because: "One errs, or the heat has not reached the other yet." },
  },
  "plant of the room": {
    failing: { leak: 0.3, sensor: 0.5, because: "A plant that has stopped lets the air do this." },
  },
  "state of the sensor": {
    faulty: { fire: 0.5, leak: 0.3, plant: 0.3, sensor: 20, because: "It has said impossible things within the hour." },
  },
} as const satisfies Record<string, Record<string, Likelihoods>>;

export type Group = keyof typeof likelihoods;

/** A finding as the site file names it: `smoke-course/growing`. */
export const findingKey = (group: string, holds: string) => `${group.replaceAll(" ", "-")}/${holds}`;

export const findingKeys = Object.entries(likelihoods).flatMap(([group, lines]) =>
  Object.keys(lines).map((holds) => findingKey(group, holds)),
);
