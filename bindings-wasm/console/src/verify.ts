import type { Sender, Senders } from "senders";
import { ask } from "./dialogs.js";
import { announce } from "./dom.js";
import { Field } from "./fields.js";
import { numberOf } from "./masking.js";

/** Asks for the code that was sent to a number, and sends it. */
export function verify(client: Senders, sender: Sender, done: (sid: string) => void): void {
  const code = new Field({
    path: "code",
    label: "Verification code",
    hint: "Six digits.",
    kind: "code",
    required: true,
    autocomplete: "one-time-code",
  });
  const number = numberOf(sender.senderId);
  ask({
    title: "Enter the code",
    lead: `WhatsApp sent a code to ${number}. The sender goes online once it is checked.`,
    fields: [code],
    action: "Verify",
    busy: "Verifying…",
    submit: async (signal) => {
      await client.verify(sender.sid, code.value.replace(/[\s-]/g, ""), { signal });
      announce(`The code for ${number} was taken on`);
      done(sender.sid);
    },
  });
}
