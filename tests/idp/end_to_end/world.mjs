// A registry with synthetic persons, registered clients, issuers, and a service that takes tokens;
// with ACCESS_FRONT=nginx behind nginx, which terminates TLS.
import fs from 'node:fs';
import path from 'node:path';
import { Front } from '../../nginx/front.mjs';
import { Service, freePort, grunndata, makeFolder } from './processes.mjs';
import { credentials, send } from './request.mjs';

const persons = 40;
const hospital = '993467049';

export const everyPart = ['NorwegianIdentificationNumber', 'Name', 'Birth', 'Gender', 'Status',
  'AddressProtection', 'ResidentialAddress', 'FamilyRelation', 'Citizenship'];

// With the keys that `grunndata client import` reads.
export function agreement(id, overrides = {}) {
  return {
    id, issuer: 'test', name: `Client ${id}`, organisation: hospital,
    purpose: 'Tests of access control', parts: everyPart, legal_basis: true, ...overrides,
  };
}

// A value of TOML: texts, numbers, switches and lists of texts are written as in JSON.
const quoted = (value) => JSON.stringify(value);

function clientTable(client) {
  return `[[client]]\n${Object.entries(client)
    .map(([key, value]) => `${key} = ${quoted(value)}\n`).join('')}`;
}

function issuerSection(issuer, aliases = []) {
  return `[issuer.${issuer.name}]\nurl = ${quoted(issuer.url)}\n` +
    `audience = ${quoted(issuer.audience)}\naliases = [${aliases.map(quoted).join(', ')}]\n`;
}

export class World {
  // issuers: running ones; aliases: {issuer name: ["scope=right+right"]}; access: further lines
  // of [access].
  static async make({ issuers, clients, aliases = {}, access = '' }) {
    const world = new World();
    Object.assign(world, { issuers, aliases, access, folder: makeFolder() });
    world.data = path.join(world.folder, 'data');
    const population = grunndata(
      ['generate', 'folkeregisteret', '--persons', String(persons), '--seed', '7']).out;
    world.subjects = population.split('\n').filter((line) => line !== '').map((line) => {
      const rows = JSON.parse(line).identifikasjonsnummer;
      return (rows.find((row) => row.status === 'iBruk') ?? rows[0]).foedselsEllerDNummer;
    });
    grunndata(['import', 'folkeregisteret', '--data', world.data, '-'], { input: population });
    world.register(clients);
    world.port = await freePort();
    if (process.env.ACCESS_FRONT === 'nginx') {
      world.front = await Front.start(world.port);
      Object.assign(world, { base: world.front.url, ca: world.front.ca });
    } else {
      world.base = `http://localhost:${world.port}`;
    }
    await world.start();
    return world;
  }

  register(clients) {
    grunndata(['client', 'import', '--data', this.data, '-'],
      { input: clients.map(clientTable).join('') });
  }

  get configuration() {
    return `[access]\nmode = "tokens"\npublic_url = ${quoted(this.base)}\n${this.access}\n` +
      this.issuers.map((issuer) => issuerSection(issuer, this.aliases[issuer.name])).join('');
  }

  async start() {
    const file = path.join(this.folder, 'grunndata.toml');
    fs.writeFileSync(file, this.configuration, { mode: 0o600 });
    const { data, port } = this;
    this.service = await Service.start({ data, port, args: ['--config', file] });
  }

  async restart() {
    await this.service.stop();
    await this.start();
  }

  async stop() {
    const status = await this.service.stop();
    await this.front?.stop();
    fs.rmSync(this.folder, { recursive: true, force: true });
    return status;
  }

  // A request with a token, as `credentials` of request.mjs tells; json or form make the body.
  async ask(granted, method, target, options = {}) {
    const url = this.base + target;
    const { json, form, headers = {}, ...rest } = options;
    const body = json !== undefined ? JSON.stringify(json)
      : form && new URLSearchParams(form).toString();
    const type = json !== undefined ? 'application/json' : 'application/x-www-form-urlencoded';
    return send(url, {
      method, body, ca: this.ca, fresh: rest.fresh,
      headers: { ...(body !== undefined && { 'Content-Type': type }),
        ...(await credentials(granted, method, url, rest)), ...headers },
    });
  }

  // POST /v1/person/lookup of the n-th person.
  lookUp(granted, { person = 0, parts = ['Name'], ...options } = {}) {
    return this.ask(granted, 'POST', '/v1/person/lookup',
      { json: { identifiers: [this.subjects[person]], parts }, ...options });
  }

  // The same under /api, with or without legal basis.
  byNin(granted, { person = 0, parts = ['Name'], basis = 'legal-basis', ...options } = {}) {
    return this.ask(granted, 'POST',
      `/api/${basis}/person/get-by-nin?informationParts=${parts.join(',')}`,
      { form: { nin: this.subjects[person] }, headers: { 'api-version': '2' }, ...options });
  }
}
