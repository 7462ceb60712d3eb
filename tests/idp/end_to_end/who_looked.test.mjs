// The audit log as callers meet it: who looked, shown to the person, to an organisation, and to
// administrators; and access opened in an emergency.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { purposeDetail } from '../client.mjs';
import { Issuer, grunndata } from './processes.mjs';
import { World, agreement } from './world.mjs';

const issuer = await Issuer.start('test');
const world = await World.make({
  issuers: [issuer],
  clients: [
    agreement('his-single'),
    agreement('his-reader', { legal_basis: false, parts: ['Name', 'Birth'],
      break_glass_parts: ['Name', 'FamilyRelation'] }),
    agreement('administrator', { parts: ['Name'] }),
    agreement('portal', { organisation: '994598759', legal_basis: false, parts: ['Name'] }),
  ],
});
const identity = 'helseid://claims/identity/';
const hpr = '9144900';
const doctorsNumber = '05898597468';
const [looked, unseen, emergency, killed] = [1, 2, 3, 4];
await issuer.test('POST', 'users', JSON.stringify({ looked: { name: 'Looked Upon',
  [`${identity}pid`]: world.subjects[looked], [`${identity}security_level`]: '4' } }));

after(async () => {
  const status = await world.stop();
  await issuer.stop();
  assert.equal(status, 0, 'the service ends in order');
});

const doctor = (id = 'his-single', options = {}) => issuer.token(id, { user: 'lege', ...options });
const administrator = () => issuer.token('administrator');
const found = (answer) => {
  assert.equal(answer.status, 200, answer.text);
  return answer.json.results[0].person;
};

async function logOf(id, token) {
  const answer = await world.ask(token, 'GET', `/v1/audit/person/${id}`);
  assert.equal(answer.status, 200, answer.text);
  return { ...answer.json, text: answer.text };
}

async function records(query) {
  const answer = await world.ask(await administrator(), 'GET', `/v1/audit/records?${query}`);
  assert.equal(answer.status, 200, answer.text);
  assert.ok(!world.subjects.some((number) => answer.text.includes(number)), 'a number in the log');
  return answer.json.records;
}

test('a person reads who looked, where and why, and never a number', async () => {
  const token = await doctor('his-single', { details: [purposeDetail('TREAT', 'decision-1')] });
  const { id } = found(await world.lookUp(token, { person: looked }));
  const own = await logOf(id, await issuer.token('portal', { user: 'looked' }));
  assert.equal(own.view, 'own');
  const line = own.records.find(({ practitioner }) => practitioner === 'Magnar Koman');
  assert.ok(line, own.text);
  assert.equal(line.act, 'look-up');
  assert.equal(line.role, 'health personnel');
  assert.equal(line.organisation, '874716782');
  assert.equal(line.purposeOfUse, 'TREAT');
  for (const secret of [hpr, doctorsNumber, world.subjects[looked], 'decision-1']) {
    assert.ok(!own.text.includes(secret), secret);
  }
});

test('administrators see all of it, an organisation what its own users did', async () => {
  const { id } = found(await world.lookUp(await doctor(), { person: unseen }));
  const all = await logOf(id, await administrator());
  assert.equal(all.view, 'all');
  const read = all.records.find(({ act }) => act === 'read');
  assert.equal(read.actor.userHpr, hpr);
  assert.equal(read.actor.clientId, 'his-single');
  assert.deepEqual(read.partsAsked, ['Name']);
  assert.ok(!all.text.includes(doctorsNumber) && !all.text.includes(world.subjects[unseen]));

  const others = await logOf(id, await issuer.token('portal', { user: 'looked' }));
  assert.equal(others.view, 'organisation');
  assert.deepEqual(others.records, [], 'nobody of that organisation has looked');
  const again = await logOf(id, await administrator());
  assert.equal(again.records.filter(({ act }) => act === 'log_read').length, 2, again.text);
});

test('the log is for those who have the right to it', async () => {
  for (const path of ['/v1/audit/records', '/v1/audit/person/x']) {
    const answer = await world.ask(await doctor(), 'GET', path);
    assert.equal(answer.json.code, 'scope_insufficient');
  }
});

test('misses and refusals are logged with who was refused, each once', async () => {
  const asked = ['act=miss&client=his-single', 'act=denied&client=stranger',
    'act=denied&client=his-single'];
  const before = await Promise.all(asked.map(records));
  const token = await doctor();
  const missed = await world.ask(token, 'POST', '/v1/person/lookup',
    { json: { identifiers: [doctorsNumber], parts: ['Name'] } });
  assert.equal(missed.json.results[0].status, 'notFound', missed.text);
  await world.lookUp(await issuer.token('stranger'));
  await world.lookUp(token, { parts: ['ParentalResponsibility'] });

  const [miss, stranger, beyond] = (await Promise.all(asked.map(records)))
    .map((after, index) => after.slice(before[index].length));
  assert.deepEqual([miss.length, stranger.length, beyond.length], [1, 1, 1]);
  assert.equal(stranger[0].outcome, 'client_unregistered');
  assert.equal(stranger[0].status, 403);
  assert.equal(beyond[0].outcome, 'parts_not_agreed');
  assert.deepEqual(beyond[0].partsAsked, ['ParentalResponsibility']);
  assert.equal(beyond[0].actor.userHpr, hpr);
});

test('the command line tells a person who looked, beside a running server', async () => {
  found(await world.lookUp(await doctor(), { person: looked }));
  const { out } = grunndata(
    ['audit', 'for-person', '--data', world.data, '--reason', 'asked for it'],
    { input: `${world.subjects[looked]}\n` });
  assert.match(out, /Magnar Koman/);
  for (const secret of [hpr, doctorsNumber, world.subjects[looked]]) {
    assert.ok(!out.includes(secret), secret);
  }
  grunndata(['audit', 'verify', '--data', world.data]);
});

test('what was answered is logged, also when the server is killed at once', async () => {
  const { id } = found(await world.lookUp(await doctor(), { person: killed }));
  await world.service.stop('SIGKILL');
  await world.start();
  const all = await logOf(id, await administrator());
  assert.equal(all.records.filter(({ act }) => act === 'read').length, 1, all.text);
});

test('an emergency is declared by a user whose identity is certain, and by nobody else',
  async () => {
    const { id } = found(await world.lookUp(await doctor('his-reader'), { person: emergency }));
    const declaration = { personId: id, reason: 'Unconscious, next of kin needed', purpose: 'BTG' };
    const declare = (token) => world.ask(token, 'POST', '/v1/break-glass', { json: declaration });
    for (const [what, token] of [
      ['a client without a user', await issuer.token('his-reader')],
      ['a user of level 3', await issuer.token('his-reader', { user: 'minid' })],
    ]) {
      const answer = await declare(token);
      assert.equal(answer.status, 403, what);
      assert.equal(answer.json.code, 'user_required', what);
    }
    assert.equal((await declare(await doctor())).json.code, 'break_glass_not_agreed');

    const relatives = { person: emergency, parts: ['Name', 'FamilyRelation'] };
    const token = await doctor('his-reader');
    const isRefused = async (...asked) => {
      const [result] = (await world.lookUp(...asked)).json.results;
      return result.code === 'parts_not_agreed' && result.person === undefined;
    };
    assert.ok(await isRefused(token, relatives), 'before');
    assert.equal((await declare(token)).status, 201);
    const opened = await world.lookUp(token, relatives);
    assert.ok(found(opened).familyRelation, opened.text);
    assert.ok(opened.headers['grunndata-break-glass'], 'the answer says so');

    const colleague = await issuer.token('his-reader', { user: 'resepsjon' });
    assert.ok(await isRefused(colleague, relatives), 'for one user');
    assert.ok(await isRefused(token, { ...relatives, person: looked }), 'for one person');

    const queue = await world.ask(await administrator(), 'GET', '/v1/admin/break-glass');
    assert.deepEqual(queue.json.grants.map(({ personId, userName }) => [personId, userName]),
      [[id, 'Magnar Koman']]);
    const logged = (await logOf(id, await administrator())).records;
    assert.ok(logged.some(({ act, reason }) =>
      act === 'break_glass' && reason.text === declaration.reason));
    assert.ok(logged.some((record) => record.act === 'read' && record.emergency));
  });

test('a grant is reviewed by somebody else, once', async () => {
  const reviewer = await issuer.token('administrator', { user: 'resepsjon' });
  const { json } = await world.ask(reviewer, 'GET', '/v1/admin/break-glass');
  const review = (token) => world.ask(token, 'POST',
    `/v1/admin/break-glass/${json.grants[0].id}/review`,
    { json: { outcome: 'justified', note: 'Next of kin were called' } });
  assert.equal((await review(await doctor('administrator'))).json.code, 'grant_reviewed',
    'not by who opened it');
  assert.equal((await review(reviewer)).status, 200);
  assert.equal((await review(reviewer)).json.code, 'grant_reviewed');
});
