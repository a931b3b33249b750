// What servers in JavaScript ask their user for: which recipients exist, and where mail goes, octet for octet.
'use strict';

const fs = require('node:fs');
const path = require('node:path');

const mailboxes = { postmaster: 'tester', tester: 'tester', tester2: 'tester2', tester3: 'tester3' };
const domains = ['example.test', 'mx.example.test', 'localhost'];
let count = 0;

// The mailbox of an address; null if the domain is ours and has none, undefined if the domain is somebody else's.
exports.find = (local, domain) => {
  // RFC 5321 4.1.2: quotes, and backslashes within them, are no part of the name.
  const bare = /^".*"$/s.test(local) ? local.slice(1, -1).replace(/\\(.)/gs, '$1') : local;
  const name = bare.toLowerCase();
  if (domain ? !domains.includes(domain.toLowerCase()) : name !== 'postmaster') {
    return undefined;
  }
  return Object.hasOwn(mailboxes, name) ? mailboxes[name] : null;
};

// A file in each mailbox, moved into place when it is whole.
exports.deliver = (root, names, message) => {
  for (const name of new Set(names)) {
    for (const part of ['tmp', 'new', 'cur']) {
      fs.mkdirSync(path.join(root, name, part), { recursive: true });
    }
    const file = `${Date.now()}.P${process.pid}Q${count++}.peer`;
    fs.writeFileSync(path.join(root, name, 'tmp', file), message);
    fs.renameSync(path.join(root, name, 'tmp', file), path.join(root, name, 'new', file));
  }
};
