import { life } from "./life.mjs";

const run = async () => console.log(JSON.stringify(await life(process.argv[2])));
run();
