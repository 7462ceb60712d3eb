// Who is let in: tokens, proofs, clients, parts, scopes, users.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { makeKey, makeProof } from '../client.mjs';
import { Issuer, grunndata, until } from './processes.mjs';
import { World, agreement, everyPart } from './world.mjs';

const behindFront = process.env.ACCESS_FRONT === 'nginx';
const twin_requests = 16;
const agreement_ms = 1_500;

const issuer = await Issuer.start('test');
const world = await World.make({
  issuers: [issuer],
  clients: [
    agreement('his-single'),
    agreement('his-reader', { legal_basis: false, parts: ['Name', 'Birth'] }),
    agreement('vendor-multi', { legal_basis: false }),
    agreement('bearer-legacy', { parts: ['Name', 'Birth', 'Status'] }),
    agreement('elsewhere'), agreement('leaving'), agreement('administrator'),
  ],
  aliases: { test: [
    'nhn:hgd-persontjenesten-api/read-with-legal-basis=person.read-with-legal-basis',
    'nhn:hgd-persontjenesten-api/read-no-legal-basis=person.read',
  ] },
});

after(async () => {
  const status = await world.stop();
  await issuer.stop();
  assert.equal(status, 0, 'the service ends in order');
});

// An answer under /v1 that refuses: its problem and its challenge.
function assertRefused(answer, status, code, challenge) {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.json?.code, code, answer.text);
  if (challenge) assert.match(answer.headers['www-authenticate'] ?? '', challenge);
  assert.match(answer.headers['cache-control'] ?? '', /no-store/);
}

test('a token with a proof of its key is let in under /v1', async () => {
  const token = await issuer.token('his-single');
  const found = await world.lookUp(token);
  assert.equal(found.status, 200, found.text);
  assert.ok(found.json.results[0].person.name.length > 0, found.text);
  const events = await world.ask(token, 'GET', '/v1/events?limit=1');
  assert.equal(events.status, 200, events.text);
});

test('every algorithm that the issuer signs with is taken', async () => {
  for (const alg of ['PS256', 'ES256', 'ES384', 'RS256']) {
    await issuer.test('POST', `token?alg=${alg}`);
    assert.equal((await world.lookUp(await issuer.token('his-single'))).status, 200, alg);
  }
});

test('proofs may be signed with RSA and with the elliptic curves', async () => {
  for (const alg of ['RS256', 'PS256', 'ES256', 'ES384', 'ES512']) {
    const token = await issuer.token('his-single', { key: await makeKey(alg) });
    assert.equal((await world.lookUp(token)).status, 200, alg);
  }
});

test('without a token the answer tells which kind is wanted, and no error', async () => {
  const own = await world.lookUp(null);
  assertRefused(own, 401, 'token_missing', /^DPoP /);
  assert.match(own.headers['www-authenticate'], /algs="[^"]*ES256/);
  assert.doesNotMatch(own.headers['www-authenticate'], /error=/);
  const theirs = await world.byNin(null);
  assert.equal(theirs.status, 401);
  assert.match(theirs.headers['www-authenticate'], /^Bearer/);
  assert.doesNotMatch(theirs.headers['www-authenticate'], /error=/);
});

test('a token in the query is none', async () => {
  const { access_token: text } = await issuer.token('bearer-legacy');
  const answer = await world.ask(null, 'POST',
    `/api/legal-basis/person/get-by-nin?informationParts=Name&access_token=${text}`,
    { form: { nin: world.subjects[0] }, headers: { 'api-version': '2' } });
  assert.equal(answer.status, 401);
});

test('/api takes bearer tokens with the names of Persontjenesten', async () => {
  const token = await issuer.token('bearer-legacy', { scope:
    'nhn:hgd-persontjenesten-api/read-with-legal-basis' });
  assert.equal((await world.byNin(token)).status, 200);
  const less = await issuer.token('bearer-legacy', { scope:
    'nhn:hgd-persontjenesten-api/read-no-legal-basis' });
  assert.equal((await world.byNin(less, { basis: 'no-legal-basis' })).status, 200);
  assert.equal((await world.byNin(less)).status, 403);
});

test('neither kind of path takes the other kind of token', async () => {
  const bearer = await issuer.token('bearer-legacy');
  assertRefused(await world.lookUp(bearer), 401, 'token_invalid', /^DPoP .*error="invalid_token"/);
  const bound = await issuer.token('his-single');
  const asDpop = await world.byNin(bound);
  assert.equal(asDpop.status, 401);
  assert.match(asDpop.headers['www-authenticate'], /^Bearer /);
});

test('a bound token sent as Bearer is refused, with or without a proof', async () => {
  const bound = await issuer.token('his-single');
  const stolen = await world.byNin(bound, { as: 'bearer' });
  assert.equal(stolen.status, 401);
  assert.match(stolen.headers['www-authenticate'], /error="invalid_token"/);
  assert.equal((await world.lookUp(bound, { as: 'bearer' })).status, 401);
  const proof = await makeProof(bound.key, 'POST', `${world.base}/v1/person/lookup`,
    { token: bound.access_token });
  const both = { as: 'bearer', headers: { DPoP: proof } };
  assert.equal((await world.lookUp(bound, both)).status, 401);
});

test('a refusal under /api has no body', async () => {
  const bearer = await issuer.token('bearer-legacy');
  for (const answer of [
    await world.byNin(null),
    await world.byNin({ access_token: 'a.b.c' }),
    await world.byNin(bearer, { parts: ['FamilyRelation'] }),
  ]) {
    assert.match(String(answer.status), /^40[13]$/);
    assert.equal(answer.text, '');
    assert.equal(answer.headers['content-length'], '0');
  }
});

test('a proof is good once, on any connection', async () => {
  const token = await issuer.token('his-single');
  const proof = await makeProof(token.key, 'POST', `${world.base}/v1/person/lookup`,
    { token: token.access_token });
  const answers = await Promise.all(Array.from({ length: twin_requests }, () =>
    world.lookUp(token, { proof, fresh: true })));
  const refused = answers.filter(({ status }) => status !== 200);
  assert.equal(refused.length, twin_requests - 1, 'exactly one is let in');
  for (const answer of refused) {
    assertRefused(answer, 401, 'proof_invalid', /error="invalid_dpop_proof"/);
  }
});

test('a proof for anything else is refused', async () => {
  const token = await issuer.token('his-single');
  const other = await issuer.token('his-single');
  const now = Math.floor(Date.now() / 1000);
  const swapped = world.base.startsWith('https') ? world.base.replace('https', 'http')
    : world.base.replace('http', 'https');
  for (const [what, options] of [
    ['another path', { proofUrl: `${world.base}/v1/person` }],
    ['another scheme', { proofUrl: `${swapped}/v1/person/lookup` }],
    ['another host', { proofUrl: 'https://grunndata.example/v1/person/lookup' }],
    ['another method', { claims: { htm: 'GET' } }],
    ['another token', { claims: { ath: 'A'.repeat(43) } }],
    ['no token', { claims: { ath: undefined } }],
    ['no id', { claims: { jti: undefined } }],
    ['long ago', { claims: { iat: now - 60 } }],
    ['the future', { claims: { iat: now + 60 } }],
    ['another type', { header: { typ: 'JWT' } }],
    ['another key', { proof: await makeProof(other.key, 'POST', `${world.base}/v1/person/lookup`,
      { token: token.access_token }) }],
    ['nonsense', { proof: 'a.b.c' }],
  ]) {
    const answer = await world.lookUp(token, options);
    assertRefused(answer, 401, 'proof_invalid', /error="invalid_dpop_proof"/);
    assert.doesNotMatch(answer.text + answer.headers['www-authenticate'],
      new RegExp(token.access_token.slice(-20)), what);
  }
  assert.equal((await world.lookUp(token)).status, 200, 'the token itself is good');
});

test('a proof is made for the public address, whatever the Host header says',
  { skip: behindFront && 'nginx answers one name only' }, async () => {
    const token = await issuer.token('his-single');
    const host = { headers: { Host: `127.0.0.1:${world.port}` } };
    assert.equal((await world.lookUp(token, host)).status, 200);
    assertRefused(await world.lookUp(token, { ...host,
      proofUrl: `http://127.0.0.1:${world.port}/v1/person/lookup` }), 401, 'proof_invalid');
  });

test('two tokens or two proofs in one request are refused',
  { skip: behindFront && 'nginx passes the first alone' }, async () => {
    const token = await issuer.token('his-single');
    const proofs = await Promise.all([0, 1].map(() => makeProof(token.key, 'POST',
      `${world.base}/v1/person/lookup`, { token: token.access_token })));
    assert.equal((await world.lookUp(token, { proof: proofs })).status, 401);
    const authorization = `DPoP ${token.access_token}`;
    assertRefused(await world.lookUp(token,
      { headers: { Authorization: [authorization, authorization] } }), 401, 'token_malformed');
  });

test('tokens of a stranger, for somebody else, or bent are refused', async () => {
  const key = await makeKey();
  const foreign = await Issuer.start('foreign');
  const good = await issuer.token('his-single', { key });
  const [head, payload, signature] = good.access_token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url'));
  const bent = Buffer.from(JSON.stringify({ ...claims, client_id: 'administrator' }))
    .toString('base64url');
  const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
  try {
    for (const [what, text] of [
      ['another issuer', (await foreign.token('his-single', { key })).access_token],
      ['another audience',
        (await issuer.token('his-single', { key, resource: 'nhn:other' })).access_token],
      ['another client', `${head}.${bent}.${signature}`],
      ['unsigned', `${none}.${payload}.`],
      ['no signature', `${head}.${payload}.`],
      ['cut', good.access_token.slice(0, -4)],
      ['words', 'abc'],
    ]) {
      const answer = await world.lookUp({ access_token: text, key });
      assert.equal(answer.status, 401, what);
      assert.match(answer.headers['www-authenticate'], /^DPoP .*error="invalid_token"/, what);
    }
  } finally {
    await foreign.stop();
  }
});

test('a client that is not registered is refused', async () => {
  assertRefused(await world.lookUp(await issuer.token('stranger')), 403, 'client_unregistered');
});

test('a revoked client is refused at once', async () => {
  const token = await issuer.token('leaving');
  assert.equal((await world.lookUp(token)).status, 200);
  grunndata(['client', 'revoke', '--data', world.data, '--issuer', 'test', 'leaving']);
  assertRefused(await world.lookUp(token), 403, 'client_unregistered');
});

test('a client whose agreement has ended is refused', async () => {
  const token = await issuer.token('expired');
  const expires = new Date(Date.now() + agreement_ms).toISOString();
  world.register([agreement('expired', { expires })]);
  const refused = await until(async () => {
    const answer = await world.lookUp(token);
    return answer.status !== 200 && answer;
  });
  assertRefused(refused, 403, 'client_unregistered');
  assert.ok(Date.now() >= Date.parse(expires), 'not before its time');
});

test('parts beyond the agreement are refused, alone and beside agreed ones', async () => {
  const token = await issuer.token('his-reader');
  assert.equal((await world.lookUp(token, { parts: ['Name', 'Birth'] })).status, 200);
  for (const parts of [['FamilyRelation'], ['Name', 'Citizenship']]) {
    assertRefused(await world.lookUp(token, { parts }), 403, 'parts_not_agreed');
  }
});

test('without legal basis in token and agreement only open data is shown', async () => {
  const parts = everyPart;
  const full = (await world.lookUp(await issuer.token('his-single'), { parts })).json.results[0];
  assert.ok(full.person.familyRelation, 'with legal basis relatives are shown');
  for (const token of [
    await issuer.token('vendor-multi'), // the token has it, the agreement not
    await issuer.token('his-single', { scope: 'person.read' }), // the other way round
  ]) {
    const answer = await world.lookUp(token, { parts });
    assert.equal(answer.status, 200, answer.text);
    assert.ok(answer.json.results[0].person.name.length > 0);
    assert.equal(answer.json.results[0].person.familyRelation, undefined);
  }
});

test('a token without the scope says which one is missing', async () => {
  const reader = await issuer.token('his-reader');
  const events = await world.ask(reader, 'GET', '/v1/events');
  assertRefused(events, 403, 'scope_insufficient', /^DPoP .*error="insufficient_scope"/);
  assert.match(events.headers['www-authenticate'], /scope="[^"]*events\.read/);
  for (const token of [await issuer.token('elsewhere'),
    await issuer.token('his-single', { scope: '' })]) {
    assertRefused(await world.lookUp(token), 403, 'scope_insufficient', /scope="/);
  }
});

test('what tells of no person needs no token', async () => {
  for (const path of ['livez', 'readyz', 'version', 'openapi.yaml', 'problems/token_missing']) {
    assert.equal((await world.ask(null, 'GET', `/${path}`)).status, 200, path);
  }
});

test('neither tokens, proofs nor numbers stand in the log', async () => {
  const token = await issuer.token('his-single', { user: 'lege' });
  await world.lookUp(token);
  await world.lookUp(token, { proof: 'a.b.c' });
  for (const text of [token.access_token, token.access_token.split('.')[2], ...world.subjects,
    '05898597468']) {
    assert.ok(!world.service.log.includes(text));
  }
});
