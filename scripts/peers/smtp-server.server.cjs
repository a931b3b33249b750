// The smtp-server peer: two listeners (plain with STARTTLS, implicit TLS), three mailboxes, a Maildir each.
//
// What a session answers is the library's own; here is only what it asks its user for.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { SMTPServer } = require('smtp-server');
const maildir = require('./maildir.cjs');

const env = process.env;

const mailbox = (address) => {
  const at = address.lastIndexOf('@');
  return at < 0 ? maildir.find(address, '') : maildir.find(address.slice(0, at), address.slice(at + 1));
};

const refuse = (code, text) => Object.assign(new Error(text), { responseCode: code });

const options = {
  name: env.PEER_MAIL_HOST,
  size: Number(env.PEER_SIZE_LIMIT),
  key: fs.readFileSync(path.join(env.PEER_DIR, 'key.pem')),
  cert: fs.readFileSync(path.join(env.PEER_DIR, 'cert.pem')),
  authOptional: true,
  disableReverseLookup: true,

  onAuth(auth, session, done) {
    if (auth.username === 'tester' && auth.password === 'secret') {
      done(null, { user: 'tester' });
    } else {
      done(null, { message: 'wrong name or password' });
    }
  },

  onRcptTo(address, session, done) {
    const found = mailbox(address.address);
    if (found === null) {
      return done(refuse(550, 'no such mailbox'));
    }
    return done(found || session.user ? null : refuse(550, 'relaying denied'));
  },

  onData(stream, session, done) {
    const chunks = [];
    stream.on('data', (chunk) => chunks.push(chunk));
    stream.on('end', () => {
      if (stream.sizeExceeded) {
        return done(refuse(552, 'message too large'));
      }
      const names = session.envelope.rcptTo.map((to) => mailbox(to.address)).filter(Boolean);
      maildir.deliver(env.PEER_MAILDIR, names, Buffer.concat(chunks));
      return done(null);
    });
  },
};

const end = (error) => {
  console.error(error.message);
  process.exit(1);
};

for (const [port, secure] of [[env.PEER_PORT, false], [env.PEER_TLS_PORT, true]]) {
  // A fault of one connection is that connection's; one of the listener ends the server, which then gets another port.
  const server = new SMTPServer({ ...options, secure });
  server.on('error', (error) => (error.syscall === 'listen' ? end(error) : console.error(error.message)));
  server.listen(Number(port), '127.0.0.1');
}
