import { ownWays } from "./lib/own_ways.mjs";

ownWays("ja");
