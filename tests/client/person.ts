// Persons under /v1: look-ups, both axes, the log, exports.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Subject } from './server.js';
import { allParts, ask, checkV1Person, own, personCount, server } from './world.js';

test('1,000 look-ups of any kind, each with its own result', async () => {
  const values = server.subjects.map((subject: Subject) => subject.number);
  const identifiers: (string | { value: string; type?: 'FNR' | 'HNR' })[] = [...values];
  identifiers.push('1', { value: values[0]!, type: 'FNR' }, { value: values[0]!, type: 'HNR' });
  while (identifiers.length < 1000) identifiers.push(values[identifiers.length % values.length]!);
  const { data, response } = await own.POST('/v1/person/lookup', {
    body: { identifiers, parts: ['Name', 'Gender'], history: true },
  });
  assert.equal(response.status, 200);
  const results = data!.results;
  assert.deepEqual(results.map((result) => result.index), identifiers.map((_, index) => index));
  results.slice(0, values.length).forEach((result) => {
    assert.equal(result.status, 'found');
    checkV1Person(result.person);
  });
  assert.deepEqual(results[values.length], { index: values.length, status: 'invalid',
    reason: 'length' });
  assert.equal(results[values.length + 1]!.status, 'found');
  assert.equal(results[values.length + 2]!.status, 'invalid');
  const text = JSON.stringify(results.map(({ person, ...rest }) => rest));
  for (const value of values) assert.ok(!text.includes(value));
});

test('a person on both axes, unchanged by ETag, also by HEAD', async () => {
  const found = await own.POST('/v1/person/lookup', {
    body: { identifiers: server.subjects.slice(-14).map((subject) => subject.number),
      parts: ['Name'] },
  });
  for (const result of found.data!.results) {
    const id = result.person!.id;
    const query = { parts: allParts, history: true };
    const { data, response } = await own.GET('/v1/person/{id}', {
      params: { path: { id }, query },
    });
    checkV1Person(data);
    const etag = response.headers.get('etag')!;
    const target = `/v1/person/${id}?parts=${allParts.join(',')}&history=true`;
    const same = await ask(target, { headers: { 'if-none-match': etag } });
    assert.equal(same.status, 304);
    assert.equal(await same.text(), '');
    const head = await ask(target, { method: 'HEAD' });
    assert.equal(head.headers.get('etag'), etag);
    assert.equal(await head.text(), '');
    const then = await own.GET('/v1/person/{id}', {
      params: { path: { id }, query: { parts: allParts, asOf: '2020-06-01' } },
    });
    checkV1Person(then.data);
    const known = await own.GET('/v1/person/{id}', {
      params: { path: { id },
        query: { parts: ['Name'], recordedAsOf: String(data!.sequenceNumber) } },
    });
    assert.equal(known.response.status, 200);
  }
});

test('the log by cursor ends at the tip', async () => {
  let cursor: string | undefined;
  let seen = 0;
  while (true) {
    const { data } = await own.GET('/v1/events', {
      params: { query: { limit: 1000, ...(cursor ? { after: cursor } : {}) } },
    });
    seen += data!.events.length;
    cursor = data!.nextCursor;
    if (!data!.more) break;
  }
  assert.ok(seen >= personCount());
  const latest = await own.GET('/v1/events/latest');
  assert.equal(latest.data!.nextCursor, cursor);
  const tip = await own.GET('/v1/events', { params: { query: { after: cursor! } } });
  assert.deepEqual(tip.data!.events, []);
});

test('everybody in one stream, with the cursor to go on from, packed or not', async () => {
  const texts: string[] = [];
  for (const compression of ['none', 'gzip', undefined]) {
    const query = 'entity=person&parts=Name,Status' +
      (compression ? `&compression=${compression}` : '');
    const response = await ask(`/v1/export?${query}`);
    assert.equal(response.status, 200);
    texts.push(await response.text());
  }
  assert.equal(texts[0], texts[1]);
  assert.equal(texts[0], texts[2]);
  const lines = texts[0]!.trimEnd().split('\n').map((line) => JSON.parse(line));
  assert.equal(lines.at(0).export, 'begin');
  assert.equal(lines.at(-1).export, 'end');
  const persons = lines.filter((line) => line.id && !line.export);
  assert.equal(persons.length, lines.at(-1).persons);
  const { data } = await own.GET('/v1/person/{id}', {
    params: { path: { id: persons[0].id }, query: { parts: ['Name', 'Status'] } },
  });
  assert.deepEqual(data, persons[0]);
  const after = lines.at(-1).nextCursor;
  const tip = await own.GET('/v1/events', { params: { query: { after } } });
  assert.deepEqual(tip.data!.events, []);
  const refused = await ask('/v1/export?entity=organisation&parts=Name');
  assert.equal(refused.status, 400);
  assert.equal((await ask('/v1/export?entity=person&parts=Name', { method: 'HEAD' })).status, 200);
});

test('identifiers are checked without being looked up', async () => {
  const { data } = await own.POST('/v1/identifier/check', {
    body: { identifiers: [server.subjects[0]!.number, 'x'] },
  });
  assert.deepEqual(data!.results.map((result) => result.valid), [true, false]);
});
