const data = JSON.parse(byId('data').textContent);
const report = data.report, target = report.target, sums = report.summary;
const ledger = new Map(data.ledger.map(([id, rfc, section, lev, role, testability, text]) =>
  [id, {id, rfc, section, level: lev, role, testability, text}]));
const rules = new Map(data.rules.map(([name, lev, side, text, req]) => [name, {name, level: lev, side, text, req}]));
const cases = report.cases.map((item) => ({...item, shown: item.known ? 'known' : item.disputed ? 'disputed' : item.verdict, topic: item.id.split('/')[0]}));
const LEVELS = ['must', 'should', 'may', 'info'];
const caseOf = new Map(cases.map((item) => [item.id, item]));
const notRun = report.not_run || 0;
/* It takes 64 bits, of which JSON.parse keeps 53. Within a string its quotes would be escaped. */
const seed = byId('data').textContent.match(/"seed": (\d+)/)[1];

/* Findings about the target, joined by rule; and by case, for the cases themselves. */
const found = new Map(), foundIn = new Map();
for (const finding of report.findings) {
  if (finding.side !== target.role) continue;
  const joined = found.get(finding.rule) || {...finding, count: 0, cases: []};
  joined.count += finding.count;
  joined.cases.push(finding.case);
  found.set(finding.rule, joined);
  foundIn.set(finding.case, [...(foundIn.get(finding.case) || []), finding]);
}

/* ---- the head -------------------------------------------------------------------------------- */

function headline() {
  const clauses = sums.must.of - sums.must.met;
  const broken = [...found.values()].filter((rule) => rule.verdict === 'fail' && !rule.known).length;
  if (sums.fail + broken > 0) {
    const parts = [clauses > 0 ? `${count(clauses, 'MUST clause')} broken` : sums.fail > 0 && `${count(sums.fail, 'case')} failed`,
      broken > 0 && `${count(broken, 'rule')} of the observer broken`].filter(Boolean);
    return ['fail', `Not conformant: ${parts.join(', ')}`];
  }
  const unheld = (report.baseline_broken || []).length;
  if (unheld > 0) return ['fail', `The baseline does not hold: ${count(unheld, 'entry', 'entries')}`];
  if (sums.pass + sums.warn + sums.info + (sums.known || 0) === 0) return ['inconclusive', 'Nothing was concluded'];
  if (report.interrupted || notRun > 0) return ['inconclusive', 'Not finished: nothing is broken so far'];
  const open = [sums.inconclusive > 0 && count(sums.inconclusive, 'inconclusive case'), sums.error > 0 && `${count(sums.error, 'error')} of ours`]
    .filter(Boolean);
  return ['pass', [sums.known > 0 ? 'Conformant but for what is known' : 'Conformant in what was tested', ...open].join(', ')];
}

function score(name, met) {
  const broken = met.of - met.met;
  return h('div', {class: 'card score'},
    h('span', {class: 'soft'}, `${name} clauses met`),
    h('span', {}, h('b', {}, `${met.met} of ${met.of}`), broken > 0 && h('span', {class: 'soft'}, `  ${broken} broken`)),
    stacked({pass: met.met, [name === 'MUST' ? 'fail' : 'warn']: broken}));
}

function drawHead() {
  const [verdict, text] = headline();
  const how = {none: 'in clear', starttls: 'STARTTLS', implicit: 'TLS from the first octet'}[target.tls];
  document.title = `${verdict === 'pass' ? '✓' : verdict === 'fail' ? '✗' : '…'} ${target.url} · smtpspec`;
  byId('top').append(
    h('p', {class: 'brand'}, `${report.tool} · report`),
    h('div', {class: `verdict ${verdict}`}, h('h1', {id: 'headline'}, text),
      h('p', {class: 'where'}, h('b', {}, target.url), ` · ${how}${target.tls_version ? ` (${target.tls_version})` : ''} · profile ${target.profile || 'none'}`),
      h('p', {class: 'soft small'}, h('time', {datetime: report.started}, report.started.replace('T', ' ').replace('Z', ' UTC')),
        ` · ${count(cases.length, 'case')} in ${report.seconds.toFixed(1)} s`,
        (report.interrupted || notRun > 0) && h('b', {}, ` · ${report.interrupted ? 'interrupted' : 'incomplete'}: ${count(notRun, 'case')} of ${cases.length + notRun} were not run`))),
    h('div', {class: 'scores'}, score('MUST', sums.must), score('SHOULD', sums.should),
      h('div', {class: 'card score'}, h('span', {class: 'soft'}, 'Cases by verdict'), h('div', {class: 'counts'}, verdictButtons()))));
}

/* ---- what is broken: a line a clause, the worst first ---------------------------------------- */

function brokenClauses() {
  const lines = new Map();
  for (const item of cases.filter((one) => one.shown === 'fail')) {
    const id = item.req[0] || '';
    const line = lines.get(id) || {id, level: item.level, title: item.title, also: new Set(), n: 0};
    line.n += 1;
    item.req.slice(1).forEach((other) => line.also.add(other));
    lines.set(id, line);
  }
  return [...lines.values()].sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) || b.n - a.n);
}

const clause = (row) => `RFC ${row.rfc} ${row.section}`;

/* The count of broken clauses has all that the cases cite. */
function also(line) {
  return [...line.also].filter((id) => ledger.has(id)).map((id) => h('div', {class: 'soft small', 'data-clause': id},
    `with it ${clause(ledger.get(id))}: ${ledger.get(id).text}`));
}

function drawBroken() {
  const lines = brokenClauses();
  const broken = [...found.values()].filter((rule) => rule.verdict === 'fail' && !rule.known);
  if (lines.length + broken.length === 0) return;
  byId('broken').append(h('h2', {id: 'broken-title'}, 'What is broken'), h('div', {class: 'card'}, h('table', {class: 'broken'}, h('tbody', {},
    lines.map((line) => {
      const row = ledger.get(line.id);
      return h('tr', {'data-clause': line.id}, h('td', {}, level(line.level)), h('td', {class: 'name'}, row ? clause(row) : line.id || 'no clause'),
        h('td', {}, row ? row.text : line.title, also(line)),
        h('td', {class: 'number'}, h('button', {type: 'button', class: 'plain', onclick: () => narrow({verdicts: new Set(['fail']), text: line.id})}, count(line.n, 'case'))));
    }),
    broken.map((rule) => {
      const row = ledger.get(rule.req[0]);
      return h('tr', {}, h('td', {}, level(rule.level)), h('td', {class: 'name'}, row ? clause(row) : ''),
        h('td', {}, rules.has(rule.rule) ? rules.get(rule.rule).text : rule.why, ' ', h('span', {class: 'soft'}, '(observer)')),
        h('td', {class: 'number'}, h('a', {href: `#rule/${encodeURIComponent(rule.rule)}`}, count(rule.count, 'time'))));
    })))));
}

/* ---- filters --------------------------------------------------------------------------------- */

const filter = {verdicts: new Set(), level: '', topic: '', clause: '', text: ''};
const tally = (list) => list.reduce((all, item) => ({...all, [item.shown]: (all[item.shown] || 0) + 1}), {});
const present = VERDICTS.filter((verdict) => cases.some((item) => item.shown === verdict));

function verdictButtons() {
  const all = tally(cases);
  return present.map((verdict) => h('button', {type: 'button', class: verdict, 'data-verdict': verdict, 'aria-pressed': 'false', title: VERDICT_TEXTS[verdict],
    onclick: () => {
      if (!filter.verdicts.delete(verdict)) filter.verdicts.add(verdict);
      apply();
    }}, h('b', {}, String(all[verdict])), VERDICT_NAMES[verdict]));
}

/* "5321", or "5321 4.1": an RFC, or a section and what is below it. */
function clauseFits(id, wanted) {
  const row = ledger.get(id);
  const [rfc, section] = wanted.split(' ');
  return row !== undefined && String(row.rfc) === rfc && (!section || row.section === section || row.section.startsWith(`${section}.`));
}

function haystack(item) {
  if (item.haystack === undefined) {
    const clauses = item.req.map((id) => ledger.get(id)).filter(Boolean).map((row) => `RFC ${row.rfc} ${row.section} ${row.text}`);
    const talked = (item.transcript || []).map((line) => line.bytes);
    const rulesOf = (foundIn.get(item.id) || []).map((finding) => `${finding.rule} ${finding.why}`);
    item.haystack = [item.id, item.title, item.why, item.expected, item.received, ...item.req, ...item.tags, ...(item.cite || []),
      ...clauses, ...rulesOf, ...talked].join('\n').toLowerCase();
  }
  return item.haystack;
}

function fits(item, words) {
  return (filter.verdicts.size === 0 || filter.verdicts.has(item.shown)) && (filter.level === '' || item.level === filter.level) &&
    (filter.topic === '' || item.topic === filter.topic) &&
    (filter.clause === '' || item.req.some((id) => clauseFits(id, filter.clause))) && words.every((word) => haystack(item).includes(word));
}

function apply() {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const item of cases) {
    const fit = fits(item, words);
    item.element.hidden = !fit;
    shown += fit;
  }
  for (const button of document.querySelectorAll('button[data-verdict]')) button.setAttribute('aria-pressed', String(filter.verdicts.has(button.dataset.verdict)));
  for (const [name, value] of Object.entries({level: filter.level, topic: filter.topic, clause: filter.clause})) byId(`by-${name}`).value = value;
  byId('search').value = filter.text;
  byId('shown').textContent = shown === cases.length ? `all ${cases.length} cases` : `${shown} of ${count(cases.length, 'case')}`;
  byId('reset').hidden = shown === cases.length;
  byId('none').hidden = shown > 0;
}

function narrow(change) {
  Object.assign(filter, {verdicts: new Set(), level: '', topic: '', clause: '', text: ''}, change);
  apply();
  byId('cases').scrollIntoView();
}

/* ---- the summary ----------------------------------------------------------------------------- */

const sectionOf = (item) => {
  const row = ledger.get(item.req[0]);
  return row ? `${row.rfc} ${row.section.split('.').slice(0, 2).join('.')}` : '';
};
const byClause = (a, b) => parseInt(a, 10) - parseInt(b, 10) || bySection(a.split(' ')[1] || '', b.split(' ')[1] || '');
const GROUPS = {
  Topic: {of: (item) => item.topic, sort: (a, b) => (a < b ? -1 : 1), name: (key) => key, change: (key) => ({topic: key})},
  Section: {of: sectionOf, sort: byClause, name: (key) => (key ? `RFC ${key}` : 'no clause'), change: (key) => (key ? {clause: key} : {})},
  Level: {of: (item) => item.level, sort: (a, b) => LEVELS.indexOf(a) - LEVELS.indexOf(b),
    name: (key) => key.toUpperCase(), change: (key) => ({level: key})},
};

function groupTable(group) {
  const lists = Map.groupBy ? Map.groupBy(cases, group.of) : cases.reduce((all, item) => all.set(group.of(item), [...(all.get(group.of(item)) || []), item]), new Map());
  const most = Math.max(...[...lists.values()].map((list) => list.length));
  return h('table', {class: 'groups'}, h('tbody', {}, [...lists.keys()].sort(group.sort).map((key) => {
    const counts = tally(lists.get(key));
    return h('tr', {},
      h('td', {class: 'name'}, h('button', {type: 'button', class: 'plain', onclick: () => narrow(group.change(key))}, group.name(key))),
      h('td', {class: 'bar'}, stacked(counts, most)),
      h('td', {class: 'tally'}, VERDICTS.filter((verdict) => counts[verdict] > 0).map((verdict) =>
        h('span', {class: verdict}, `${counts[verdict]} ${VERDICT_NAMES[verdict]}`))));
  })));
}

function groups() {
  const place = h('div', {id: 'groups'}, groupTable(GROUPS.Topic));
  const tabs = Object.keys(GROUPS).map((name) => h('button', {type: 'button', 'aria-pressed': String(name === 'Topic'), onclick: (event) => {
    for (const tab of tabs) tab.setAttribute('aria-pressed', String(tab === event.currentTarget));
    place.replaceChildren(groupTable(GROUPS[name]));
  }}, `By ${name.toLowerCase()}`));
  return h('div', {class: 'card'}, h('div', {class: 'tabs', role: 'group', 'aria-label': 'Summary by'}, tabs), place);
}

/* What is listed inside TLS and was not before, or the other way round, shows at once. */
function keywords(list, other, mark) {
  const has = (line) => !other || other.includes(line);
  return h('span', {class: 'keywords'}, list.length === 0 ? 'none' : list.map((line) => h('code', {class: has(line) ? null : mark}, wire(line))));
}

function facts() {
  const clear = target.ehlo_clear || null;
  const rows = [
    ['Greeting', target.greeting === null ? h('i', {}, 'none came') : h('code', {}, wire(target.greeting))],
    clear && ['EHLO in clear', keywords(clear, target.ehlo, 'gone')],
    [clear ? 'EHLO inside TLS' : 'EHLO', keywords(target.ehlo, clear, 'new')],
    ['TLS', target.tls_version || 'not used'],
    ['Under test', target.role],
    ['Profile', target.profile || 'none'],
    ['Seed', seed],
    ['Exit status', `${report.exit}`],
  ].filter(Boolean);
  return h('div', {class: 'card'}, h('h3', {}, 'The target'), h('dl', {class: 'facts'}, rows.map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])), reasons());
}

function reasons() {
  const skipped = new Map();
  for (const item of cases) if (item.verdict === 'skip') skipped.set(item.why, (skipped.get(item.why) || 0) + 1);
  if (skipped.size === 0) return null;
  return [h('h3', {style: 'margin-top:16px'}, 'Why cases were skipped'), h('table', {}, h('tbody', {}, [...skipped].sort((a, b) => b[1] - a[1]).map(([why, n]) =>
    h('tr', {}, h('td', {class: 'number'}, String(n)), h('td', {}, h('button', {type: 'button', class: 'plain', onclick: () => narrow({text: why, verdicts: new Set(['skip'])})}, why || 'no reason given'))))))];
}

function drawSummary() {
  byId('summary').append(h('h2', {id: 'summary-title'}, 'Summary'), h('div', {class: 'columns'}, groups(), facts()));
}

/* ---- the cases ------------------------------------------------------------------------------- */

function clauseName(item) {
  const row = ledger.get(item.req[0]);
  return row ? `RFC ${row.rfc} ${row.section}` : '';
}

function findingsOf(item) {
  const list = foundIn.get(item.id);
  return list && h('div', {class: 'body', style: 'padding-bottom:0'}, h('h3', {}, 'Also seen by the observer'), h('ul', {}, list.map((finding) =>
    h('li', {}, badge(finding.verdict), ' ', h('code', {}, finding.rule), ` ${finding.why}${finding.count > 1 ? `, ${finding.count} times` : ''}`))));
}

function drawCase(item) {
  const noted = (foundIn.get(item.id) || []).length;
  item.element = h('details', {class: `case ${item.shown}`, id: `case/${item.id}`, ontoggle: () => {
    if (!item.element.open || item.drawn) return;
    item.drawn = true;
    item.element.append(...[findingsOf(item), evidence(item, ledger, target.role)].filter(Boolean));
  }}, h('summary', {},
    h('span', {}, badge(item.shown)), level(item.level),
    h('span', {class: 'what'}, h('span', {class: 'id'}, item.id), ` ${item.title}`, item.why !== '' && h('span', {class: 'why'}, item.why),
      noted > 0 && h('span', {class: 'small soft'}, `${count(noted, 'rule')} of the observer broken in it`)),
    h('span', {class: 'clause'}, clauseName(item))));
  return item.element;
}

function select(name, label, options) {
  return h('select', {id: `by-${name}`, 'aria-label': label, onchange: (event) => {
    filter[name] = event.target.value;
    apply();
  }}, h('option', {value: ''}, label), options.map(([value, text]) => h('option', {value}, text)));
}

function clauseOptions() {
  const names = new Set();
  for (const item of cases) {
    for (const id of item.req) {
      const row = ledger.get(id);
      if (!row) continue;
      names.add(String(row.rfc));
      for (let parts = row.section.split('.').slice(0, 3); parts.length > 0; parts = parts.slice(0, -1)) names.add(`${row.rfc} ${parts.join('.')}`);
    }
  }
  return [...names].sort(byClause).map((name) => [name, name.includes(' ') ? `\u00a0\u00a0RFC ${name}` : `RFC ${name}`]);
}

function toolbar() {
  const topics = [...new Set(cases.map((item) => item.topic))].sort();
  const levels = LEVELS.filter((name) => cases.some((item) => item.level === name));
  let due;
  return h('div', {class: 'toolbar', role: 'search'},
    h('input', {type: 'search', id: 'search', placeholder: 'Search ids, clauses, reasons, octets', 'aria-label': 'Search', oninput: (event) => {
      filter.text = event.target.value;
      clearTimeout(due);
      due = setTimeout(apply, 60);
    }}),
    select('level', 'All levels', levels.map((name) => [name, name.toUpperCase()])), select('topic', 'All topics', topics.map((name) => [name, name])),
    select('clause', 'All RFCs', clauseOptions()),
    h('button', {type: 'button', id: 'reset', hidden: true, onclick: () => narrow({})}, 'Show all'),
    h('div', {class: 'counts'}, verdictButtons(), h('span', {class: 'shown', id: 'shown', role: 'status'})));
}

function drawCases() {
  const order = [...cases].sort((a, b) => VERDICTS.indexOf(a.shown) - VERDICTS.indexOf(b.shown) ||
    LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
  byId('cases').append(h('h2', {id: 'cases-title'}, 'Cases'),
    h('p', {class: 'soft small keys'}, h('kbd', {}, '/'), ' search  ', h('kbd', {}, 'j'), ' ', h('kbd', {}, 'k'), ' next and previous case  ', h('kbd', {}, 'Enter'), ' open  ', h('kbd', {}, 'Esc'), ' show all'),
    toolbar(), h('div', {id: 'list'}, order.map(drawCase)), h('p', {class: 'empty', id: 'none', hidden: true}, cases.length === 0 ? 'No case was played.' : 'No case is like that.'));
}

function step(by) {
  const shown = [...document.querySelectorAll('.case:not([hidden]) > summary')];
  const at = shown.indexOf(document.activeElement.closest('.case')?.querySelector('summary'));
  const next = shown[Math.max(0, Math.min(shown.length - 1, at + by))];
  if (next) next.focus();
}

/* #case/ID and #rule/NAME open what they name. */
function openNamed() {
  let name = '';
  try {
    name = decodeURIComponent(location.hash.slice(1));
  } catch {
    return;
  }
  const item = caseOf.get(name.replace(/^case\//, ''));
  if (item && item.element.hidden) narrow({});
  const element = item ? item.element : name.startsWith('rule/') && byId(name);
  if (!element) return;
  element.open = true;
  element.scrollIntoView();
}

/* ---- rules of the observer ------------------------------------------------------------------- */

function drawRules() {
  const rows = [...found.values()].sort((a, b) => VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict));
  byId('rules').append(h('h2', {id: 'rules-title'}, 'Rules that hold in every conversation'),
    h('p', {class: 'soft small'}, 'The observer reads along in all cases. ', rows.length === 0 ? 'It saw the target break none of its rules.' : ''),
    ...rows.map((rule) => h('details', {class: `case ${rule.verdict}`, id: `rule/${rule.rule}`}, h('summary', {}, h('span', {}, badge(rule.verdict)), level(rule.level),
      h('span', {class: 'what'}, h('span', {class: 'id'}, rule.rule), ` ${rules.has(rule.rule) ? rules.get(rule.rule).text : ''}`, h('span', {class: 'why'}, rule.why)),
      h('span', {class: 'clause'}, `${count(rule.count, 'time')} in ${count(rule.cases.length, 'case')}`)),
    h('div', {class: 'body'}, h('h3', {}, 'The clauses'), h('ul', {class: 'clauses'}, rule.req.map((id) => clauseItem(id, ledger.get(id)))),
      h('h3', {}, 'Seen first'), octets(rule.bytes), h('h3', {}, 'Cases'),
      h('p', {class: 'row'}, rule.cases.map((id) => h('a', {href: `#case/${encodeURIComponent(id)}`}, id)))))));
}

/* ---- the ledger ------------------------------------------------------------------------------ */

const STATES = {
  broken: ['fail', 'broken'], advised: ['warn', 'not followed'], met: ['pass', 'met'], open: ['inconclusive', 'not concluded'], none: ['skip', 'not in this run'],
};

/* What this run says of each requirement: the worst that a case or a rule that cites it has to say. */
function stateOf(cited, ruleIds, id) {
  const list = cited.get(id) || [];
  const has = (...verdicts) => list.some((verdict) => verdicts.includes(verdict));
  if (has('fail')) return 'broken';
  if (has('warn')) return 'advised';
  if (has('pass', 'info') || ruleIds.has(id)) return 'met';
  return list.length > 0 ? 'open' : 'none';
}

function ledgerStates() {
  const cited = new Map();
  const cite = (id, verdict) => cited.set(id, [...(cited.get(id) || []), verdict]);
  const side = target.role === 'client' ? 'C' : 'S';
  for (const item of cases) for (const id of item.req) cite(id, item.shown);
  for (const rule of found.values()) for (const id of rule.req) cite(id, rule.verdict);
  const talked = cases.some((item) => !['skip', 'error'].includes(item.verdict));
  const ruleIds = new Set(talked ? [...rules.values()].filter((rule) => rule.side === side).flatMap((rule) => rule.req) : []);
  return (id) => stateOf(cited, ruleIds, id);
}

function rfcRow(rfc, rows, state) {
  const counts = {}, shades = {};
  for (const row of rows) counts[state(row.id)] = (counts[state(row.id)] || 0) + 1;
  for (const [name, n] of Object.entries(counts)) shades[STATES[name][0]] = n;
  const covered = rows.length - (counts.none || 0) - (counts.open || 0);
  const item = h('details', {class: 'rfc', ontoggle: () => {
    if (item.open && item.childElementCount === 1) item.append(rfcTable(rows, state));
  }}, h('summary', {}, h('b', {}, `RFC ${rfc}`), stacked(shades), h('span', {class: 'small soft'}, `${covered} of ${rows.length}`)));
  return item;
}

function rfcTable(rows, state) {
  return h('div', {class: 'scroll'}, h('table', {}, h('thead', {}, h('tr', {}, ['Clause', 'Level', 'In this run', 'What it says'].map((name) => h('th', {}, name)))),
    h('tbody', {}, rows.map((row) => {
      const [shade, name] = STATES[state(row.id)];
      const linked = cases.some((item) => item.req.includes(row.id));
      return h('tr', {}, h('td', {class: 'mono'}, linked ? h('button', {type: 'button', class: 'plain', title: 'Show its cases', onclick: () => narrow({text: row.id})}, row.section) : row.section),
        h('td', {class: 'level'}, row.level), h('td', {}, h('span', {class: `badge ${shade}`}, name)), h('td', {}, row.text));
    }))));
}

function drawCoverage() {
  const state = ledgerStates();
  const binds = target.role === 'client' ? ['client', 'both'] : ['server', 'both'];
  const seen = target.role === 'client' ? ['wire-client', 'delivered'] : ['wire-server', 'delivered'];
  const rows = [...ledger.values()].filter((row) => binds.includes(row.role) && seen.includes(row.testability));
  const rfcs = [...new Set(rows.map((row) => row.rfc))].sort((a, b) => (a === 5321 ? -1 : b === 5321 ? 1 : a - b));
  const covered = rows.filter((row) => !['none', 'open'].includes(state(row.id))).length;
  byId('coverage').append(h('h2', {id: 'coverage-title'}, 'Coverage of the requirements'),
    h('p', {class: 'soft small'}, `Of ${rows.length} requirements that bind a ${target.role} and can be seen from outside, this run has concluded ${covered}: `,
      Object.values(STATES).map(([shade, name]) => [h('span', {class: `badge ${shade}`}, name), ' '])),
    h('div', {class: 'card'}, rfcs.map((rfc) => rfcRow(rfc, rows.filter((row) => row.rfc === rfc), state))));
}

/* ---- all of it ------------------------------------------------------------------------------- */

function save() {
  const text = JSON.stringify(report, null, 1).replace(`"seed": ${report.seed}`, `"seed": ${seed}`);
  const url = URL.createObjectURL(new Blob([text], {type: 'application/json'}));
  h('a', {href: url, download: 'smtpspec-report.json'}).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

drawHead();
drawBroken();
drawSummary();
drawCases();
drawRules();
drawCoverage();
byId('foot').append(h('p', {}, `${report.tool}, seed ${seed}. `, h('button', {type: 'button', class: 'plain', onclick: save}, 'Save the results as JSON'), ' Nothing on this page is loaded from anywhere.'));
apply();
keys({
  '/': () => byId('search').focus(), j: () => step(1), k: () => step(-1),
  Escape: () => {
    if (document.activeElement !== byId('search')) return narrow({});
    filter.text = '';
    apply();
    return document.activeElement.blur();
  },
});
addEventListener('hashchange', openNamed);
addEventListener('beforeprint', () => {
  for (const item of cases) if (['fail', 'error'].includes(item.shown) && !item.element.hidden) item.element.open = true;
});
openNamed();
