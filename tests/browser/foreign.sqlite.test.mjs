import { strangers } from "./lib/strangers.mjs";

strangers("sqlite");
