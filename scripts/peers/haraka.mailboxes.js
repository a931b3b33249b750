// Plugin for the Haraka peer: recipients and delivery.
'use strict';

const maildir = require(process.env.PEER_MAILBOXES);

// Loopback has no name worth a look-up.
exports.hook_lookup_rdns = (next) => next(OK, 'localhost');

exports.hook_rcpt = (next, connection, params) => {
  const mailbox = maildir.find(params[0].user, params[0].host);
  if (mailbox === null) {
    return next(DENY, 'no such mailbox');
  }
  // Where no plugin takes a recipient, Haraka refuses to relay; who has logged in may, but nothing leaves: see below.
  return mailbox || connection.relaying ? next(OK) : next();
};

const deliver = (next, connection) => {
  const { transaction } = connection;
  const names = transaction.rcpt_to.map((to) => maildir.find(to.user, to.host)).filter(Boolean);
  transaction.message_stream.get_data({ dot_stuffed: true }, (message) => {
    maildir.deliver(process.env.PEER_MAILDIR, names, message);
    next(OK);
  });
};

exports.hook_queue = deliver;
exports.hook_queue_outbound = deliver;
