// What `token` and `curl` beside this file do; their heads say how they are used.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Client, makeProof, organisationDetail, purposeDetail } from './client.mjs';

async function token(args) {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: {
    scope: { type: 'string' }, user: { type: 'string' }, organisation: { type: 'string' },
    purpose: { type: 'string' }, decision: { type: 'string' },
  } });
  const [state, id] = positionals;
  if (!id) throw new Error('which STATE_DIR and CLIENT?');
  const details = [
    ...(values.organisation ? [organisationDetail(values.organisation)] : []),
    ...(values.purpose ? [purposeDetail(values.purpose, values.decision)] : []),
  ];
  const granted = await new Client(state).token(id,
    { scope: values.scope, user: values.user, ...(details.length && { details }) });
  console.log(JSON.stringify(granted));
}

async function headersFor(granted, method, url, values) {
  const target = values['proof-path'] ? new URL(values['proof-path'], url).href : url;
  const bearer = values.bearer || !granted.key;
  return [
    `Authorization: ${bearer ? 'Bearer' : 'DPoP'} ${granted.access_token}`,
    ...(bearer ? [] : [`DPoP: ${await makeProof(granted.key, method, target,
      { token: granted.access_token })}`]),
  ];
}

// Token and proof go to curl in a file that only its owner reads: arguments are seen by everybody.
async function curl(args) {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: {
    bearer: { type: 'boolean' }, twice: { type: 'boolean' }, 'proof-path': { type: 'string' },
  } });
  const [file, method, url, ...rest] = positionals;
  if (!url) throw new Error('which TOKEN_FILE, METHOD and URL?');
  const granted = JSON.parse(fs.readFileSync(file, 'utf8'));
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'grunndata-curl-'));
  try {
    const headers = path.join(folder, 'headers');
    fs.writeFileSync(headers, `${(await headersFor(granted, method, url, values)).join('\n')}\n`,
      { mode: 0o600 });
    for (let left = values.twice ? 2 : 1; left > 0; --left) {
      const done = spawnSync('curl', ['-sS', '-X', method, '-H', `@${headers}`, ...rest, url],
        { stdio: 'inherit' });
      if (done.error) throw done.error;
      if (done.status !== 0) process.exitCode = done.status;
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

const commands = { token, curl };
const [name, ...args] = process.argv.slice(2);
try {
  await commands[name](args);
} catch (error) {
  console.error(`${name}: ${error.message}${error.cause ? ` (${error.cause.message})` : ''}`);
  process.exitCode = 1;
}
