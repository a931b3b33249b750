'use strict';
/*
 * What both pages use. The results hold what a server has sent: it becomes text nodes and nothing else; no
 * function here or in the pages makes markup of a string.
 */
const VERDICTS = ['fail', 'error', 'warn', 'inconclusive', 'disputed', 'known', 'info', 'skip', 'pass'];
const VERDICT_NAMES = {
  fail: 'FAIL', error: 'error', warn: 'warn', inconclusive: 'inconclusive', disputed: 'disputed', known: 'known', info: 'info', skip: 'skipped', pass: 'pass',
};
const VERDICT_TEXTS = {
  fail: 'a clause is broken', error: 'trouble of ours: nothing is said about the target', warn: 'advice of the RFC is not followed',
  inconclusive: 'the answer says neither', disputed: 'failed, but the reading of the clause is disputed: does not count',
  known: 'failed as the baseline says: known',
  info: 'worth knowing, nothing is broken', skip: 'was not played; the reason stands with it', pass: 'as the RFC says',
};
const EFFECTS = {
  none: 'leaves nothing but log lines', mail: 'sends mail to the mailboxes given', load: 'much at once, or for long',
  hostile: 'what an attacker would send',
};
const byId = (id) => document.getElementById(id);

/* h('td', {class: 'x', onclick: f}, 'text', element...): false and null are left out. */
function h(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const count = (n, one, many) => `${n} ${n === 1 ? one : many || `${one}s`}`;
const badge = (verdict) => h('span', {class: `badge ${verdict}`, title: VERDICT_TEXTS[verdict]}, VERDICT_NAMES[verdict]);
const level = (name) => h('span', {class: `level ${name}`}, name.toUpperCase());

/* Octets as REPORT writes them: what is escaped is marked, a line ends where one ended, a lone CR or LF stands out. */
function wire(text) {
  const pieces = [];
  for (const [piece] of text.matchAll(/\\r\\n|\\(?:x[0-9a-f]{2}|[rnt\\])|[^\\]+|\\/g)) {
    if (piece === '\\r\\n') pieces.push(h('span', {class: 'eol'}, piece), '\n');
    else if (piece === '\\n') pieces.push(h('span', {class: 'bare', title: 'LF without CR'}, piece), '\n');
    else if (piece === '\\r') pieces.push(h('span', {class: 'bare', title: 'CR without LF'}, piece));
    else if (piece[0] === '\\') pieces.push(h('span', {class: 'octet'}, piece));
    else pieces.push(piece);
  }
  if (pieces[pieces.length - 1] === '\n') pieces.pop();
  return pieces;
}

function octets(text, nothing) {
  return text === '' ? h('pre', {class: 'octets nothing'}, nothing || 'nothing') : h('pre', {class: 'octets'}, wire(text));
}

/* Navigator.clipboard is not there in every browser for file:// */
async function copy(button, text) {
  const old = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = h('textarea', {style: 'position:fixed;opacity:0'});
    area.value = text;
    button.after(area);
    area.select();
    document.execCommand('copy');
    area.remove();
    button.focus();
  }
  button.textContent = 'Copied';
  setTimeout(() => { button.textContent = old; }, 1500);
}

const again = (line) => h('div', {class: 'again'}, h('pre', {class: 'octets'}, line),
  h('button', {type: 'button', class: 'copy', onclick: (event) => copy(event.currentTarget, line)}, 'Copy'));

function duration(ms) {
  if (ms < 1000) return `${Math.round(ms * 10) / 10} ms`;
  return ms < 120000 ? `${(ms / 1000).toFixed(2)} s` : `${(ms / 60000).toFixed(1)} min`;
}

/* Ours and theirs differ by word, colour and rule, so that neither print nor colour blindness joins them. */
function talk(lines, role) {
  const names = role === 'client' ? {S: 'we', C: 'client'} : {C: 'we', S: 'server'};
  const hop = (line) => line.conn > 10; /* there the server's other side speaks to us, its next hop */
  const who = (line) => (hop(line) ? {S: 'we, next hop', C: 'relay'} : names)[line.from];
  const several = lines.some((line) => line.conn !== lines[0].conn);
  return h('div', {class: 'talk', tabindex: '0', role: 'region', 'aria-label': 'Transcript'}, h('ol', {}, lines.map((line) =>
    h('li', {class: hop(line) ? {C: 'S', S: 'C'}[line.from] : line.from},
      h('span', {class: 'time'}, duration(line.ms)),
      h('span', {class: line.tls ? 'tls' : 'clear'}, line.tls ? 'TLS' : 'clear'),
      h('span', {class: 'who'}, who(line) + (several ? ` ${line.conn % 10}` : '')),
      h('pre', {}, wire(line.bytes))))));
}

/* A bar of verdicts; with `most` as long as its part of that. */
function stacked(counts, most) {
  const all = VERDICTS.reduce((sum, verdict) => sum + (counts[verdict] || 0), 0);
  return h('div', {class: 'meter', 'aria-hidden': 'true', style: most && `width:${Math.max(4, 100 * all / most)}%`}, ['pass', 'info', 'warn', 'fail', 'error', 'disputed', 'known', 'inconclusive', 'skip']
    .filter((verdict) => counts[verdict] > 0)
    .map((verdict) => h('i', {class: verdict, style: `width:${100 * counts[verdict] / all}%`})));
}

/* A clause of the ledger, or an id that it does not have. */
function clauseItem(id, row) {
  if (!row) return h('li', {}, h('code', {}, id));
  return h('li', {}, h('b', {}, `RFC ${row.rfc} ${row.section}`), ' ', h('span', {class: 'level must'}, row.level), ' ',
    h('code', {class: 'soft'}, id), h('br'), row.text);
}

/* All that shows how a case came out: the same for a report and for the evidence of a matrix. */
function evidence(item, ledger, role) {
  const part = (title, ...content) => [h('h3', {}, title), ...content];
  return h('div', {class: 'body'},
    item.req.length > 0 && part(item.req.length === 1 ? 'The clause' : 'The clauses',
      h('ul', {class: 'clauses'}, item.req.map((id) => clauseItem(id, ledger.get(id))))),
    item.known && part('Known', h('p', {}, item.known === '-' ? 'no reason is given' : item.known)),
    item.disputed && part('Disputed', h('p', {}, item.disputed)),
    (item.expected !== '' || item.received !== '') && h('div', {class: 'facing'},
      h('div', {}, part('Expected', h('pre', {class: 'octets'}, item.expected || 'no answer in particular'))),
      h('div', {}, part('Received', octets(item.received, item.verdict === 'skip' ? 'it was not played' : 'nothing that is not listed')))),
    item.transcript && item.transcript.length > 0 && part('What was said', talk(item.transcript, role)),
    part('Again', again(item.again)),
    h('p', {class: 'row small soft'},
      h('span', {}, `effect ${item.effect}: ${EFFECTS[item.effect]}`),
      item.file && h('span', {class: 'mono'}, `${item.file}${item.line > 0 ? `:${item.line}` : ''}`),
      h('span', {}, duration(item.ms)),
      item.tags.length > 0 && h('span', {}, `tags: ${item.tags.join(', ')}`),
      item.cite && item.cite.length > 0 && h('span', {}, `see: ${item.cite.join(', ')}`)));
}

/* "4.1.1.4" before "4.1.1.10" */
function bySection(a, b) {
  const left = a.split('.'), right = b.split('.');
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (parseInt(left[i], 10) || 0) - (parseInt(right[i], 10) || 0);
    if (difference !== 0) return difference;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

/* Keys of one letter, while nobody is writing. */
function keys(table) {
  document.addEventListener('keydown', (event) => {
    const writing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.ctrlKey || event.altKey || event.metaKey || (writing && event.key !== 'Escape')) return;
    const action = Object.hasOwn(table, event.key) && table[event.key];
    if (action && action(event) !== false) event.preventDefault();
  });
}
