#!/usr/bin/env node
import { reportFailure } from "./failure.ts";
import { createProgram } from "./program.ts";

// `… | head` closes the pipe early: that is the reader's right, not a failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error);
}
