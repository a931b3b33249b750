// One message by nodemailer: DOOR PORT CA AUTH FILE SENDER RECIPIENT USER, the password in SMTP_PASSWORD.
const { readFileSync } = require("node:fs");
const { createTransport } = require("nodemailer");

const [door, port, ca, auth, file, from, to, user] = process.argv.slice(2);
const transport = createTransport({
  host: "127.0.0.1", // it tries one address of a name
  port: Number(port),
  name: "client.example.org",
  secure: door === "tls",
  requireTLS: door === "starttls",
  ignoreTLS: door === "plain",
  tls: { ca: [readFileSync(ca)], servername: "localhost" },
  ...(auth === "none" ? {} : { authMethod: auth, auth: { user, pass: process.env.SMTP_PASSWORD } }),
});
transport
  .sendMail({ envelope: { from, to, use8BitMime: true }, raw: readFileSync(file) })
  .then(() => transport.close())
  .catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
