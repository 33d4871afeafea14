import { createServer } from "node:net";
import { Aedes } from "aedes";

/** The peer: Aedes as it comes, keeping nothing. */
const broker = await Aedes.createBroker();
const server = createServer(broker.handle);
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(`${JSON.stringify({ port: typeof address === "object" ? address?.port : 0 })}\n`);
});
