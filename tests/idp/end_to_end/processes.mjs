// The processes that the tests run: the program, the authorization server, and what they say.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '../client.mjs';

const patience_ms = 120_000; // only what never comes takes so long
const poll_ms = 20;
const here = path.dirname(fileURLToPath(import.meta.url));
const program = process.env.TEST_PROGRAM;

export const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

// Until `holds` answers something true, which is returned; `said` tells what was seen instead.
export async function until(holds, said = () => '') {
  const end = Date.now() + patience_ms;
  for (;;) {
    const value = await holds();
    if (value) return value;
    if (Date.now() > end) throw new Error(`out of patience: ${said()}`);
    await pause(poll_ms);
  }
}

// In memory where there is room.
export function makeFolder() {
  const parent = fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir();
  return fs.mkdtempSync(path.join(parent, 'grunndata-access-'));
}

export async function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

// A child whose output is kept and which never outlives the tests.
export class Child {
  constructor(command, args, options = {}) {
    this.command = `${path.basename(command)} ${args[0]}`;
    this.said = '';
    this.process = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    const keep = (bytes) => { this.said += bytes.toString(); };
    this.process.stdout.on('data', keep);
    this.process.stderr.on('data', keep);
    this.ended = new Promise((resolve) => {
      this.process.once('error', (error) => { this.said += error.message; resolve(-1); });
      this.process.once('exit', (status, signal) => resolve(status ?? signal));
    });
    process.once('exit', () => this.process.kill('SIGKILL'));
  }

  async wait(holds) {
    return until(() => {
      if (this.process.exitCode !== null) throw new Error(`${this.command} ended: ${this.said}`);
      return holds();
    }, () => `${this.command}: ${this.said}`);
  }

  async stop(signal = 'SIGTERM') {
    this.process.kill(signal);
    return this.ended;
  }
}

// Runs the program to its end: what it wrote to stdout. Any status but those wanted is an error.
export function grunndata(args, { input = '', statuses = [0] } = {}) {
  const done = spawnSync(program, args, { input, maxBuffer: 64 << 20 });
  if (done.error) throw done.error;
  if (!statuses.includes(done.status)) {
    throw new Error(`grunndata ${args.join(' ')}: status ${done.status}\n${done.stderr}`);
  }
  return { status: done.status, out: done.stdout.toString(), err: done.stderr.toString() };
}

const server = path.join(here, '..', 'idp.mjs');
const isReady = (folder) => fs.existsSync(path.join(folder, 'issuer.json'));

// Keys that every authorization server of the tests begins with: making them takes seconds of
// processor time. They are made once, beside what was installed, where git sees nothing.
async function firstKeys() {
  const folder = path.join(here, '..', 'node_modules', '.cache', 'first_keys');
  if (fs.existsSync(folder)) return folder;
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  const made = fs.mkdtempSync(`${folder}.`);
  const child = new Child(process.execPath, [server, '0', made]);
  await child.wait(() => isReady(made));
  await child.stop();
  try {
    fs.renameSync(made, folder);
  } catch {
    fs.rmSync(made, { recursive: true }); // somebody else was faster
  }
  return folder;
}

// The authorization server, by its name in the service's configuration.
export class Issuer {
  static async start(name, environment = {}) {
    const issuer = new Issuer();
    issuer.name = name;
    issuer.folder = makeFolder();
    const keys = await firstKeys();
    for (const file of fs.readdirSync(keys).filter((each) => each !== 'issuer.json')) {
      fs.copyFileSync(path.join(keys, file), path.join(issuer.folder, file));
    }
    issuer.child = new Child(process.execPath,
      [server, '0', issuer.folder], { env: { ...process.env, ...environment } });
    await issuer.child.wait(() => isReady(issuer.folder));
    issuer.client = await until(() => {
      try { return new Client(issuer.folder); } catch { return undefined; }
    });
    return issuer;
  }

  get url() { return this.client.issuer; }
  get audience() { return this.client.audience; }
  token(id, options) { return this.client.token(id, options); }

  async test(method, route, body) {
    const answer = await fetch(`${this.url}/test/${route}`, { method, body });
    if (!answer.ok) throw new Error(`${route}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  async jwksFetches() { return (await this.test('GET', 'stats')).jwks; }

  async stop() {
    await this.child.stop();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

// `serve` over a data directory. args: more of the command line.
export class Service {
  static async start({ data, port, args = [] }) {
    const service = new Service();
    service.port = port;
    service.child = new Child(program,
      ['serve', '--data', data, '--listen', `127.0.0.1:${port}`, ...args]);
    await service.child.wait(async () =>
      (await fetch(`http://localhost:${port}/livez`).catch(() => undefined))?.status === 200);
    return service;
  }

  get log() { return this.child.said; }
  stop(signal) { return this.child.stop(signal); }
}
