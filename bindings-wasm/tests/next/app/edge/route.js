import { life } from "../life.js";

export const runtime = "edge";

export async function POST() {
  return new Response(await life("15550100003"));
}
