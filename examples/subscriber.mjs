// Subscribe to a feed: print each event once, keep `ce-id` to drop repeats.
//
// npm install @nats-io/transport-node
// node subscriber.mjs CREDENTIALS_FILE NAME nats://127.0.0.1:PORT   (serve prints the address)
import { readFileSync } from "node:fs";
import { connect, createInbox, credsAuthenticator } from "@nats-io/transport-node";

const [file, name, servers] = process.argv.slice(2);
const inboxPrefix = `_INBOX_subscriber-${name}`; // answers come there and nowhere else
const authenticator = credsAuthenticator(readFileSync(file));
const client = await connect({ servers, authenticator, inboxPrefix });

const inbox = createInbox(inboxPrefix);
const seen = new Set(); // at least once: keep the ids in your own transaction
let wanted = 0;
function ask() {
  wanted = 100;
  const question = JSON.stringify({ batch: wanted, expires: 5e9 }); // nanoseconds
  client.publish(`$JS.API.CONSUMER.MSG.NEXT.FEED_${name}.${name}`, question, { reply: inbox });
}

const messages = client.subscribe(inbox);
ask();
for await (const message of messages) {
  if (message.headers?.code) {
    ask(); // a status: nothing more came within the time
    continue;
  }
  const event = Object.fromEntries([...message.headers].map(([key, [value]]) => [key, value]));
  if (!seen.has(event["ce-id"])) {
    console.log(JSON.stringify({ ...event, data: message.json() }));
    seen.add(event["ce-id"]);
  }
  message.respond("+ACK");
  if (--wanted === 0) ask();
}
