// The contract of Persontjenesten: its documents, persons, the log, refusals.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allParts, ask, client, formBody, ours, personCount, server, theirs, version,
  type EventType, type Part } from './world.js';

test('our document repeats the schemas and paths of the contract unchanged', () => {
  const contract = theirs.document;
  const described = ours.document;
  for (const [path, item] of Object.entries<any>(contract.paths)) {
    if (path.includes('/search/')) continue;
    for (const [method, operation] of Object.entries<any>(item)) {
      const mine = described.paths[path]?.[method];
      assert.ok(mine, path);
      assert.deepEqual(mine.parameters, operation.parameters, path);
      assert.deepEqual(mine.requestBody, operation.requestBody, path);
      const { default: _, ...responses } = mine.responses;
      assert.deepEqual(responses, operation.responses, path);
    }
  }
  let shared = 0;
  for (const [name, schema] of Object.entries(contract.components.schemas)) {
    if (!(name in described.components.schemas)) continue;
    assert.deepEqual(described.components.schemas[name], schema, name);
    ++shared;
  }
  assert.ok(shared > 100);
});

const bases = ['legal-basis', 'no-legal-basis'] as const;

for (const basis of bases) {
  test(`every person answers with all parts and history, ${basis}`, async () => {
    for (const subject of server.subjects) {
      const { data, response } = await client.POST(`/api/${basis}/person/get-by-nin`, {
        params: { ...version, query: { informationParts: allParts, includeHistory: true } },
        body: { nin: subject.number }, ...formBody,
      });
      assert.equal(response.status, 200, `document of ${subject.document.navn?.[0]?.etternavn}`);
      assert.match(data!.id!, /^[0-9a-f]{32}$/);
      if (basis === 'no-legal-basis') assert.equal(data!.familyRelation, undefined);
    }
  });

  test(`persons by id and in bulk are the same as one by one, ${basis}`, async () => {
    const subjects = server.subjects.slice(0, 100);
    const params = { ...version, query: { informationParts: ['Name', 'Birth'] as Part[] } };
    const bulk = await client.POST(`/api/${basis}/person/bulk-by-nin`, {
      params, body: { nins: subjects.map((subject) => subject.number) }, ...formBody,
    });
    assert.equal(bulk.response.status, 200);
    const persons = bulk.data!;
    assert.equal(persons.length, subjects.length);
    const ids = persons.map((person) => person.id!);
    const again = await client.POST(`/api/${basis}/person/bulk-by-id`, {
      params, body: { personIds: ids }, ...formBody,
    });
    assert.deepEqual(again.data, persons);
    const one = await client.GET(`/api/${basis}/person/{id}`, {
      params: { ...params, path: { id: ids[0]! } },
    });
    assert.deepEqual(one.data, persons[0]);
  });

  test(`the log is read page by page, ${basis}`, async () => {
    const latest = await client.GET(`/api/${basis}/event/latest`, { params: version });
    const newest = Number(latest.data!.sequenceNumber);
    let from = 1;
    let seen = 0;
    while (true) {
      const { data } = await client.GET(`/api/${basis}/event`, {
        params: { ...version, query: { sequenceNumber: from } },
      });
      const results = data!.results!;
      if (results.length === 0) break;
      assert.equal(data!.endIndex! - data!.startIndex! + 1, results.length);
      seen += results.length;
      from = Number(results.at(-1)!.sequenceNumber) + 1;
    }
    assert.equal(from, newest + 1);
    assert.ok(seen >= personCount());
    const types: EventType[] = ['PersonIsCreated', 'PersonIsDeceased'];
    const { data } = await client.GET(`/api/${basis}/event`, {
      params: { ...version, query: { eventTypes: types } },
    });
    for (const event of data!.results!) assert.ok(types.includes(event.eventType as EventType));
  });

  test(`refusals are ProblemDetails as application/json, ${basis}`, async () => {
    const query = '?informationParts=Name';
    const path = `/api/${basis}/person`;
    const headers = { 'api-version': '2' };
    const post = (target: string, body: string) => ask(target, { method: 'POST', body,
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' } });
    assert.equal((await ask(`${path}/nobody${query}`, { headers })).status, 404);
    assert.equal((await ask(`${path}/nobody${query}`)).status, 400);
    assert.equal((await ask(`${path}/nobody`, { headers })).status, 400);
    assert.equal((await post(`${path}/get-by-nin${query}`, 'nin=202200000999')).status, 404);
    assert.equal((await post(`${path}/get-by-nin${query}`, 'nin=1')).status, 400);
    assert.equal((await post(`${path}/bulk-by-nin${query}`, 'nins=1')).status, 400);
    assert.equal((await post(`${path}/bulk-by-id${query}`, '')).status, 400);
    assert.equal((await ask(`/api/${basis}/event?sequenceNumber=0`, { headers })).status, 400);
    assert.equal((await ask(`/api/${basis}/event/latest`)).status, 400);
    const ahead = `/api/${basis}/event?sequenceNumber=999999999`;
    assert.equal((await ask(ahead, { headers })).status, 400);
  });
}

test('dates of a person are the same day in UTC and in Oslo', async () => {
  let dates = 0;
  for (const subject of server.subjects) {
    const born = subject.document.foedsel?.[0]?.foedselsdato;
    if (!born) continue;
    const { data } = await client.POST('/api/legal-basis/person/get-by-nin', {
      params: { ...version, query: { informationParts: ['Birth'] } },
      body: { nin: subject.number }, ...formBody,
    });
    const birthDate = data!.birth?.[0]?.birthDate;
    if (!birthDate) continue;
    assert.equal(birthDate, `${born}T00:00:00Z`);
    for (const timeZone of ['UTC', 'Europe/Oslo']) {
      const day = new Intl.DateTimeFormat('sv', { timeZone }).format(new Date(birthDate));
      assert.equal(day, born);
    }
    ++dates;
  }
  assert.ok(dates > 50);
});
