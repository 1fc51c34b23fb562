"use client";

import { useEffect, useState } from "react";
import { Senders } from "senders";
import { Emulator } from "senders/testing";

// Runs in the browser; the server renders it empty.
export default function Page() {
  const [status, setStatus] = useState("");
  useEffect(() => {
    const run = async () => {
      const emulator = await Emulator.create();
      const client = new Senders(emulator.options());
      const { sid } = await client.create({ senderId: "whatsapp:+15550100001", profile: { name: "N" } });
      return (await client.waitUntilOnline(sid)).status;
    };
    run().then(setStatus, (error) => setStatus(String(error)));
  }, []);
  return <p id="status">{status}</p>;
}
