import { journeys } from "./lib/journeys.mjs";

journeys("ja");
