import { Senders } from "senders";

// It does not say that it is dynamic; its requests do.
export default async function Page() {
  const client = new Senders({ baseUrl: process.env.SENDERS_TEST_BASE_URL });
  const { senders } = await client.list();
  return <p>[{senders.length}]</p>;
}
