// Read an AsyncAPI document; print what is wrong with it, and what it holds, as JSON.
import { readFileSync } from "node:fs";
import asyncapi from "@asyncapi/parser";

const { document, diagnostics } = await new asyncapi.Parser().parse(
  readFileSync(process.argv[2], "utf8"),
);
console.log(
  JSON.stringify({
    faults: diagnostics.map((found) => `${found.path.join(".")}: ${found.message}`),
    messages: document?.allMessages().map((message) => message.name()),
    channels: document?.allChannels().map((channel) => channel.address()),
  }),
);
