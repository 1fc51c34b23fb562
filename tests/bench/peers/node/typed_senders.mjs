// A sender as a zod user declares it: every documented field, nothing renamed.

import { z } from "zod";

const text = z.string().nullish();

export const Sender = z.object({
  sid: z.string(),
  status: z.string(),
  sender_id: text,
  configuration: z.object({ waba_id: text, verification_method: text, verification_code: text, voice_application_sid: text }).nullish(),
  webhook: z
    .object({
      callback_url: text,
      callback_method: text,
      fallback_url: text,
      fallback_method: text,
      status_callback_url: text,
      status_callback_method: text,
    })
    .nullish(),
  profile: z
    .object({
      name: text,
      about: text,
      address: text,
      description: text,
      emails: z.array(z.object({ email: text, label: text })).nullish(),
      logo_url: text,
      vertical: text,
      websites: z.array(z.object({ website: text, label: text })).nullish(),
      banner_url: text,
      privacy_url: text,
      terms_of_service_url: text,
      accent_color: text,
      phone_numbers: z.array(z.object({ phone_number: text, label: text })).nullish(),
    })
    .nullish(),
  compliance: z.object({ registration_sid: text }).nullish(),
  properties: z.object({ quality_rating: text, messaging_limit: text }).nullish(),
  offline_reasons: z.array(z.object({ code: text, message: text, more_info: text })).nullish(),
  url: text,
});

export const Page = z.object({ senders: z.array(Sender), meta: z.object({ next_page_url: text }) });
