// The enterprise structure, code lists, and what stewards decide.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { components as Parts } from './grunndata.js';
import { ask, own, root, server } from './world.js';

test('code lists are told with their codes and versions', async () => {
  const { data: lists } = await own.GET('/v1/kodeverk');
  assert.ok(lists!.kodeverk.some((list) => list.number === '9060' && list.complete));
  const number = { params: { path: { number: '9060' } } };
  const { data: list, response } = await own.GET('/v1/kodeverk/{number}', number);
  assert.equal(list!.codes.length, list!.codeCount);
  assert.ok(list!.versions.length > 0);
  const same = await ask('/v1/kodeverk/9060',
    { headers: { 'if-none-match': response.headers.get('etag')! } });
  assert.equal(same.status, 304);
  const { data: code } = await own.GET('/v1/kodeverk/{number}/{code}',
    { params: { path: { number: '9060', code: 'LE' }, query: { asOf: '2026-01-01' } } });
  assert.equal(code!.text, 'Lege');
  assert.equal(code!.valid, true);
});

type Tree = Parts['schemas']['NodeTree']; // one of the forms that the operation answers in
const inSpring = { asOf: '2026-03-01' } as const;

test('a ward is found by its RESH-id, with its numbers elsewhere and what it hangs under', async () => {
  const ward = { path: { node: 'RSH:4990050' }, query: inSpring };
  const { data: node, response } = await own.GET('/v1/virksomhet/{node}', { params: ward });
  assert.equal(node!.name, 'Hjerteovervåkingen');
  assert.equal(node!.type, 'RESH_ENHET');
  assert.ok(node!.parts['name']!.length > 0);
  const same = await ask('/v1/virksomhet/RSH:4990050?asOf=2026-03-01',
    { headers: { 'if-none-match': response.headers.get('etag')! } });
  assert.equal(same.status, 304);
  const { data: by } = await own.GET('/v1/virksomhet/{node}',
    { params: { path: { node: node!.id }, query: inSpring } });
  assert.deepEqual(by, node);
  const { data: crossed } = await own.GET('/v1/virksomhet/{node}/numbers',
    { params: { path: ward.path, query: { ...inSpring, to: 'ENH' } } });
  assert.deepEqual(crossed!.numbers.map(({ number, way }) => [number, way]),
    [['310000280', 'TILHORER']]);
  const { data: above } = await own.GET('/v1/virksomhet/{node}/ancestors', { params: ward });
  assert.deepEqual(above!.ancestors.map((one) => one.number),
    ['4990040', '4990030', '4990020', '4990010', '4990001']);
  const { data: root } = await own.GET('/v1/virksomhet/{node}/legal-root', { params: ward });
  assert.equal(root!.legalRoot.number, '310000140');
  assert.equal(root!.isLegalEntity, true);
  const { data: way } = await own.GET('/v1/virksomhet/{node}/path',
    { params: { path: ward.path, query: { ...inSpring, to: 'RSH:4990041' } } });
  assert.deepEqual(way!.steps.map((step) => step.direction), ['START', 'UP', 'UP', 'DOWN']);
});

test('a tree is told in pages and in forms, as of two days across a merger', async () => {
  const path = { node: '310000078' };
  const numbers: string[] = [];
  let cursor: string | undefined;
  do {
    const { data } = await own.GET('/v1/virksomhet/{node}/subtree',
      { params: { path, query: { ...(cursor === undefined ? inSpring : { cursor }), limit: 2 } } });
    numbers.push(...data!.nodes.map((node) => node.number));
    cursor = data!.nextCursor;
  } while (cursor !== undefined);
  const { data: tree } = await own.GET('/v1/virksomhet/{node}/tree',
    { params: { path, query: inSpring } });
  const numbersIn = (answer: unknown) => (answer as Tree).nodes.map((node) => node.number);
  assert.deepEqual(numbersIn(tree), ['310000078', ...numbers]);
  assert.ok(!numbers.includes('310000213'));
  const { data: before } = await own.GET('/v1/virksomhet/{node}/tree',
    { params: { path, query: { asOf: '2022-06-01', format: 'json' } } });
  assert.ok(numbersIn(before).includes('310000213'));
  for (const [accept, begin] of [['image/svg+xml', '<svg '], ['text/plain', 'ENH:310000078'],
    ['text/vnd.graphviz', 'digraph ']] as const) {
    const drawn = await ask('/v1/virksomhet/310000078/tree', { headers: { accept } });
    assert.ok((await drawn.text()).startsWith(begin));
  }
  const { data: changed } = await own.GET('/v1/virksomhet/{node}/diff',
    { params: { path: { node: '310000426' }, query: { from: '2022-06-01', to: '2026-03-01' } } });
  assert.deepEqual(changed!.relations.gone.map((node) => node.number), ['310000213']);
  assert.deepEqual(changed!.relations.come.map((node) => node.number), ['310000140']);
  const merged = { path: { node: '310000213' } };
  const { data: followed } = await own.GET('/v1/virksomhet/{node}/successors',
    { params: { ...merged, query: { transitive: true } } });
  assert.deepEqual(followed!.successors.map((node) => node.number), ['310000140']);
  assert.equal(followed!.isComplete, true);
  const { data: happened } = await own.GET('/v1/virksomhet/{node}/events', { params: merged });
  assert.ok(happened!.events.some((event) => event.type === 'FUSJON'));
});

test('nodes are looked up in bulk, and what tells of natural persons is noted', async () => {
  const from = new Date().toISOString();
  const { data } = await own.POST('/v1/virksomhet/lookup', { body: { identifiers: [
    { system: 'RSH', number: '4990050' }, { system: 'HER', number: '8990001' },
    { system: 'ENH', number: '310000141' }, { system: 'RSH', number: '1' },
    { system: 'ENH', number: '310001333' }], personal: true } });
  assert.deepEqual(data!.results.map((result) => result.status),
    ['found', 'found', 'invalid', 'notFound', 'found']);
  const practice = data!.results[4]!.node!;
  assert.equal(practice.nameIsWithheld, true);
  assert.ok(practice.name, 'with legal basis, and asked for');
  const { data: plain } = await own.GET('/v1/virksomhet/{node}',
    { params: { path: { node: '310001333' } } });
  assert.equal(plain!.name, undefined);
  const { data: looked } = await own.GET('/v1/audit/records',
    { params: { query: { act: 'read', from, limit: 1000 } } });
  const operations = looked!.records.map((record: any) => record.operation);
  assert.equal(operations.filter((operation) => operation === 'lookUpNodes').length, 1);
});

test('units are searched by words, once the server has read them', async () => {
  const body = { text: 'sjukehus sorvik', asOf: '2022-06-01', life: 'open' as const };
  const until = Date.now() + 120_000;
  let found = await own.POST('/v1/virksomhet/search', { body });
  while (found.response.status === 503 && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    found = await own.POST('/v1/virksomhet/search', { body });
  }
  assert.ok(found.data!.hits.some((hit) => hit.node.number === '310000213'));
  const { data: paged } = await own.POST('/v1/virksomhet/search',
    { body: { ...body, text: 'sykehus', limit: 1 } });
  const { data: rest } = await own.POST('/v1/virksomhet/search',
    { body: { ...body, text: 'sykehus', limit: 1, cursor: paged!.nextCursor! } });
  assert.notEqual(rest!.hits[0]!.node.id, paged!.hits[0]!.node.id);
});

test('health personnel are asked about in bodies, with where they work', async () => {
  const { data: units } = await own.POST('/v1/virksomhet/lowest-unit',
    { body: { hpr: '999000001', ...inSpring } });
  assert.equal(units!.outcome, 'ONE');
  const unit = units!.units[0]!;
  assert.deepEqual([unit.legalEntity.number, unit.pointOfCare.number], ['310001198', '310001260']);
  const { data: works } = await own.POST('/v1/virksomhet/affiliations',
    { body: { hpr: '999000001', ...inSpring } });
  assert.equal(works!.affiliations.length, 1);
  const { data: claim } = await own.POST('/v1/virksomhet/confirm', { body: {
    hpr: '999000001', legalEntity: '310001198', pointOfCare: '310001260', ...inSpring } });
  assert.deepEqual(claim!.facts.map((fact) => [fact.fact, fact.verdict]),
    ['legalEntity', 'pointOfCare', 'affiliation'].map((fact) => [fact, 'BEKREFTET']));
  const { data: there } = await own.GET('/v1/virksomhet/{node}/personnel',
    { params: { path: { node: '310001198' }, query: { ...inSpring, subtree: true } } });
  assert.ok(there!.personnel.some((person) => person.number === '999000001'));
  const inUrl = await ask('/v1/virksomhet/HPR:999000001');
  assert.equal(inUrl.status, 400);
});

/** As somebody does who carries out an instruction once. */
function tell(path: string, key: string, body: object): Promise<Response> {
  return ask(`/v1/virksomhet/${path}`, {
    method: 'POST', body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', 'idempotency-key': key } });
}

test('stewards state relations, and what they decide on is told', async () => {
  const { data: authority } = await own.GET('/v1/virksomhet/authority');
  assert.deepEqual(authority!.fields.find((field) => field.field === 'legalName')!.sources,
    ['enhetsregisteret']);
  const ownership = { type: 'EIERSKAP', from: '310000639', to: '310001473',
    validFrom: '2020-01-01', reason: 'the deed' };
  const stated = await tell('relations', 'steward-1', ownership);
  assert.equal(stated.status, 201);
  const relation = await stated.json();
  assert.equal(relation.validFrom, '2020-01-01');
  const again = await tell('relations', 'steward-1', ownership);
  assert.equal(again.headers.get('idempotency-replayed'), 'true');
  assert.equal((await again.json()).relation, relation.relation);
  const of = `310001473/relations/${relation.relation}`;
  for (const [change, body] of [['correct', { validFrom: '2021-01-01', reason: 'read again' }],
    ['end', { validTo: '2024-01-01', reason: 'sold' }], ['withdraw', { reason: 'no' }]] as const) {
    assert.equal((await tell(`${of}/${change}`, `steward-${change}`, body)).status, 200);
  }
  const node = { params: { path: { node: '310001473' } } };
  const { data: left } = await own.GET('/v1/virksomhet/{node}/relations', node);
  assert.deepEqual(left!.relations, []);
  const { data: joined } = await own.GET('/v1/virksomhet/{node}/joined', node);
  assert.equal(joined!.nodes.length, 1);
  const circle = await tell('relations', 'steward-2', { type: 'EIERSKAP', from: '310000140',
    to: '310000078', reason: 'upside down' });
  assert.equal(circle.status, 422);
  assert.match((await circle.json()).detail, /^rule 2:/);
  const nobody = '0'.repeat(32);
  assert.equal((await tell(`suggestions/${nobody}/approve`, 's3', { reason: 'so' })).status, 404);
  assert.equal((await tell(`suggestions/${nobody}/reject`, 's4', { reason: 'so' })).status, 404);
  assert.equal((await tell(`conflicts/${nobody}/accept`, 's5', { reason: 'so' })).status, 404);
  assert.equal((await tell(`conflicts/${nobody}/reopen`, 's6', { reason: 'so' })).status, 404);
  assert.equal((await ask(`/v1/virksomhet/conflicts/${nobody}`)).status, 404);
  assert.equal((await ask('/v1/virksomhet/conflicts?state=x')).status, 400);
});

test('a suggestion is approved or rejected once, and only an approval makes a relation', async () => {
  const { data } = await own.GET('/v1/virksomhet/suggestions',
    { params: { query: { state: 'open', limit: 2 } } });
  const [first, second] = data!.suggestions;
  assert.ok(first && second && data!.after);
  const approved = await tell(`suggestions/${first.id}/approve`, 'approve-1',
    { reason: 'the same', validFrom: '2008-01-01' });
  assert.equal(approved.status, 200);
  const told = await approved.json();
  assert.equal(told.state, 'approved');
  const { data: of } = await own.GET('/v1/virksomhet/{node}/relations',
    { params: { path: { node: first.lower.id } } });
  assert.deepEqual(of!.relations.map((row) => row.relation), [told.relation]);
  const rejected = await tell(`suggestions/${second.id}/reject`, 'reject-1', { reason: 'others' });
  assert.equal((await rejected.json()).state, 'rejected');
  for (const how of ['approve', 'reject']) {
    const late = await tell(`suggestions/${second.id}/${how}`, `late-${how}`, { reason: 'late' });
    assert.equal(late.status, 409);
  }
  const { data: left } = await own.GET('/v1/virksomhet/suggestions',
    { params: { query: { state: 'open' } } });
  for (const one of left!.suggestions) assert.ok(![first.id, second.id].includes(one.id));
});

test('a conflict is told with what each source says, accepted, and opened again', async () => {
  const query = { params: { query: { state: 'OPEN' as const } } };
  const { data: open } = await own.GET('/v1/virksomhet/conflicts', query);
  const { id } = open!.conflicts.find((one) => one.field === 'displayName')!;
  const params = { params: { path: { id } } };
  const { data: one } = await own.GET('/v1/virksomhet/conflicts/{id}', params);
  assert.ok(one!.values.length >= 2);
  const accepted = await tell(`conflicts/${id}/accept`, 'accept-1', { reason: 'both are in use' });
  assert.equal(accepted.status, 200);
  assert.equal((await accepted.json()).state, 'AKSEPTERT');
  assert.equal((await tell(`conflicts/${id}/accept`, 'accept-2', { reason: 'so' })).status, 409);
  const reopened = await tell(`conflicts/${id}/reopen`, 'reopen-1', { reason: 'one is not' });
  assert.equal((await reopened.json()).state, 'OPEN');
  const { data: after } = await own.GET('/v1/virksomhet/conflicts/{id}', params);
  assert.deepEqual(after!.steps.map((step) => step.state), ['OPEN', 'AKSEPTERT', 'OPEN']);
});
