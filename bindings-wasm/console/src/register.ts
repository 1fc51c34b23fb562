import { isSendersError } from "senders";
import type { CreateSender, Sender, Senders } from "senders";
import type { Emulator } from "senders/testing";
import { ask } from "./dialogs.js";
import { announce, h } from "./dom.js";
import { Field, PROFILE_FIELDS } from "./fields.js";
import { numberOf } from "./masking.js";

/** Asks for a number to register, and registers it. */
export function register(client: Senders, emulator: Emulator | undefined, done: (sender: Sender) => void): void {
  const number = new Field({
    path: "senderId",
    label: "Phone number",
    hint: "With its country code. The number must not be registered on WhatsApp already.",
    kind: "tel",
    required: true,
    placeholder: "+15551234567",
    autocomplete: "tel",
  });
  const name = new Field({ ...PROFILE_FIELDS.name, required: true });
  const more = [
    new Field(PROFILE_FIELDS.about),
    new Field(PROFILE_FIELDS.email),
    new Field(PROFILE_FIELDS.website),
    new Field({
      path: "configuration.wabaId",
      label: "WhatsApp Business Account",
      hint: "Its id; needed for the first sender of a subaccount.",
    }),
  ];
  const fields = [number, name, ...more];
  const method = verificationMethod();
  const optional = h("details", { class: "optional" }, h("summary", {}, "More about this sender"), ...more.map((field) => field.root));

  const request = (): CreateSender => {
    const [about, email, website, waba] = more.map((field) => field.value) as [string, string, string, string];
    const typed = number.value.replace(/[\s().-]/g, "");
    return {
      senderId: /^[a-z]+:/.test(typed) ? number.value : `whatsapp:${typed}`,
      configuration: { verificationMethod: method.value(), wabaId: waba || undefined },
      // Empty fields are left out: a new sender has nothing to clear.
      profile: {
        name: name.value || undefined,
        about: about || undefined,
        emails: email === "" ? undefined : [{ email }],
        websites: website === "" ? undefined : [{ website }],
      },
    };
  };

  ask({
    title: "Register a number",
    fields,
    body: [number.root, ...(emulator ? [examples(emulator, number)] : []), name.root, method.root, optional],
    action: "Register",
    busy: "Registering…",
    submit: async (signal) => {
      const wanted = request();
      const sender = await client.create(wanted, { signal });
      announce(`${numberOf(wanted.senderId)} is ${sender.status}`);
      done({ ...sender, senderId: sender.senderId ?? wanted.senderId });
    },
    remedy: (error, close, failed) => {
      // The server may nevertheless have registered it. `ensure` looks first, and registers only if there is none.
      if (!isSendersError(error) || error.kind !== "outcome_unknown") return undefined;
      const look = h("button", { type: "button", class: "button" }, "Look for it, then register");
      const ensure = (): void => {
        look.setAttribute("aria-disabled", "true");
        client.ensure(request()).then(({ sender, resolution }) => {
          announce(`The number was ${resolution}`);
          close();
          done(sender);
        }, failed);
      };
      // Once: a second press would start a second `ensure`. If it fails, there is a new button.
      look.addEventListener("click", ensure, { once: true });
      return look;
    },
  });
}

function verificationMethod(): { root: HTMLElement; value(): "sms" | "voice" } {
  const radio = (value: string, text: string, checked: boolean): HTMLElement =>
    h("label", {}, h("input", { type: "radio", name: "method", value, checked }), h("span", {}, text));
  const root = h(
    "fieldset",
    { class: "field" },
    h("legend", {}, "The verification code comes by"),
    h("div", { class: "segments" }, radio("sms", "Text message", true), radio("voice", "Phone call", false)),
  );
  const voice = root.querySelector<HTMLInputElement>('input[value="voice"]');
  return { root, value: () => (voice?.checked ? "voice" : "sms") };
}

/** Returns a list of the emulator's numbers that have an effect, to choose from. */
function examples(emulator: Emulator, number: Field): HTMLElement {
  const choose = (text: string): void => {
    number.input.value = text;
    number.setError("");
    number.input.focus();
  };
  const option = (text: string, meaning: string): HTMLElement =>
    h("li", {}, h("button", { type: "button", class: "link", onclick: () => choose(text) }, text), ` ${meaning}`);
  const free = String(Math.floor(Math.random() * 1e4)).padStart(4, "0");
  return h(
    "details",
    { class: "optional" },
    h("summary", {}, "Numbers that mean something to the emulator"),
    h(
      "ul",
      { class: "examples" },
      option(`+1555123${free}`, "needs a code: 000000 is wrong, any other six digits are right"),
      option(`+1555010${free}`, "verifies itself, as numbers do that receive Twilio's own text messages"),
      ...emulator.magicNumbers().map(({ digits, code, message }) => {
        return option(`+155500${digits}`, code > 0 ? `${code}: ${message}` : message);
      }),
    ),
  );
}
