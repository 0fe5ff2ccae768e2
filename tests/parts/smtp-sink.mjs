// A relay that takes every mail and keeps it in memory: enough SMTP for what the program says, and no more.

import { createServer } from "node:net";

// Gives { port, mails, close }; a mail is { to, subject, text }.
export async function smtpSink() {
  const mails = [];
  const server = createServer((socket) => {
    let rest = "";
    let data = null;
    let to = "";
    socket.setEncoding("latin1");
    socket.on("error", () => socket.destroy());
    socket.write("220 sink.test ESMTP\r\n");
    const line = (text) => {
      if (data) {
        if (text !== ".") return data.push(text);
        mails.push(read(to, data.join("\n")));
        data = null;
        return socket.write("250 taken\r\n");
      }
      const verb = text.slice(0, 4).toUpperCase();
      if (verb === "RCPT") to = text.match(/<(.*)>/)?.[1] ?? "";
      if (verb === "DATA") data = [];
      socket.write(verb === "DATA" ? "354 go on\r\n" : verb === "QUIT" ? "221 bye\r\n" : "250 ok\r\n");
    };
    socket.on("data", (bytes) => {
      const lines = (rest + bytes).split("\r\n");
      rest = lines.pop();
      lines.forEach(line);
    });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const close = () => new Promise((done) => server.close(done));
  return { port: server.address().port, mails, close };
}

function read(to, mail) {
  const [head] = mail.split("\n\n", 1);
  const subject = head.replace(/\n[ \t]+/g, " ").match(/^Subject: (.*)$/m)?.[1] ?? "";
  const plain = mail.match(/Content-Type: text\/plain[^]*?\n\n([A-Za-z0-9+/=\n]*)/)?.[1] ?? "";
  return { to, subject: words(subject), text: Buffer.from(plain, "base64").toString() };
}

// Encoded words (RFC 2047), base64 ones only; the space between two of them is none.
function words(text) {
  return text
    .replace(/\?=\s+=\?/g, "?==?")
    .replace(/=\?UTF-8\?B\?([^?]*)\?=/gi, (all, encoded) => Buffer.from(encoded, "base64").toString());
}
