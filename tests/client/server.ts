// The real program: a population is generated and imported, then served on a free port.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const persons = 200;
const ready_within_ms = 20_000;
const poll_ms = 20;
const quarantined = 7; // the program's status when records were

export interface Subject {
  number: string;
  document: any;
}

export interface Running {
  url: string;
  subjects: Subject[];
  stop(): Promise<number | null>;
}

function run(program: string, args: string[], wanted = 0): Buffer {
  const done = spawnSync(program, args, { maxBuffer: 256 << 20 });
  if (done.error) throw done.error;
  if (done.status !== wanted) {
    throw new Error(`${args.join(' ')}: status ${done.status}\n${done.stderr.toString()}`);
  }
  return done.stdout;
}

function subjectOf(document: any): Subject {
  const current = document.identifikasjonsnummer.find((row: any) => row.status === 'iBruk') ??
    document.identifikasjonsnummer[0];
  return { number: current.foedselsEllerDNummer, document };
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

async function untilReady(url: string, child: ChildProcess, said: () => string): Promise<void> {
  const deadline = Date.now() + ready_within_ms;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`the server ended: ${said()}`);
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, poll_ms));
  }
  throw new Error(`the server is not ready: ${said()}`);
}

/** The invented registers of the enterprise structure, what is suggested and in conflict in them,
 * and a list that is refused. */
function loadStructure(program: string, data: string, samples: string): void {
  const load = (source: string, ...files: string[]) =>
    run(program, ['import', source, '--data', data, ...files.map((file) => join(samples, file))]);
  load('enhetsregisteret', 'brreg/enheter_alle.json.gz', 'brreg/underenheter_alle.json.gz',
    'brreg/slettet_hf2_310000213.json');
  load('resh', 'resh/resh_units.json');
  load('adresseregisteret', 'ar/cpe_export.json');
  load('htk', 'htk');
  load('flr', 'flr');
  load('kuraterte', 'modell/kuraterte_relasjoner.json', 'modell/etterfolgere.json');
  run(program, ['virksomhet', 'match', '--data', data]);
  run(program, ['virksomhet', 'conflicts', 'find', '--data', data]);
  run(program, ['import', 'resh', '--data', data,
    join(samples, 'resh/resh_cycle_must_be_quarantined.json')], quarantined);
}

export async function start(program: string, samples: string,
  structure: string): Promise<Running> {
  const directory = mkdtempSync(join(tmpdir(), 'grunndata-client-'));
  const data = join(directory, 'data');
  const population = join(directory, 'population.ndjson');
  const generated = run(program,
    ['generate', 'folkeregisteret', '--persons', String(persons), '--seed', '7']).toString();
  const sampled = readdirSync(samples).filter((name) => /^\d.*\.json$/.test(name)).sort()
    .map((name) => JSON.parse(readFileSync(join(samples, name), 'utf8')));
  const lines = generated.split('\n').filter((line) => line !== '');
  writeFileSync(population,
    [...lines, ...sampled.map((document) => JSON.stringify(document))].join('\n') + '\n');
  run(program, ['import', 'folkeregisteret', '--data', data, population]);
  loadStructure(program, data, structure);

  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(program, ['serve', '--demo', '--data', data, '--listen', `127.0.0.1:${port}`],
    { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => { said += bytes.toString(); });
  child.stderr.on('data', (bytes: Buffer) => { said += bytes.toString(); });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  try {
    await untilReady(url, child, () => said);
  } catch (error) {
    child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
  return {
    url,
    subjects: [...lines.map((line) => JSON.parse(line)), ...sampled].map(subjectOf),
    async stop() {
      child.kill('SIGTERM');
      const status = await ended;
      rmSync(directory, { recursive: true, force: true });
      return status;
    },
  };
}
