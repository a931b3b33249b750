// Our ABNF interpreter against third parties: apg-js reads the same grammars, its rules become a grammar of
// nearley, mechanically, and nearley (Earley) recognises the same strings. apg-js itself repeats greedily.
//   node crosscheck.mjs ABNF [--count N] [--group NAME] [--most OCTETS]
// ABNF is our program, N the strings a group (1600), none longer than OCTETS (96).
// Exit status: 0 they agree; 1 a disagreement, each shown; 64 usage.
import { execFileSync } from 'node:child_process';
import apg from 'apg-js';
import nearley from 'nearley';

function usage(status = 64) {
  const text = 'usage: node crosscheck.mjs ABNF [--count N] [--group NAME] [--most OCTETS]';
  (status === 0 ? console.log : console.error)(text);
  process.exit(status);
}

function options(words) {
  const out = { program: words[0], count: 1600, most: 96, group: null };
  if (words.length % 2 !== 1 || words[0].startsWith('-')) usage();
  for (let i = 1; i < words.length; i += 2) {
    const name = words[i].replace(/^--/, '');
    if (!(name in out) || name === 'program') usage();
    out[name] = name === 'group' ? words[i + 1] : Number(words[i + 1]);
    if (Number.isNaN(out[name])) usage();
  }
  return out;
}

const { ids } = apg.apgLib;

// One nonterminal a rule, and one more for each operator inside of it.
function translate(text) {
  const api = new apg.apgApi(text);
  api.generate();
  if (api.errors.length > 0) throw new Error(api.errorsToAscii());
  const { rules } = api.toObject();
  const out = [];
  const add = (name, symbols) => out.push(new nearley.Rule(name, symbols));
  const octet = (test) => ({ test: (c) => test(c.charCodeAt(0)) });
  const name = (rule) => `rule ${rules[rule].lower}`;
  const inner = (rule, at) => `op ${rule} ${at}`;

  function repeat(own, { min, max }, child) {
    const least = Array(min).fill(child);
    if (max === Infinity) {
      add(`${own} more`, []);
      add(`${own} more`, [`${own} more`, child]);
      add(own, [...least, `${own} more`]);
      return;
    }
    for (let n = min; n <= max; n++) add(own, Array(n).fill(child));
  }

  function operator(rule, at, op) {
    const own = inner(rule, at);
    switch (op.type) {
      case ids.ALT: op.children.forEach((child) => add(own, [inner(rule, child)])); break;
      case ids.CAT: add(own, op.children.map((child) => inner(rule, child))); break;
      case ids.REP: repeat(own, op, inner(rule, at + 1)); break;
      case ids.RNM: add(own, [name(op.index)]); break;
      case ids.TRG: add(own, [octet((c) => c >= op.min && c <= op.max)]); break;
      case ids.TBS: add(own, op.string.map((want) => octet((c) => c === want))); break;
      case ids.TLS: // apg-js keeps these in lower case
        add(own, op.string.map((want) => octet((c) => (c >= 65 && c <= 90 ? c + 32 : c) === want)));
        break;
      default: throw new Error(`apg-js made an operator of type ${op.type}`);
    }
  }

  rules.forEach((rule, index) => {
    add(name(index), [inner(index, 0)]);
    rule.opcodes.forEach((op, at) => operator(index, at, op));
  });
  return out;
}

function recognises(rules, start, text) {
  const parser = new nearley.Parser(new nearley.Grammar(rules, `rule ${start.toLowerCase()}`));
  try {
    parser.feed(text);
  } catch {
    return false; // no way goes on behind some octet
  }
  return parser.results.length > 0;
}

if (process.argv.includes('--help')) usage(0);
const wish = options(process.argv.slice(2).length > 0 ? process.argv.slice(2) : ['-']);
const run = (...words) => execFileSync(wish.program, words, { encoding: 'latin1', maxBuffer: 1 << 28 });
const grammars = { ascii: translate(run('list')), utf8: translate(run('list', '--utf8')) };
const groups = run('list', '--groups').trim().split('\n').map((line) => line.split('\t'));
const sum = { strings: 0, valid: 0, wrong: 0 };
for (const [group, rule, kind] of groups) {
  if (wish.group !== null && wish.group !== group) continue;
  const words = ['make', rule, '--near', '--verdict', '--count', wish.count, '--most', wish.most, '--seed', groups.length];
  const lines = run(...words.map(String), ...(kind === 'utf8' ? ['--utf8'] : [])).trim().split('\n');
  let valid = 0;
  for (const line of lines) {
    const ours = line[0] === '1';
    const text = Buffer.from(line.slice(2), 'hex').toString('latin1');
    const theirs = recognises(grammars[kind], rule, text);
    valid += ours;
    sum.strings++;
    if (process.stderr.isTTY && sum.strings % 50 === 0) process.stderr.write(`\r${group} ${sum.strings}\r`);
    if (ours === theirs) continue;
    sum.wrong++;
    console.log(`${group}: ${JSON.stringify(text)}: we ${ours ? 'accept' : 'refuse'} it, nearley does not`);
  }
  sum.valid += valid;
  console.log(`${group.padEnd(18)} ${String(lines.length).padStart(7)} strings, ${valid} valid`);
}
console.log(`${sum.strings} strings, ${sum.valid} valid, ${sum.wrong} disagreements`);
process.exit(sum.wrong === 0 && sum.strings > 0 ? 0 : 1);
