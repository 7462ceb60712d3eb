// The README's sections "Access" and "Who looked", as they stand: their commands are run in three
// terminals, and the statuses that comments promise must come. Only places and ports are others.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { Child, freePort, makeFolder, until } from './processes.mjs';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const folder = makeFolder();
const environment = { ...process.env, PATH: `${folder}/bin:${process.env.PATH}` };
const servers = [];
let ports;
let blocks;

// The indented blocks of a section, each a list of lines.
function blocksOf(readme, title) {
  const section = readme.split(/^## /m).find((text) => text.startsWith(`${title}\n`));
  assert.ok(section, `the README has a section "${title}"`);
  return section.split(/\n(?! {4})[^\n]*/).map((text) => text.split('\n')
    .filter((line) => line.startsWith('    ')).map((line) => line.slice(4)))
    .filter((lines) => lines.length > 0);
}

function elsewhere(text) {
  return text.replaceAll('/tmp/', `${folder}/`).replaceAll('9000', ports.issuer)
    .replaceAll('8080', ports.service)
    .replaceAll('tests/idp/grunndata.toml', `${folder}/grunndata.toml`);
}

function run(lines) {
  const done = spawnSync('bash', ['-euo', 'pipefail', '-c', lines.join('\n')],
    { cwd: root, env: environment, encoding: 'utf8', maxBuffer: 16 << 20 });
  assert.equal(done.status, 0, `${lines.join('\n')}\n${done.stdout}\n${done.stderr}`);
  return done.stdout;
}

function keepRunning(line, url) {
  const child = new Child('bash', ['-c', `exec ${line}`], { cwd: root, env: environment });
  servers.push(child);
  return until(async () => (await fetch(url).catch(() => undefined))?.status === 200,
    () => child.said);
}

before(async () => {
  ports = { issuer: String(await freePort()), service: String(await freePort()) };
  fs.mkdirSync(path.join(folder, 'bin'));
  fs.symlinkSync(process.env.TEST_PROGRAM, path.join(folder, 'bin', 'grunndata'));
  const configuration = fs.readFileSync(path.join(root, 'tests', 'idp', 'grunndata.toml'), 'utf8');
  fs.writeFileSync(path.join(folder, 'grunndata.toml'), elsewhere(configuration));
  const readme = fs.readFileSync(path.join(root, 'README.md'), 'utf8');
  blocks = ['Access', 'Who looked'].flatMap((title) => blocksOf(readme, title)).map((lines) =>
    lines.filter((line) => !line.startsWith('export PATH=')).map(elsewhere));
});

after(async () => {
  for (const server of servers.reverse()) await server.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

test('the commands of the two sections do what their comments say', async () => {
  const [issuer, service, ...rest] = blocks;
  assert.equal(issuer.length, 1);
  await keepRunning(issuer[0],
    `http://127.0.0.1:${ports.issuer}/.well-known/openid-configuration`);
  run(service.slice(0, -1));
  await keepRunning(service.at(-1), `http://127.0.0.1:${ports.service}/livez`);

  const lines = rest.flat();
  const promised = lines.flatMap((line) => {
    const comment = line.match(/\s# (\d{3}(?:, \d{3})*)$/);
    return comment ? comment[1].split(', ') : [];
  });
  const said = run(lines);
  assert.ok(promised.length >= 7, 'a look-up, five refusals, and who looked');
  assert.deepEqual([...said.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map((match) => match[1]), promised,
    said);
  assert.match(said, /Magnar Koman/, 'who looked');
});
