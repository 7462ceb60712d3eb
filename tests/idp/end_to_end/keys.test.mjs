// The issuers' keys while all is well, while they change, and while they cannot be had. Each test
// has an issuer of its own, since the service asks one at most every ten seconds.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { Issuer, until } from './processes.mjs';
import { World, agreement } from './world.mjs';

const retry_ms = 10_000; // least time between two fetches of one issuer
const strangers = 48;
const lookups = 20;
const faults = ['500', 'garbage', 'empty', 'hang'];

const issuers = {};

const names = ['test', 'rotating', 'storm', 'withdrawing',
  ...faults.map((fault) => `fault-${fault}`)];
const all = await Promise.all([
  ...names.map((name) => Issuer.start(name, { TOKEN_ALG: 'ES256' })),
  Issuer.start('old', { TOKEN_ALG: 'PS256', SCOPE_AS_STRING: '1',
    AUDIENCE: 'nhn:hgd-persontjenesten-api' }),
]);
for (const issuer of all) issuers[issuer.name] = issuer;
const world = await World.make({
  issuers: all,
  clients: [
    agreement('his-single', { issuer: '' }),
    agreement('his-single', { issuer: 'old', parts: ['Birth'] }),
    agreement('his-reader', { legal_basis: false }),
    agreement('vendor-multi', { legal_basis: false }),
  ],
  aliases: { old: ['nhn:hgd-persontjenesten-api/read-with-legal-basis=' +
    'person.read+person.read-with-legal-basis'] },
  access: 'api_tokens = "dpop"',
});

after(async () => {
  const status = await world.stop();
  await Promise.all(Object.values(issuers).map((issuer) => issuer.stop()));
  assert.equal(status, 0, 'the service ends in order');
});

async function assertKnown(token, what) {
  const answer = await world.lookUp(token);
  assert.equal(answer.status, 200, `${what}: ${answer.text}`);
}

// A key that the service has not seen is the token's fault or, when the issuer failed, its own.
function assertStrange(answer) {
  const code = answer.status === 503 ? 'keys_unavailable' : 'token_invalid';
  assert.match(String(answer.status), /^(401|503)$/);
  assert.equal(answer.json.code, code, answer.text);
}

// Until the service has asked the issuer again and takes the token.
async function untilTaken(token) {
  await until(async () => {
    const answer = await world.lookUp(token);
    if (answer.status !== 200) assertStrange(answer);
    return answer.status === 200;
  });
}

async function strangeToken(issuer) {
  await issuer.test('POST', 'rotate');
  return issuer.token('his-single');
}

describe('one issuer', () => {
  test('where it is configured so, /api takes bound tokens', async () => {
    const token = await issuers.test.token('his-single');
    assert.equal((await world.byNin(token)).status, 200);
    assert.equal((await world.byNin(token, { as: 'bearer' })).status, 401);
  });

  test('a path with legal basis needs it in the token and in the agreement', async () => {
    for (const id of ['his-reader', 'vendor-multi']) {
      const token = await issuers.test.token(id);
      const answer = await world.byNin(token);
      assert.equal(answer.status, 403, id);
      assert.equal(answer.text, '');
      assert.equal((await world.byNin(token, { basis: 'no-legal-basis' })).status, 200, id);
    }
  });

  test('keys are fetched once for any number of tokens', async () => {
    await assertKnown(await issuers.test.token('his-single'), 'first');
    const before = await issuers.test.jwksFetches();
    for (let i = 0; i < lookups; ++i) {
      await assertKnown(await issuers.test.token('his-single'), `token ${i}`);
    }
    assert.equal(await issuers.test.jwksFetches(), before);
  });

  test('each of several has its own audience, names, and clients', async () => {
    const here = await issuers.test.token('his-single');
    const there = await issuers.old.token('his-single');
    assert.equal((await world.lookUp(here, { parts: ['Name'] })).status, 200);
    assert.equal((await world.lookUp(there, { parts: ['Birth'] })).status, 200);
    const beyond = await world.lookUp(there, { parts: ['Name'] });
    assert.equal(beyond.json?.code, 'parts_not_agreed', 'the same id is another client there');
    const reader = await world.lookUp(await issuers.old.token('his-reader'));
    assert.equal(reader.json?.code, 'client_unregistered');
    const swapped = await world.lookUp(await issuers.old.token('his-single',
      { resource: issuers.test.audience }), { parts: ['Birth'] });
    assert.equal(swapped.json?.code, 'token_invalid', "another issuer's audience is not its own");
  });
});

describe('issuers whose keys change or fail', { concurrency: true }, () => {
  test('a new key is fetched once; old tokens stay good while their key is published', async () => {
    const issuer = issuers.rotating;
    const [seen, unseen] = [await issuer.token('his-single'), await issuer.token('his-single')];
    await assertKnown(seen, 'before');
    const before = await issuer.jwksFetches();
    await untilTaken(await strangeToken(issuer));
    assert.equal(await issuer.jwksFetches(), before + 1);
    await assertKnown(seen, 'seen before');
    await assertKnown(unseen, 'not seen before');
    await assertKnown(await issuer.token('his-single'), 'new');
    assert.equal(await issuer.jwksFetches(), before + 1);
  });

  test('strangers make the service ask the issuer at most once in ten seconds', async () => {
    const issuer = issuers.storm;
    const begin = Date.now();
    await assertKnown(await issuer.token('his-single'), 'before');
    const strange = await strangeToken(issuer);
    await issuer.test('POST', 'drop-old');
    await issuer.test('POST', 'rotate');
    const hidden = await issuer.token('his-single');
    await issuer.test('POST', 'jwks?mode=empty');
    await until(async () => {
      await Promise.all(Array.from({ length: strangers }, async (_, index) =>
        assertStrange(await world.lookUp(index % 2 ? hidden : strange))));
      return await issuer.jwksFetches() > 1;
    });
    const fetches = await issuer.jwksFetches();
    assert.ok(fetches <= 1 + (Date.now() - begin) / retry_ms, `${fetches} fetches`);
  });

  test('tokens of a withdrawn key are refused once the new keys are known', async () => {
    const issuer = issuers.withdrawing;
    const [seen, unseen] = [await issuer.token('his-single'), await issuer.token('his-single')];
    await assertKnown(seen, 'before');
    const strange = await strangeToken(issuer);
    await issuer.test('POST', 'drop-old');
    await untilTaken(strange);
    for (const [what, token] of [['not seen before', unseen], ['seen before', seen]]) {
      const answer = await world.lookUp(token);
      assert.equal(answer.status, 401, what);
      assert.match(answer.headers['www-authenticate'], /error="invalid_token"/, what);
    }
  });

  for (const fault of faults) {
    test(`known keys go on being used when asking for keys gives: ${fault}`, async () => {
      const issuer = issuers[`fault-${fault}`];
      const [seen, unseen] = [await issuer.token('his-single'), await issuer.token('his-single')];
      await assertKnown(seen, 'before');
      const strange = await strangeToken(issuer);
      await issuer.test('POST', `jwks?mode=${fault}`);
      const before = await issuer.jwksFetches();
      await until(async () => {
        assertStrange(await world.lookUp(strange));
        return await issuer.jwksFetches() > before;
      });
      await assertKnown(seen, 'seen before');
      await assertKnown(unseen, 'not seen before');
      await issuer.test('POST', 'jwks?mode=ok');
      await untilTaken(strange);
    });
  }
});
