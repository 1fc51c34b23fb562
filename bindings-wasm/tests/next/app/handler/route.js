import { life } from "../life.js";

export async function POST() {
  return new Response(await life("15550100002"));
}
