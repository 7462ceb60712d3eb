// What administrators do and see.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { own, server, type Part } from './world.js';

test('clients are registered, shown and revoked', async () => {
  const registration = {
    id: 'journal-1', name: 'Journal', organisation: '974760673', purpose: 'Treatment of patients',
    parts: ['Name', 'Status'] as Part[], expires: '2100-01-01', requestsPerMinute: 600,
  };
  const made = await own.POST('/v1/admin/clients', { body: registration });
  assert.equal(made.response.status, 201);
  assert.equal(made.data!.state, 'active');
  const again = await own.POST('/v1/admin/clients', { body: registration });
  assert.equal(again.response.status, 409);
  const { data: list } = await own.GET('/v1/admin/clients', { params: { query: { limit: 10 } } });
  assert.deepEqual(list!.clients.map((row) => row.id), ['journal-1']);
  const path = { params: { path: { id: 'journal-1' } } };
  assert.equal((await own.GET('/v1/admin/clients/{id}', path)).data!.requestsPerMinute, 600);
  assert.equal((await own.DELETE('/v1/admin/clients/{id}', path)).data!.state, 'revoked');
  assert.equal((await own.GET('/v1/admin/clients/{id}', path)).data!.state, 'revoked');
});

test('emergency access needs a user, which a demonstration has not', async () => {
  const opened = await own.POST('/v1/break-glass', { body: {
    personId: '0123456789abcdef0123456789abcdef', purpose: 'ETREAT',
    reason: 'Unconscious, next of kin unknown',
  } });
  assert.equal(opened.response.status, 403);
  const { data } = await own.GET('/v1/admin/break-glass', { params: { query: { queue: 'all' } } });
  assert.deepEqual(data!.grants, []);
  const reviewed = await own.POST('/v1/admin/break-glass/{id}/review',
    { params: { path: { id: '1' } }, body: { outcome: 'justified' } });
  assert.ok([403, 404].includes(reviewed.response.status));
});

test('who looked can be read, page by page, and reading it is logged', async () => {
  const { data: found } = await own.POST('/v1/person/lookup', {
    body: { identifiers: [server.subjects[0]!.number], parts: ['Name'] },
  });
  const id = (found!.results[0] as any).person.id as string;
  const path = { id };
  const { data: first } = await own.GET('/v1/audit/person/{id}',
    { params: { path, query: { limit: 1 } } });
  assert.equal(first!.view, 'all');
  assert.equal(first!.records.length, 1);
  const { data: rest } = await own.GET('/v1/audit/person/{id}',
    { params: { path, query: { limit: 1000, cursor: first!.nextCursor! } } });
  const acts = rest!.records.map((record: any) => record.act);
  assert.ok(acts.includes('read') && acts.includes('log_read'), acts.join());
  const { data: reads } = await own.GET('/v1/audit/records',
    { params: { query: { act: 'log_read', limit: 1000 } } });
  assert.ok(reads!.records.length >= 2);
  for (const subject of server.subjects) {
    assert.ok(!JSON.stringify(rest).includes(subject.number));
  }
});

test('what could not be taken is counted and listed, without what it holds', async () => {
  const { data: counts } = await own.GET('/v1/quarantine/counts');
  assert.deepEqual(counts!.counts, [{ source: 'resh', reason: 'structure', records: 2 }]);
  assert.equal(counts!.total, 2);
  const { data: first } = await own.GET('/v1/quarantine', { params: { query: { limit: 1 } } });
  assert.equal(first!.records.length, 1);
  assert.match(first!.records[0]!.message!, /rule 2/);
  const { data: rest } = await own.GET('/v1/quarantine',
    { params: { query: { source: 'resh', cursor: first!.nextCursor! } } });
  assert.equal(rest!.records.length, 1);
  assert.equal(rest!.nextCursor, undefined);
  const wrong = await own.GET('/v1/quarantine', { params: { query: { source: 'avisen' } } });
  assert.equal(wrong.response.status, 400);
});
