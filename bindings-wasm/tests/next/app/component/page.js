import { life } from "../life.js";

export const dynamic = "force-dynamic";

export default async function Page() {
  return <p>[{await life("15550100001")}]</p>;
}
