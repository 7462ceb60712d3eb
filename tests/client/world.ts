// The server that all tests ask, and clients generated from the contract and from our own document.
// Every answer is validated against both.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import createClient from 'openapi-fetch';
import type { paths as Grunndata } from './grunndata.js';
import type { components, paths as Persontjenesten } from './persontjenesten.js';
import { Contract } from './schema.js';
import { start, type Running } from './server.js';

const program = process.env['TEST_PROGRAM']!;
export const root = process.env['TEST_ROOT']!;
export const ours = new Contract(`${root}/api/openapi.yaml`);
export const theirs = new Contract(`${root}/api/contracts/persontjenesten-v2.yaml`);
export type Part = components['schemas']['InformationPart'];
export type EventType = components['schemas']['EventType'];
export const allParts: Part[] = theirs.document.components.schemas.InformationPart.enum;
export const version = { header: { 'api-version': '2' } } as const;

export let server: Running;
export let client: ReturnType<typeof createClient<Persontjenesten>>;
export let own: ReturnType<typeof createClient<Grunndata>>;

/** fetch, and every answer against the documents that describe it. */
async function checkedFetch(request: Request): Promise<Response> {
  const response = await fetch(request);
  const path = new URL(request.url).pathname;
  const text = await response.clone().text();
  const type = (response.headers.get('content-type') ?? '').split(';')[0]!;
  ours.check(request.method, path, response.status, type, text);
  if (path.startsWith('/api/')) {
    theirs.check(request.method, path, response.status, type, text);
  }
  assert.ok(response.headers.get('x-request-id'), 'X-Request-Id');
  if (path.startsWith('/api/') || path.startsWith('/v1/')) {
    assert.match(response.headers.get('grunndata-source-age') ?? '', /^\d+$/);
  }
  return response;
}

/** Some samples are two documents of one person. */
export function personCount(): number {
  return new Set(server.subjects.map((subject) => subject.number)).size;
}

export function ask(path: string, options: RequestInit = {}): Promise<Response> {
  return checkedFetch(new Request(server.url + path, options));
}

/** /v1 shows a person as the contract does, plus `derivedValidTo`. */
export function checkV1Person(person: any): void {
  const plain = JSON.parse(JSON.stringify(person, (key, value) =>
    key === 'derivedValidTo' ? undefined : value));
  theirs.checkSchema('Person', plain);
}

export const formBody = {
  headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  bodySerializer: (body: Record<string, string | string[]> | undefined) => {
    const form = new URLSearchParams();
    for (const [name, value] of Object.entries(body ?? {})) {
      for (const item of [value].flat()) form.append(name, item);
    }
    return form;
  },
};

before(async () => {
  server = await start(program, `${root}/tests/data/folkeregisteret`,
    `${root}/tests/data/virksomhet`);
  client = createClient<Persontjenesten>({ baseUrl: server.url, fetch: checkedFetch });
  own = createClient<Grunndata>({ baseUrl: server.url, fetch: checkedFetch });
});

after(async () => {
  assert.equal(await server?.stop(), 0, 'SIGTERM ends the server in order');
});
