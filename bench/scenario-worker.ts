import { parentPort } from "node:worker_threads";
import { runTrial, type Trial } from "./scenario-trial.ts";

/** A thread that runs one trial after the other. */
parentPort?.on("message", (trial: Trial) => parentPort?.postMessage(runTrial(trial)));
