// `genkan serve` as an operator runs it, on one of the two databases; with both foreign providers configured, or with none.

import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { smtpSink } from "../../parts/smtp-sink.mjs";
import { client, fuji, moji } from "./foreign.mjs";
import { codeIn, command, freePort, start, until } from "./house.mjs";

export const postgres = process.env.GENKAN_TEST_POSTGRES;

export class Served {
  static async open(engine, { foreign = true } = {}) {
    const served = new Served();
    served.folder = await mkdtemp(join(tmpdir(), "genkan-foreign-"));
    served.port = await freePort();
    served.origin = `http://localhost:${served.port}`;
    served.sink = await smtpSink();
    if (foreign) {
      served.fuji = await fuji(await freePort(), served.origin);
      served.moji = await moji(await freePort());
      served.strangers = [served.fuji.origin, served.moji.origin];
    }
    if (engine === "postgres") {
      served.database = `genkan_served_${process.pid}`;
      psql(`create database ${served.database}`);
    }
    await command(["keys", "new", "--out", join(served.folder, "keys.toml")], served.folder);
    await served.serve();
    return served;
  }

  get place() {
    return `${postgres.slice(0, postgres.lastIndexOf("/"))}/${this.database}`;
  }

  // The clock of a database cannot be moved: what was shown in the sessions was shown that much earlier instead.
  async later({ minutes }) {
    psql(`update sessions set proved_at = proved_at - ${minutes * 60_000}`, this.place);
  }

  settings(more, secret) {
    const url = this.database ? this.place : "sqlite:genkan.sqlite";
    const provider = (name, label, issuer) => `
[provider.${name}]
label = { ja = "${label.ja}", en = "${label.en}" }
issuer = "${issuer}"
client_id = "${client.id}"
client_secret = "${secret}"
`;
    return `service.name = { ja = "試験", en = "Test" }
service.base_url = "${this.origin}"
service.contact = "help@example.test"
listen.address = "127.0.0.1:${this.port}"
database.url = "${url}"
keys.file = "keys.toml"
mail.sender_address = "no-reply@example.test"
mail.smtp.url = "smtp://127.0.0.1:${this.sink.port}"
${more}
${this.fuji ? provider("fuji", { ja: "富士ID", en: "Fuji ID" }, this.fuji.issuer) + provider("moji", { ja: "文字ID", en: "Moji ID" }, this.moji.issuer) : ""}`;
  }

  // Writes a file with these settings; gives its path.
  async write(name, { more = "", secret = client.secret, settings = this.settings(more, secret) } = {}) {
    const file = join(this.folder, name);
    await writeFile(file, settings);
    return file;
  }

  // (Re)starts the process.
  async serve(more = "") {
    await this.process?.stop();
    const file = await this.write("genkan.toml", { more });
    this.process = await start(["serve", "--config", file], { origin: this.origin, cwd: this.folder });
  }

  async close() {
    await this.process?.stop();
    await Promise.all([this.sink, this.fuji, this.moji].map((server) => server?.close()));
    await rm(this.folder, { recursive: true, force: true });
    if (this.database) psql(`drop database if exists ${this.database} with (force)`);
  }

  async code(address) {
    const mail = await until(`a code to ${address}`, () => this.sink.mails.findLast((one) => one.to === address && codeIn(one.text)));
    return codeIn(mail.text);
  }

  async letter(address, subject) {
    return until(`"${subject}" to ${address}`, () => this.sink.mails.findLast((one) => one.to === address && one.subject.includes(subject)));
  }
}

function psql(statement, place = postgres) {
  execFileSync("psql", ["-q", "-X", "-v", "ON_ERROR_STOP=1", "-c", statement, place]);
}
