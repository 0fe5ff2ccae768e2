import { wayBack } from "./lib/way_back.mjs";

wayBack("ja");
