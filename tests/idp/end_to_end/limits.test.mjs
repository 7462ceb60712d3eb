// How often a client may ask, and how many persons it may be shown.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Issuer } from './processes.mjs';
import { World, agreement } from './world.mjs';

const per_minute = 5;
const persons_per_day = 7;

const issuer = await Issuer.start('test');
const world = await World.make({ issuers: [issuer], clients: [
  agreement('throttled', { requests_per_minute: per_minute }),
  agreement('his-reader', { persons_per_day: persons_per_day }),
  agreement('his-single'),
] });

after(async () => {
  const status = await world.stop();
  await issuer.stop();
  assert.equal(status, 0, 'the service ends in order');
});

function assertLimited(answer, code, seconds_max) {
  assert.equal(answer.status, 429, answer.text);
  assert.equal(answer.json.code, code);
  const seconds = Number(answer.headers['retry-after']);
  assert.ok(seconds >= 1 && seconds <= seconds_max, `Retry-After: ${seconds}`);
}

test('a client that asks more often than agreed waits, and others do not', async () => {
  const token = await issuer.token('throttled');
  const answers = [];
  // Places come back while this runs, so it is asked until one is missing.
  while (answers.at(-1)?.status !== 429 && answers.length < 10 * per_minute) {
    answers.push(await world.lookUp(token));
  }
  assertLimited(answers.pop(), 'rate_limited', 60);
  assert.ok(answers.length >= per_minute);
  for (const answer of answers) {
    assert.equal(answer.status, 200, answer.text);
    assert.ok(answer.headers.ratelimit, 'RateLimit');
  }
  assertLimited(await world.lookUp(await issuer.token('throttled')), 'rate_limited', 60);
  assert.equal((await world.lookUp(await issuer.token('his-single'))).status, 200);
});

test('a client is shown so many persons a day, however it asks', async () => {
  const token = await issuer.token('his-reader');
  const askFor = (from, to) => world.ask(token, 'POST', '/v1/person/lookup',
    { json: { identifiers: world.subjects.slice(from, to), parts: ['Name'] } });
  assert.equal((await askFor(0, 4)).status, 200);
  assert.equal((await askFor(4, 8)).status, 200, 'the last answer may end beyond the quota');
  assertLimited(await askFor(8, 9), 'quota_used_up', 24 * 60 * 60);
});
