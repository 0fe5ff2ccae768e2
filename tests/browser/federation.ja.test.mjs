import { federation } from "./lib/federation.mjs";

federation("ja");
