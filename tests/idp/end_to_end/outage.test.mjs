// A service whose issuer is away: at its start, and while it runs.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Issuer, until } from './processes.mjs';
import { World, agreement } from './world.mjs';

const strangers = 48;
const lookups = 20;
const triesAtMost = 5;

const issuer = await Issuer.start('test');
const second = await Issuer.start('second');
const world = await World.make({ issuers: [issuer, second],
  clients: [agreement('his-single', { issuer: '' })] });

after(async () => {
  const status = await world.stop();
  await Promise.all([issuer.stop(), second.stop()]);
  assert.equal(status, 0, 'the service ends in order');
});

const isTaken = async (token) => (await world.lookUp(token)).status === 200;

// A fetch that hangs holds strangers for some time. A machine that is slow enough lets those
// pass first, which shows nothing: only a try in which strangers still wait behind all look-ups does.
test('look-ups with known tokens do not wait while the issuer hangs', async () => {
  const known = await issuer.token('his-single');
  const found = await world.lookUp(known);
  const path = `/v1/person/${found.json.results[0].person.id}?parts=Name`;
  await issuer.test('POST', 'rotate');
  const strange = await issuer.token('his-single');
  await issuer.test('POST', 'jwks?mode=hang');

  const wereAhead = async () => {
    const before = await issuer.jwksFetches();
    let waiting = 0;
    const stranger = async () => {
      waiting += 1;
      const answer = await world.lookUp(strange, { fresh: true });
      waiting -= 1;
      assert.notEqual(answer.status, 200);
    };
    // Between two fetches strangers are refused at once; a fetch that hangs holds them.
    const sent = [];
    await until(async () => {
      if (waiting === 0) sent.push(stranger());
      return await issuer.jwksFetches() > before;
    });
    sent.push(...Array.from({ length: strangers }, stranger));
    assert.ok(await isTaken(known));
    assert.equal((await world.ask(known, 'GET', path)).status, 200);
    const ahead = waiting > 0; // one in the pool and one on a worker
    for (let asked = 0; asked < lookups; ++asked) assert.ok(await isTaken(known));
    await Promise.all(sent);
    return ahead;
  };
  let tries = 0;
  while (!await wereAhead()) assert.ok(++tries < triesAtMost, 'look-ups waited with the strangers');
  await issuer.test('POST', 'jwks?mode=ok');
  await until(() => isTaken(strange));
});

test('a service that starts without keys says so, and recovers by itself', async () => {
  const token = await issuer.token('his-single');
  await issuer.test('POST', 'jwks?mode=500');
  await world.restart();
  const refused = await world.lookUp(token);
  assert.equal(refused.status, 503, refused.text);
  assert.equal(refused.json.code, 'keys_unavailable');
  assert.ok(Number(refused.headers['retry-after']) > 0, 'Retry-After');
  assert.ok(await isTaken(await second.token('his-single')), 'the other issuer is not touched');
  const ready = await world.ask(null, 'GET', '/readyz');
  assert.equal(ready.status, 503, ready.text);
  assert.match(ready.text, /issuer/);
  assert.ok(!ready.text.includes(issuer.url), 'where the issuer is, is nobody\'s business');
  await issuer.test('POST', 'jwks?mode=ok');
  await until(() => isTaken(token));
  assert.equal((await world.ask(null, 'GET', '/readyz')).status, 200);
});

test('metadata of somebody else is not believed', async () => {
  const token = await issuer.token('his-single');
  await issuer.test('POST', 'metadata?mode=other');
  await world.restart();
  const refused = await world.lookUp(token);
  assert.equal(refused.json?.code, 'keys_unavailable', refused.text);
  await issuer.test('POST', 'metadata?mode=ok');
  await until(() => isTaken(token));
});
