// The front that terminates TLS, with the service behind it and, where its own doing must be seen,
// with a server behind it that says what it got.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import tls from 'node:tls';
import { after, before, test } from 'node:test';
import { Service, freePort, grunndata, makeFolder } from '../idp/end_to_end/processes.mjs';
import { send } from '../idp/end_to_end/request.mjs';
import { Authority, Front, configuration } from './front.mjs';

const slow_clients = 60;
const lookups = 40;
const mebibyte = 1 << 20;

const folder = makeFolder();
let service;
let front;
let number;

before(async () => {
  const data = path.join(folder, 'data');
  const population =
    grunndata(['generate', 'folkeregisteret', '--persons', '5', '--seed', '7']).out;
  number = JSON.parse(population.split('\n')[0]).identifikasjonsnummer[0].foedselsEllerDNummer;
  grunndata(['import', 'folkeregisteret', '--data', data, '-'], { input: population });
  service = await Service.start({ data, port: await freePort(), args: ['--demo'] });
  front = await Front.start(service.port);
});

after(async () => {
  assert.equal(await front?.stop(), 0, 'nginx ends in order');
  assert.equal(await service?.stop(), 0, 'the service ends in order');
  fs.rmSync(folder, { recursive: true, force: true });
});

const ask = (target, options = {}) => send(front.url + target, { ca: front.ca, ...options });
const lookUp = (options = {}) => ask('/v1/person/lookup', {
  method: 'POST', body: JSON.stringify({ identifiers: [number], parts: ['Name'] }),
  headers: { 'Content-Type': 'application/json' }, ...options,
});

function connect(options = {}) {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ port: front.port, host: '127.0.0.1', servername: 'localhost',
      ca: front.ca, ...options }, () => resolve(socket));
    socket.once('error', reject);
  });
}

// Sends bytes as they are; all that comes back until the other side closes.
async function exchange(bytes, options) {
  const socket = await connect(options);
  return new Promise((resolve, reject) => {
    let text = '';
    socket.on('data', (chunk) => { text += chunk.toString('latin1'); });
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
    socket.write(bytes);
  });
}

const statuses = (text) => [...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map((match) => match[1]);

// A server that answers with what it was sent.
async function withEcho(use, changes) {
  const echo = http.createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ url: request.url, raw: request.rawHeaders }));
  });
  await new Promise((resolve) => { echo.listen(0, '127.0.0.1', resolve); });
  const mirror = await Front.start(echo.address().port, changes);
  try {
    await use(mirror, (options) => send(`${mirror.url}/a%2Fb/?x=1`, { ca: mirror.ca, ...options }));
  } finally {
    await mirror.stop();
    echo.closeAllConnections();
    await new Promise((resolve) => { echo.close(resolve); });
  }
}

test('a look-up passes, and browsers are told to stay with TLS', async () => {
  const answer = await lookUp({ headers: { 'Content-Type': 'application/json',
    'X-Request-Id': 'of-the-client.1' } });
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.json.results.length, 1);
  assert.equal(answer.headers['strict-transport-security'], 'max-age=63072000');
  assert.match(answer.headers['cache-control'], /no-store/);
  assert.equal(answer.headers['x-request-id'], 'of-the-client.1');
  assert.equal(answer.headers.server, 'nginx', 'no version');
});

test('a large answer comes whole', async () => {
  const direct = await send(`http://localhost:${service.port}/openapi.yaml`);
  assert.ok(direct.text.length > 64 * 1024);
  assert.equal((await ask('/openapi.yaml')).text, direct.text);
});

test('TLS 1.2 and 1.3 with modern ciphers are spoken, nothing older', async () => {
  for (const version of ['TLSv1.2', 'TLSv1.3']) {
    const socket = await connect({ minVersion: version, maxVersion: version });
    assert.equal(socket.getProtocol(), version);
    socket.destroy();
  }
  const weak = { ciphers: 'ALL:@SECLEVEL=0' };
  for (const version of ['TLSv1', 'TLSv1.1']) {
    await assert.rejects(connect({ ...weak, minVersion: version, maxVersion: version }), version);
  }
  for (const ciphers of ['ECDHE-ECDSA-AES128-SHA256', 'ECDHE-ECDSA-AES256-SHA', 'AES128-SHA']) {
    await assert.rejects(connect({ ciphers, maxVersion: 'TLSv1.2' }), ciphers);
  }
});

test('requests whose length can be read in two ways are refused and the connection closed',
  async () => {
    const head = 'POST /v1/person/lookup HTTP/1.1\r\nHost: localhost\r\n';
    const hidden = 'GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n';
    for (const [what, lines, body] of [
      ['both framings', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'],
      ['two lengths', 'Content-Length: 5\r\nContent-Length: 6\r\n', 'hello'],
      ['a signed length', 'Content-Length: +5\r\n', 'hello'],
      ['a hexadecimal length', 'Content-Length: 0x5\r\n', 'hello'],
      ['a blank before the colon', 'Content-Length : 5\r\n', 'hello'],
      ['a bad chunk size', 'Transfer-Encoding: chunked\r\n', 'zz\r\nhello\r\n0\r\n\r\n'],
      ['an unknown coding', 'Transfer-Encoding: xchunked\r\n', '0\r\n\r\n'],
      ['two codings', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n',
        '0\r\n\r\n'],
    ]) {
      const answer = await exchange(`${head}${lines}\r\n${body}${hidden}`);
      assert.equal(statuses(answer).length, 1, `${what}: ${answer}`);
      assert.match(statuses(answer)[0], /^(400|501)$/, what);
    }
    assert.match(await exchange('GET /livez HTTP/1.1\r\n\r\n'), /^HTTP\/1\.1 400 /, 'no Host');
    assert.equal((await lookUp()).status, 200);
  });

test('a body above the limit is refused in the form of a problem', async () => {
  const answer = await lookUp({ body: 'x'.repeat(mebibyte + 1), fresh: true });
  assert.equal(answer.status, 413);
  assert.equal(answer.headers['content-type'], 'application/problem+json');
  assert.equal(answer.json.code, 'body_too_large');
});

test('slow clients hold up neither each other nor the service', async () => {
  const begun = [
    'POST /v1/person/lookup HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n' +
      'Content-Length: 100\r\n\r\n{"identif',
    'GET /livez HTTP/1.1\r\nHost: loc',
    '',
  ];
  const sockets = await Promise.all(Array.from({ length: slow_clients }, async (_, index) => {
    const socket = await connect();
    socket.on('error', () => {});
    socket.write(begun[index % begun.length]);
    return socket;
  }));
  for (let asked = 0; asked < lookups; ++asked) assert.equal((await lookUp()).status, 200);
  assert.ok(sockets.every((socket) => !socket.destroyed), 'the slow ones are still there');
  for (const socket of sockets) socket.destroy();
});

test('other hosts get no certificate, or 421 when they change their mind', async () => {
  await assert.rejects(connect({ servername: 'other.example' }));
  await assert.rejects(connect({ servername: '' }), 'without a name');
  const other = await ask('/livez',
    { headers: { Host: 'other.example' }, tls: { servername: 'localhost' }, fresh: true });
  assert.equal(other.status, 421);
  const rebound = await exchange(
    'GET http://other.example/livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  assert.deepEqual(statuses(rebound), ['421']);
  for (const host of ['local host', 'localhost/x', 'a..b']) {
    const odd = await exchange(`GET /livez HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    assert.match(statuses(odd)[0] ?? '', /^(400|421)$/, host);
  }
});

test('metrics are not for the outside', async () => {
  const answer = await ask('/metrics?a=b');
  assert.equal(answer.status, 404);
  assert.equal(answer.json.code, 'route_not_found');
});

test('only the headers that the service reads pass, and none that speak for another', async () => {
  await withEcho(async (mirror, askMirror) => {
    const named = { Authorization: 'DPoP a', 'Content-Type': 'text/plain', Accept: '*/*',
      'api-version': '2', 'If-None-Match': '"a"', 'Idempotency-Key': 'k', 'X-Request-Id': 'id-1' };
    const { json } = await askMirror({ method: 'POST', body: 'abc', fresh: true, headers: {
      ...named, DPoP: ['first', 'second'], 'X-Forwarded-For': '1.2.3.4', Forwarded: 'for=1.2.3.4',
      'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'http', 'X-Real-IP': '1.2.3.4',
      'X-Original-URL': '/admin', Cookie: 'a=b', 'Transfer-Extra': 'x', Via: '1.1 a',
    } });
    assert.equal(json.url, '/a%2Fb/?x=1', 'the target as it was sent');
    const got = new Map();
    for (let at = 0; at < json.raw.length; at += 2) {
      const name = json.raw[at].toLowerCase();
      assert.ok(!got.has(name), `${name} twice`);
      got.set(name, json.raw[at + 1]);
    }
    const expected = new Map(Object.entries(named).map(([name, value]) =>
      [name.toLowerCase(), value]));
    expected.set('dpop', 'first').set('host', 'localhost').set('content-length', '3');
    assert.deepEqual([...got].sort(), [...expected].sort());

    const odd = await askMirror({ headers: { 'X-Request-Id': 'a"b c' } });
    assert.match(odd.json.raw[odd.json.raw.indexOf('X-Request-Id') + 1], /^[0-9a-f]{32}$/);
  });
});

test('every header that the service asks for passes', () => {
  const passed = [...fs.readFileSync(path.join(configuration, 'grunndata_proxy.conf'), 'utf8')
    .matchAll(/^proxy_set_header (\S+)/gm)].map((match) => match[1].toLowerCase());
  const api = path.join(configuration, '..', '..', 'api');
  const sources = fs.readdirSync(api, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.cpp') && !name.startsWith('http/'));
  const read = sources.flatMap((name) =>
    [...fs.readFileSync(path.join(api, name), 'utf8')
      .matchAll(/request\.header(?:_count)?\("([^"]+)"\)/g)]
      .map((match) => match[1].toLowerCase()));
  assert.ok(read.length > 0);
  for (const name of read) assert.ok(passed.includes(name), name);
});

test('the log tells what was asked without query, number or body', async () => {
  // Put together while running; eleven digits of no person.
  const digits = '9'.repeat(11);
  await ask(`/v1/person/${digits}?parts=Name&secret=1`);
  await ask('/v1/events?after=secret', { headers: { 'X-Request-Id': 'find-me' } });
  await lookUp();
  const lines = front.log('grunndata.log').trim().split('\n').map((line) => JSON.parse(line));
  const found = lines.find((line) => line.request_id === 'find-me');
  assert.equal(found.path, '/v1/events');
  assert.equal(found.tls, 'TLSv1.3');
  assert.ok(lines.some((line) => line.path === '(not shown)'));
  const all = front.log('grunndata.log') + front.log('grunndata_error.log');
  assert.doesNotMatch(all, /secret|\?/);
  for (const text of [digits, number]) assert.ok(!all.includes(text), 'a number in the log');
});

test('a service that is gone is 503, and the failure tells no log of the request', async () => {
  const lonely = await Front.start(await freePort());
  try {
    const answer = await send(`${lonely.url}/v1/events?after=secret`, { ca: lonely.ca });
    assert.equal(answer.status, 503);
    assert.equal(answer.json.code, 'overloaded');
    assert.equal(answer.headers['strict-transport-security'], 'max-age=63072000');
    assert.doesNotMatch(lonely.log('grunndata.log') + lonely.log('grunndata_error.log'), /secret/);
  } finally {
    await lonely.stop();
  }
});

test('an address that asks too often is told so', async () => {
  await withEcho(async (mirror, askMirror) => {
    assert.equal((await askMirror()).status, 200);
    assert.equal((await askMirror()).status, 200);
    const third = await askMirror();
    assert.equal(third.status, 429);
    assert.equal(third.json.code, 'rate_limited');
  }, [['rate=2000r/s', 'rate=1r/m'], ['burst=4000', 'burst=1']]);
});

test('with client certificates on, a good one and none pass, and a stranger is refused',
  async () => {
    const authority = new Authority(folder, 'client_ca');
    const usage = 'extendedKeyUsage=clientAuth\n';
    const good = authority.issue('client', usage);
    const stranger = new Authority(folder, 'strangers').issue('stranger', usage);
    await withEcho(async (mirror, askMirror) => {
      assert.equal((await askMirror({ fresh: true })).status, 200);
      assert.equal((await askMirror({ fresh: true, tls: good })).status, 200);
      assert.equal((await askMirror({ fresh: true, tls: stranger })).status, 400);
      assert.match(mirror.log('grunndata.log'), /"client_certificate":"[0-9a-f]{40}"/);
    }, [['#mtls ', ''], ['/etc/nginx/grunndata/client_ca.pem', authority.file('pem')]]);
  });
