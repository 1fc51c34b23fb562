import type { Sender, Senders } from "senders";
import { ask } from "./dialogs.js";
import { announce, h } from "./dom.js";
import { numberOf } from "./masking.js";

/** Asks whether to delete a sender, and deletes it. */
export function remove(client: Senders, sender: Sender, done: (sid: string) => void): void {
  const number = numberOf(sender.senderId) || sender.sid;
  ask({
    title: "Delete this sender?",
    lead: h(
      "p",
      { class: "lead" },
      h("strong", {}, number),
      " can send and receive no more messages. To register it again, two-factor authentication must first be turned off in WhatsApp Manager.",
    ),
    action: "Delete sender",
    busy: "Deleting…",
    danger: true,
    submit: async (signal) => {
      await client.delete(sender.sid, { signal, missingOk: true });
      announce(`${number} is deleted`);
      done(sender.sid);
    },
  });
}
