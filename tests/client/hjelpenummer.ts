// Hjelpenumre: issued, candidates for them, in blocks, linked.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, checkV1Person, own, server } from './world.js';

test('a hjelpenummer is issued once for its key, told more, ended and erased', async () => {
  const organisation = '974760673';
  const header = (key: string) => ({ params: { header: { 'Idempotency-Key': key } } });
  const body = { organisation, reason: 'ukjent pasient', givenName: 'Ola', birthDate: '1980' };
  const issued = await own.POST('/v1/hjelpenummer', { ...header('a-1'), body });
  assert.equal(issued.response.status, 201);
  const again = await own.POST('/v1/hjelpenummer', { ...header('a-1'), body });
  assert.equal(again.response.headers.get('idempotency-replayed'), 'true');
  assert.deepEqual(again.data, issued.data);
  const reused = await own.POST('/v1/hjelpenummer',
    { ...header('a-1'), body: { ...body, count: 2 } });
  assert.equal(reused.response.status, 422);
  const two = await own.POST('/v1/hjelpenummer', { ...header('a-2'), body: { ...body, count: 2 } });
  const [first, second] = two.data!.numbers;
  assert.notEqual(first!.number, second!.number);

  const number = issued.data!.numbers[0]!.number;
  const updated = await own.POST('/v1/hjelpenummer/update', { body: { number, familyName: 'Vik' } });
  assert.deepEqual(updated.data!.facts,
    { givenName: 'Ola', familyName: 'Vik', birthDate: '1980' });
  const shown = await own.POST('/v1/hjelpenummer/show', { body: { number } });
  assert.equal(shown.data!.items!.length, 2);
  const { data: found } = await own.POST('/v1/person/lookup',
    { body: { identifiers: [number], parts: ['Name'] } });
  assert.equal(found!.results[0]!.status, 'found');

  const dead = await own.POST('/v1/hjelpenummer/dead',
    { body: { number: second!.number, reason: 'aldri identifisert' } });
  assert.equal(dead.data!.state, 'dead');
  const cancelled = await own.POST('/v1/hjelpenummer/cancel',
    { body: { number: first!.number, reason: 'feil', class: 'issued-by-mistake' } });
  assert.equal(cancelled.data!.state, 'cancelled');
  const { data: gone } = await own.POST('/v1/person/lookup',
    { body: { identifiers: [first!.number], parts: ['Name'] } });
  assert.equal(gone!.results[0]!.status, 'gone');
  const erased = await own.POST('/v1/hjelpenummer/erase', { body: { number } });
  assert.deepEqual(erased.data!.facts, {});

  const local = await own.POST('/v1/hjelpenummer/local',
    { body: { number: 'H-17', assigner: organisation, organisation, reason: 'eget system' } });
  assert.equal(local.response.status, 201);
  const open = await own.POST('/v1/hjelpenummer/outstanding',
    { body: { organisation, days: 0, limit: 1 } });
  assert.equal(open.data!.numbers.length, 1);
  const { data: figures } = await own.GET('/v1/hjelpenummer/figures', {});
  assert.equal(figures!.issuing, 'open');
  assert.equal(figures!.organisations[0]!.cancelled, 1);
});

test('who could be the same human is told with reasons, by the facts that are known', async () => {
  const subject = server.subjects.find(({ document }) =>
    document.navn?.[0]?.fornavn && document.foedsel?.[0]?.foedselsdato)!;
  const { fornavn: givenName, etternavn: familyName } = subject.document.navn[0];
  const birthDate: string = subject.document.foedsel[0].foedselsdato;
  const asked = { givenName, familyName, birthDate };
  const { data: found } = await own.POST('/v1/hjelpenummer/candidates',
    { body: { ...asked, parts: ['Name', 'Birth'] } });
  assert.ok(found!.candidates.length > 0);
  for (const candidate of found!.candidates) {
    assert.equal((candidate.person as { id?: string }).id, candidate.id);
    checkV1Person(candidate.person);
  }
  const organisation = '974760673';
  const number = await own.POST('/v1/hjelpenummer', {
    params: { header: { 'Idempotency-Key': 'candidate-1' } },
    body: { organisation, reason: 'ukjent pasient', ...asked, placeFound: 'Oslo S' },
  });
  const { data: again } = await own.POST('/v1/hjelpenummer/candidates',
    { body: { ...asked, placeFound: 'oslo s', limit: 5 } });
  const issued = again!.candidates.filter((one) => one.hjelpenummer);
  assert.deepEqual(issued.map((one) => one.hjelpenummer!.number),
    [number.data!.numbers[0]!.number]);
  assert.ok(issued[0]!.reasons.some((one) => one.fact === 'placeFound'));
  const refused = await own.POST('/v1/hjelpenummer/candidates', { body: { givenName } });
  assert.equal(refused.response.status, 400);
  assert.equal((refused.error as { code?: string }).code, 'facts_too_few');
});

test('a block is reserved, printed and reported, twice if need be', async () => {
  const organisation = '974760673';
  const header = (key: string) => ({ 'Idempotency-Key': key });
  const expires = new Date(Date.now() + 30 * 24 * 3600 * 1000).toISOString();
  const reserved = await own.POST('/v1/hjelpenummer/block', { params: { header: header('b-1') },
    body: { organisation, label: 'Akuttmottak', count: 3, expires } });
  assert.equal(reserved.response.status, 201);
  const block = reserved.data!;
  assert.equal(new Set(block.numbers).size, 3);
  assert.deepEqual(block.figures, { unused: 3, used: 0, burnt: 0, cancelled: 0 });
  const { data: list } = await own.GET('/v1/hjelpenummer/block',
    { params: { query: { organisation, limit: 10 } } });
  assert.deepEqual(list!.blocks.map((one) => one.id), [block.id]);

  const path = `/v1/hjelpenummer/block/${block.id}`;
  const note = await (await ask(path, { headers: { Accept: 'text/plain' } })).text();
  assert.ok(note.includes(`\n${block.numbers[2]}\n`));
  const sheet = await ask(path, { headers: { Accept: 'text/html' } });
  assert.match(sheet.headers.get('content-type')!, /^text\/html/);
  assert.equal((await sheet.text()).match(/<svg/g)!.length, 3);
  assert.equal((await ask(path, { headers: { Accept: 'application/pdf' } })).status, 406);

  const report = (key: string, used: { number: string; used: string; givenName?: string }[]) =>
    own.POST('/v1/hjelpenummer/block/{id}/report',
      { params: { path: { id: block.id }, header: header(key) }, body: { organisation, used } });
  const used = new Date().toISOString();
  const first = { number: block.numbers[1]!, used, givenName: 'Kari' };
  const told = await report('r-1', [first]);
  assert.equal(told.data!.numbers[0]!.result, 'in-use');
  const again = await report('r-2', [first, { ...first, givenName: 'Ola' }]);
  assert.deepEqual(again.data!.numbers.map((one) => one.result), ['known', 'conflict']);
  const settled = await own.POST('/v1/work/{id}/decide',
    { params: { path: { id: again.data!.numbers[1]!.work! } },
      body: { accepted: false, note: 'lest feil av arket' } });
  assert.equal(settled.data!.decision!.accepted, false);
  const { data: found } = await own.POST('/v1/person/lookup',
    { body: { identifiers: [first.number, block.numbers[0]!], parts: ['Name'] } });
  assert.deepEqual(found!.results.map((one) => one.status), ['found', 'gone']);
  const shown = await (await ask(path)).json() as { figures: unknown };
  assert.deepEqual(shown.figures, { unused: 2, used: 1, burnt: 0, cancelled: 0 });
});

test('a number is linked, explained and parted; two with numbers of their own wait', async () => {
  const organisation = '974760673';
  const header = (key: string) => ({ params: { header: { 'Idempotency-Key': key } } });
  const issue = async (key: string) => (await own.POST('/v1/hjelpenummer',
    { ...header(key), body: { organisation, reason: 'ukjent pasient' } })).data!.numbers[0]!;
  const loser = await issue('l-1');
  const survivor = await issue('l-2');
  const body = { loser: loser.number, survivor: { value: survivor.number, type: 'FHN' as const },
    reason: 'broren sier det', evidence: [{ type: 'relative' as const, value: 'bror' }] };
  const linked = await own.POST('/v1/hjelpenummer/link', { ...header('l-3'), body });
  assert.equal(linked.response.status, 201);
  const again = await own.POST('/v1/hjelpenummer/link', { ...header('l-3'), body });
  assert.equal(again.response.headers.get('idempotency-replayed'), 'true');
  assert.deepEqual(again.data, linked.data);
  const refused = await own.POST('/v1/hjelpenummer/link', { ...header('l-4'), body });
  assert.equal(refused.response.status, 409);
  const { data: found } = await own.POST('/v1/person/lookup',
    { body: { identifiers: [loser.number], parts: ['NorwegianIdentificationNumber'] } });
  assert.equal(found!.results[0]!.person!.id, survivor.id);

  const id = linked.data!.link.id;
  const { data: list } = await own.GET('/v1/person/{id}/links',
    { params: { path: { id: loser.id! } } });
  assert.equal(list!.links[0]!.steps![0]!.reason, 'broren sier det');
  assert.equal(list!.links[0]!.evidence![0]!.value, 'bror');
  const one = await own.GET('/v1/hjelpenummer/link/{id}', { params: { path: { id } } });
  assert.equal(one.data!.link.state, 'live');
  const parted = await own.POST('/v1/hjelpenummer/unlink',
    { ...header('l-5'), body: { link: id, reason: 'to mennesker' } });
  assert.equal(parted.data!.link.state, 'undone');

  let work: string | undefined;
  const numbers = [...new Set(server.subjects.map((subject) => subject.number))];
  for (let i = 1; i < numbers.length && work === undefined; ++i) {
    const proposed = await own.POST('/v1/hjelpenummer/link', { ...header(`l-6-${i}`),
      body: { loser: numbers[i]!, survivor: numbers[0]!, reason: 'samme menneske' } });
    if (proposed.response.status === 202) work = proposed.data!.work;
  }
  const { data: waiting } = await own.GET('/v1/work',
    { params: { query: { kind: 'link-proposed', limit: 10 } } });
  assert.deepEqual(waiting!.items.map((item) => item.id), [work]);
  const path = { params: { path: { id: work! } } };
  assert.equal((await own.GET('/v1/work/{id}', path)).data!.decision, undefined);
  const same = await own.POST('/v1/work/{id}/decide', { ...path,
    body: { accepted: true, note: 'vurdert' } });
  assert.equal(same.error!.code, 'same_person');
  const unknown = await own.POST('/v1/work/{id}/decide', { params: { path: { id: '777' } },
    body: { accepted: true, note: 'vurdert' } });
  assert.equal(unknown.response.status, 404);
});
