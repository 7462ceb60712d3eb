// What all of /v1 has in common, and the pages of operation.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, server, version } from './world.js';

test('v1 is strict, and tells why as problem+json', async () => {
  const json = { 'content-type': 'application/json' };
  const post = (path: string, body: string, headers: Record<string, string> = json) =>
    ask(path, { method: 'POST', body, headers });
  const refused: [Promise<Response>, number, string][] = [
    [ask('/v1/person/x'), 400, 'parts_required'],
    [ask('/v1/person/x?parts=Name'), 404, 'person_not_found'],
    [ask('/v1/person/x?parts=Name&x=1'), 400, 'parameter_unknown'],
    [ask('/v1/events?after=x'), 400, 'cursor_invalid'],
    [ask('/v1/events?limit=0'), 400, 'parameter_invalid'],
    [ask('/v1/events/latest?x=1'), 400, 'parameter_unknown'],
    [post('/v1/person/lookup', '{'), 400, 'json_invalid'],
    [post('/v1/person/lookup', '{}'), 400, 'identifier_required'],
    [post('/v1/person/lookup', '{}', { 'content-type': 'text/plain' }), 415, 'json_required'],
    [post('/v1/person/lookup', ' '.repeat(600_000)), 413, 'body_too_large'],
    [post('/v1/identifier/check', '{"identifiers":[]}'), 400, 'identifier_required'],
    [ask('/v1/kodeverk?x=1'), 400, 'parameter_unknown'],
    [ask('/v1/kodeverk/1?asOf=soon'), 400, 'parameter_invalid'],
    [ask('/v1/kodeverk/1'), 404, 'kodeverk_not_found'],
    [ask('/v1/kodeverk/9060/le'), 404, 'code_not_found'],
    [ask('/v1/virksomhet/310000141'), 400, 'identifier_malformed'],
    [ask('/v1/virksomhet/RSH:1'), 404, 'node_not_found'],
    [ask('/v1/virksomhet/310000140?x=1'), 400, 'parameter_unknown'],
    [ask('/v1/virksomhet/310000140/tree?format=pdf'), 400, 'parameter_invalid'],
    [ask('/docs/nothing'), 404, 'route_not_found'],
    [ask('/problems/nothing'), 404, 'route_not_found'],
  ];
  for (const [pending, status, code] of refused) {
    const response = await pending;
    const problem = await response.json() as { code: string };
    assert.equal(response.status, status, code);
    assert.equal(problem.code, code);
  }
});

test('operations answer', async () => {
  for (const path of ['/', '/docs', '/docs/viewer.js', '/docs/viewer.css', '/docs/js-yaml.min.js',
    '/openapi.yaml', '/livez', '/readyz?verbose', '/metrics', '/version',
    '/problems/person_not_found']) {
    assert.equal((await ask(path)).status, 200, path);
    assert.equal((await ask(path, { method: 'HEAD' })).status, 200, path);
  }
  const metrics = await (await ask('/metrics')).text();
  assert.match(metrics, /grunndata_http_request_seconds_bucket\{route="getPerson",class="2xx"/);
  for (const subject of server.subjects) assert.ok(!metrics.includes(subject.number));
});
