import { life } from "./life.mjs";

const run = async () => {
  globalThis.lived = await life(new URLSearchParams(location.search).get("emulator")).catch(String);
};
run();
