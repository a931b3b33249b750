const data = JSON.parse(byId('data').textContent);
const matrix = data.matrix, servers = matrix.servers;
const ledger = new Map(matrix.requirements.filter((row) => row.rfc).map((row) => [row.id, row]));
const nameOf = (verdict) => VERDICT_NAMES[verdict] || '–';
const judged = new Map((matrix.judgements || []).map((one) => [`${one.server}/${one.id}`, one]));
const index = new Map(servers.map((server, i) => [server.name, i]));

const KINDS = {
  requirements: {
    title: 'Requirements', rows: matrix.requirements,
    head: (row) => [h('b', {}, row.rfc ? `RFC ${row.rfc} ${row.section}` : row.id), ' ', level((row.level || '').toLowerCase()), h('br'), row.text || ''],
    level: (row) => ({MUST: 'must', 'MUST NOT': 'must', GRAMMAR: 'must', SHOULD: 'should', 'SHOULD NOT': 'should', MAY: 'may'})[row.level] || '',
  },
  cases: {title: 'Cases', rows: matrix.cases, head: (row) => [h('span', {class: 'id mono'}, row.id), ' ', level(row.level), h('br'), row.title], level: (row) => row.level},
  rules: {title: 'Broken rules', rows: matrix.rules, head: (row) => [h('span', {class: 'id mono'}, row.id), ' ', level(row.level), h('br'), row.why], level: (row) => row.level},
};
const view = {kind: 'requirements', differing: false, text: '', level: '', verdict: ''};

/* ---- the head -------------------------------------------------------------------------------- */

function drawHead() {
  const runs = servers.reduce((sum, server) => sum + server.runs.length, 0);
  const differing = matrix.requirements.filter((row) => row.differs).length;
  const failures = [...matrix.cases, ...matrix.rules].flatMap((row) => row.cells.filter((verdict) => verdict === 'fail')).length;
  document.title = `${count(servers.length, 'server')} · smtpspec matrix`;
  byId('top').append(h('p', {class: 'brand'}, `${matrix.tool} · matrix`),
    h('h1', {id: 'headline'}, `${count(servers.length, 'server')}, ${count(matrix.requirements.length, 'requirement')}`),
    h('p', {class: 'soft'}, `${count(runs, 'run')}, ${count(matrix.cases.length, 'case')}; the servers differ in ${count(differing, 'requirement')} and ${count(matrix.cases.filter((row) => row.differs).length, 'case')}.`,
      matrix.judgements && ` ${count(failures, 'failure')}, ${failures - judged.size} without a judgement.`));
}

function runRow(server, run, first) {
  const sums = run.summary;
  const met = (of) => [h('b', {}, String(of.met)), ` of ${of.of}`];
  return h('tr', {}, h('td', {}, first ? h('b', {}, server.name) : ''),
    h('td', {class: 'mono'}, run.url, h('br'), h('span', {class: 'soft'}, run.greeting === null ? 'no greeting' : wire(run.greeting))),
    h('td', {}, {none: 'in clear', starttls: 'STARTTLS', implicit: 'TLS'}[run.tls], run.tls_version ? ` ${run.tls_version}` : ''),
    h('td', {class: 'number'}, met(sums.must)), h('td', {class: 'number'}, met(sums.should)),
    h('td', {class: 'tally'}, stacked(sums), VERDICTS.filter((verdict) => sums[verdict] > 0).map((verdict) => h('span', {class: verdict}, `${sums[verdict]} ${nameOf(verdict)}`)),
      run.interrupted && h('b', {}, ' interrupted')),
    h('td', {class: 'number'}, `${run.seconds.toFixed(1)} s`));
}

function drawServers() {
  byId('servers').append(h('h2', {id: 'servers-title'}, 'Servers'), h('div', {class: 'card scroll', tabindex: '0', role: 'region', 'aria-labelledby': 'servers-title'}, h('table', {class: 'servers'},
    h('thead', {}, h('tr', {}, ['Server', 'Where, and what it says first', 'How', 'MUST met', 'SHOULD met', 'Cases', 'Time'].map((name) => h('th', {}, name)))),
    h('tbody', {}, servers.flatMap((server) => server.runs.map((run, i) => runRow(server, run, i === 0)))))));
}

/* Of a server that was run more than once. */
function drawChanges() {
  if (servers.every((server) => server.runs.length === 1)) return;
  const rows = [...matrix.cases.map((row) => ['cases', row]), ...matrix.rules.map((row) => ['rules', row])].filter(([, row]) => row.changed.length > 0);
  byId('changes').append(h('h2', {id: 'changes-title'}, 'Repeated runs'),
    rows.length === 0 ? h('p', {}, 'The same verdicts in all runs of a server.')
      : h('div', {class: 'card'}, h('p', {}, 'These verdicts were not the same in all runs of a server; the worst one stands in the table.'),
        h('ul', {}, rows.flatMap(([kind, row]) => row.changed.map((name) => h('li', {}, h('b', {}, name), ' ',
          h('a', {href: link(kind, row, name)}, row.id)))))));
}

/* ---- the table ------------------------------------------------------------------------------- */

const link = (kind, row, name) => `#${kind}/${encodeURIComponent(name)}/${encodeURIComponent(row.id)}`;

function fits(row, words) {
  const kind = KINDS[view.kind];
  const text = () => [row.id, row.title, row.text, row.why, row.rfc && `RFC ${row.rfc} ${row.section}`, ...(row.req || [])].filter(Boolean).join('\n').toLowerCase();
  return (!view.differing || row.differs) && (view.level === '' || kind.level(row) === view.level) && (view.verdict === '' || row.cells.includes(view.verdict)) &&
    (words.length === 0 || words.every((word) => text().includes(word)));
}

function cell(row, i) {
  const verdict = row.cells[i], name = servers[i].name;
  if (verdict === 'none') return h('td', {class: 'cell soft'}, '–');
  return h('td', {class: `cell ${verdict}`}, h('button', {type: 'button', class: row.changed.includes(name) ? 'changed' : null,
    'aria-label': `${name}: ${nameOf(verdict)}`, title: `${name}: ${nameOf(verdict)}`, onclick: () => { location.hash = link(view.kind, row, name); }}, nameOf(verdict)));
}

function drawRows() {
  const kind = KINDS[view.kind];
  const words = view.text.toLowerCase().split(/\s+/).filter(Boolean);
  const rows = kind.rows.filter((row) => fits(row, words));
  byId('rows').replaceChildren(...rows.map((row) => h('tr', {}, h('th', {class: 'first', scope: 'row'}, kind.head(row)), row.cells.map((_, i) => cell(row, i)))));
  byId('shown').textContent = `${rows.length} of ${kind.rows.length}`;
  byId('none').hidden = rows.length > 0;
  byId('differing').setAttribute('aria-pressed', String(view.differing));
  for (const [name, value] of Object.entries({level: view.level, verdict: view.verdict})) byId(`by-${name}`).value = value;
  for (const tab of document.querySelectorAll('[data-kind]')) tab.setAttribute('aria-pressed', String(tab.dataset.kind === view.kind));
}

function show(change) {
  Object.assign(view, change);
  drawRows();
}

function select(name, label, options) {
  return h('select', {id: `by-${name}`, 'aria-label': label, onchange: (event) => show({[name]: event.target.value})},
    h('option', {value: ''}, label), options.map(([value, text]) => h('option', {value}, text)));
}

function drawTable() {
  const present = VERDICTS.filter((verdict) => Object.values(KINDS).some((kind) => kind.rows.some((row) => row.cells.includes(verdict))));
  let due;
  byId('table').append(h('h2', {id: 'table-title'}, 'Servers beside one another'),
    h('div', {class: 'toolbar', role: 'search'},
      Object.entries(KINDS).map(([name, kind]) => h('button', {type: 'button', 'data-kind': name, onclick: () => show({kind: name})}, `${kind.title} ${kind.rows.length}`)),
      h('button', {type: 'button', id: 'differing', onclick: () => show({differing: !view.differing})}, 'Only where servers differ'),
      h('input', {type: 'search', id: 'search', placeholder: 'Search', 'aria-label': 'Search', oninput: (event) => {
        clearTimeout(due);
        due = setTimeout(() => show({text: event.target.value}), 80);
      }}),
      select('level', 'All levels', [['must', 'MUST'], ['should', 'SHOULD'], ['may', 'MAY'], ['info', 'INFO']]),
      select('verdict', 'Any verdict', present.map((verdict) => [verdict, `with ${nameOf(verdict)}`])),
      h('span', {class: 'shown', id: 'shown', role: 'status'})),
    h('div', {class: 'scroller', tabindex: '0', role: 'region', 'aria-labelledby': 'table-title'}, h('table', {class: 'matrix'},
      h('thead', {}, h('tr', {}, h('th', {class: 'first'}, ''), servers.map((server) => h('th', {scope: 'col'}, server.name)))), h('tbody', {id: 'rows'}))),
    h('p', {class: 'empty', id: 'none', hidden: true}, 'No row is like that.'),
    h('p', {class: 'soft small keys'}, h('kbd', {}, '/'), ' search  ', h('kbd', {}, 'd'), ' only where servers differ. A cell opens to its evidence.'));
}

/* ---- evidence -------------------------------------------------------------------------------- */

function judgement(row, i) {
  const one = row.cells[i] === 'fail' && judged.get(`${servers[i].name}/${row.id}`);
  return one && h('p', {class: 'judged'}, h('b', {}, `Judged: ${one.judgement}`), `, ${one.clause}: ${one.remark}`);
}

function caseEvidence(row, i) {
  const item = (data.caseEvidence[row.id] || [])[i];
  if (!item) return h('div', {class: 'body'}, h('p', {}, 'It was not played.'));
  if (!item.verdict) return h('div', {class: 'body'}, h('p', {}, item.why || 'As the RFC says; passes are kept without what was said.'));
  return h('div', {class: `body-of ${row.cells[i]}`}, h('p', {class: 'body why'}, item.why), judgement(row, i), evidence(item, ledger, 'server'));
}

function ruleEvidence(row, i) {
  const item = (data.ruleEvidence[row.id] || [])[i];
  if (!item) return h('div', {class: 'body'}, h('p', {}, 'Not broken in any case.'));
  return h('div', {class: 'body'}, h('p', {}, item.why), judgement(row, i), h('h3', {}, 'The clauses'), h('ul', {class: 'clauses'}, item.req.map((id) => clauseItem(id, ledger.get(id)))),
    h('h3', {}, `Seen in ${item.case}`), octets(item.bytes));
}

/* The cases and rules that cite it, the worst first. */
function requirementEvidence(row, i) {
  const rank = (one) => (VERDICTS.indexOf(one.cells[i]) + VERDICTS.length + 1) % (VERDICTS.length + 1);
  const citing = [...matrix.rules.map((one) => [one, ruleEvidence]), ...matrix.cases.map((one) => [one, caseEvidence])]
    .filter(([one]) => one.req.includes(row.id) && one.cells[i] !== 'none').sort((a, b) => rank(a[0]) - rank(b[0]));
  return h('div', {class: 'body'}, h('ul', {class: 'clauses'}, clauseItem(row.id, ledger.get(row.id))), h('h3', {}, 'What was seen of it'),
    citing.map(([one, show_]) => {
      const item = h('details', {class: `case ${one.cells[i]}`, ontoggle: () => {
        if (item.open && item.childElementCount === 1) item.append(show_(one, i));
      }}, h('summary', {}, h('span', {}, badge(one.cells[i])), level(one.level), h('span', {class: 'what'}, h('span', {class: 'id'}, one.id), ` ${one.title || one.why}`)));
      return item;
    }));
}

function openNamed() {
  let parts;
  try {
    parts = location.hash.slice(1).split('/').map(decodeURIComponent);
  } catch {
    return;
  }
  const [name, server, id] = parts;
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  const row = kind && kind.rows.find((one) => one.id === id), i = index.get(server);
  if (!row || i === undefined) return;
  const content = {requirements: requirementEvidence, cases: caseEvidence, rules: ruleEvidence}[name](row, i);
  const dialog = byId('evidence');
  dialog.replaceChildren(h('div', {class: 'bar'}, h('h2', {id: 'evidence-title'}, badge(row.cells[i]), ` ${server}: ${row.rfc ? `RFC ${row.rfc} ${row.section}` : row.id}`),
    h('button', {type: 'button', id: 'close', onclick: () => dialog.close()}, 'Close')), content);
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
}

/* ---- all of it ------------------------------------------------------------------------------- */

drawHead();
drawServers();
drawChanges();
drawTable();
byId('foot').append(h('p', {}, `${matrix.tool}. Nothing on this page is loaded from anywhere.`));
drawRows();
byId('evidence').addEventListener('close', () => history.replaceState(null, '', '#'));
byId('evidence').addEventListener('click', (event) => { if (event.target === byId('evidence')) byId('evidence').close(); });
keys({
  '/': () => (byId('evidence').open ? false : byId('search').focus()),
  d: () => (byId('evidence').open ? false : show({differing: !view.differing})),
});
addEventListener('hashchange', openNamed);
openNamed();
