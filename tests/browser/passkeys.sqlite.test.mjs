import { passkeys } from "./lib/passkeys.mjs";

passkeys("sqlite");
