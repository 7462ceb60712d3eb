// An authorization server that behaves like HelseID towards a resource server: a certified OpenID
// provider on the loopback address, with HelseID's claims, private_key_jwt, PAR and DPoP.
//
//   node idp.mjs PORT STATE_DIR      port 0: a free one; STATE_DIR/issuer.json says which
//
// STATE_DIR keeps the server's keys and each client's private key (CLIENT.jwk): test keys only.
// Environment: AUDIENCE (nhn:grunndata), TOKEN_ALG (RS256), TOKEN_SECONDS (600), REQUIRE_NONCE=1
// (the token endpoint demands a DPoP nonce, as HelseID's does), SCOPE_AS_STRING=1.
//
// For tests only, all at /test/:
//   POST rotate                       a new signing key stands first; the old ones stay published
//   POST drop-old                     only the newest key of each algorithm stays
//   POST jwks?mode=ok|500|hang|garbage|empty        faults of the published keys
//   POST metadata?mode=ok|500|hang|garbage|other    faults of the metadata; other: another issuer
//   POST token?alg=ES256&seconds=600  how tokens are signed from now on, how long they live
//   POST users                        JSON {id: {claim: value}}: more users
//   GET  stats                        {"jwks": N, "metadata": N}: how often each was fetched
import * as crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import * as jose from 'jose';
import { Provider } from 'oidc-provider';
import { claimsFromDetails, clientsFor, firstUsers } from './directory.mjs';

const [port, state] = [Number(process.argv[2]), process.argv[3]];
if (!Number.isInteger(port) || !state) {
  console.error('usage: node idp.mjs PORT STATE_DIR');
  process.exit(2);
}
const audience = process.env.AUDIENCE ?? 'nhn:grunndata';
const signing = {
  alg: process.env.TOKEN_ALG ?? 'RS256',
  seconds: Number(process.env.TOKEN_SECONDS ?? 600),
};
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384',
  'ES512'];
const redirectUri = 'http://127.0.0.1:9999/cb';
const jwksPath = '/.well-known/openid-configuration/jwks';
const metadataPath = '/.well-known/openid-configuration';

fs.mkdirSync(state, { recursive: true, mode: 0o700 });
const publicPart = ({ d, p, q, dp, dq, qi, ...rest }) => rest;

async function makeKey(alg, kid = crypto.randomUUID()) {
  const { privateKey } =
    await jose.generateKeyPair(alg, { extractable: true, modulusLength: 2048 });
  return { ...(await jose.exportJWK(privateKey)), alg, use: 'sig', kid };
}

function save(name, value) {
  fs.writeFileSync(path.join(state, name), JSON.stringify(value, null, 1), { mode: 0o600 });
}

async function kept(name, make, isGood = () => true) {
  const file = path.join(state, name);
  const found = fs.existsSync(file) && JSON.parse(fs.readFileSync(file, 'utf8'));
  if (found && isGood(found)) return found;
  const value = await make();
  save(name, value);
  return value;
}

// One key for each algorithm that tokens may be signed with, so that TOKEN_ALG can change.
const keys = await kept('keys.json', () =>
  Promise.all(['RS256', 'PS256', 'ES256', 'ES384'].map((alg) => makeKey(alg))));
const known = clientsFor(audience);
const scopes = [...new Set(known.flatMap((client) => client.scopes))];
const users = firstUsers();
const keyOf = ({ id, alg }) => kept(`${id}.jwk`, () => makeKey(alg), (key) => key.alg === alg);
const clients = await Promise.all(known.map(async (client) => ({
  client_id: client.id,
  client_name: client.name,
  token_endpoint_auth_method: 'private_key_jwt',
  token_endpoint_auth_signing_alg: client.alg,
  jwks: { keys: [publicPart(await keyOf(client))] },
  grant_types: ['client_credentials', 'authorization_code'],
  response_types: ['code'],
  redirect_uris: [redirectUri],
  scope: `openid ${client.scopes.join(' ')}`,
  dpop_bound_access_tokens: client.bound,
  require_pushed_authorization_requests: true,
})));

// What the client said in its assertion, which the provider has verified by then.
function detailsOf(ctx) {
  const assertion = ctx?.oidc?.params?.client_assertion ?? ctx?.oidc?.body?.client_assertion;
  return assertion ? [jose.decodeJwt(assertion).assertion_details ?? []].flat() : [];
}

async function tokenClaims(ctx, token) {
  const client = known.find(({ id }) => id === (token.client ?? ctx.oidc.client).clientId);
  return {
    ...client.claims,
    'helseid://claims/client/amr': 'private_key_jwt',
    ...claimsFromDetails(detailsOf(ctx), client.multi),
    ...(token.accountId && users[token.accountId]),
  };
}

// HelseID's tokens carry nbf, and scope as an array.
function likeHelseId(ctx, token, jwt) {
  jwt.payload.nbf = jwt.payload.iat;
  if (process.env.SCOPE_AS_STRING !== '1' && typeof jwt.payload.scope === 'string') {
    jwt.payload.scope = jwt.payload.scope.split(' ');
  }
}

const seconds = (ctx, token) => token.resourceServer?.accessTokenTTL ?? signing.seconds;
const configuration = () => ({
  clients,
  jwks: { keys },
  scopes: ['openid', ...scopes],
  clientAuthMethods: ['private_key_jwt'],
  enabledJWA: {
    clientAuthSigningAlgValues: algorithms,
    dPoPSigningAlgValues: algorithms,
    idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256'],
  },
  routes: {
    token: '/connect/token',
    authorization: '/connect/authorize',
    pushed_authorization_request: '/connect/par',
    jwks: jwksPath,
  },
  ttl: {
    ClientCredentials: seconds, AccessToken: seconds, AuthorizationCode: 60, Grant: 3600,
    Session: 3600, Interaction: 600, IdToken: 600,
  },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: false },
    dPoP: {
      enabled: true,
      nonceSecret: crypto.createHash('sha256').update(`nonce of ${issuer}`).digest(),
      requireNonce: () => process.env.REQUIRE_NONCE === '1',
    },
    pushedAuthorizationRequests: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => audience,
      useGrantedResource: () => true,
      getResourceServerInfo: (ctx, resource, client) => ({
        scope: client.scope, audience: resource, accessTokenTTL: signing.seconds,
        accessTokenFormat: 'jwt', jwt: { sign: { alg: signing.alg } },
      }),
    },
  },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (ctx, id) =>
    users[id] && { accountId: id, claims: () => ({ sub: id, ...users[id] }) },
  extraTokenClaims: tokenClaims,
  formats: { customizers: { jwt: likeHelseId } },
  cookies: { keys: ['test-only'] },
});

// Logs in whom the request names, and consents to everything.
async function interact(request, response) {
  const interaction = await provider.interactionDetails(request, response);
  const result = {};
  if (interaction.prompt.name === 'login') {
    result.login = { accountId: interaction.params.login_hint ?? 'lege', amr: ['pwd'] };
  } else {
    const grant = new provider.Grant({
      accountId: interaction.session.accountId, clientId: interaction.params.client_id,
    });
    grant.addOIDCScope(`openid ${scopes.join(' ')}`);
    grant.addResourceScope(audience, `openid ${scopes.join(' ')}`);
    result.consent = { grantId: await grant.save() };
  }
  await provider.interactionFinished(request, response, result,
    { mergeWithLastSubmission: true });
}

let provider;
let answer;
let issuer;
function build() {
  provider = new Provider(issuer, configuration());
  provider.on('server_error', (ctx, error) => console.error('server_error', error));
  answer = provider.callback();
}

const fetched = { jwks: 0, metadata: 0 };
const mode = { jwks: 'ok', metadata: 'ok' };
const faults = {
  500: (response) => { response.statusCode = 500; response.end('{}'); },
  hang: () => {},
  garbage: (response) => response.end('{"keys":[{"kty":"RSA"'),
  empty: (response) => response.end('{"keys":[]}'),
  other: (response) => response.end(JSON.stringify({
    issuer: 'https://issuer.example', jwks_uri: `${issuer}${jwksPath}` })),
};

async function bodyOf(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

const testRoutes = {
  async 'POST /test/rotate'() {
    keys.unshift(await makeKey(signing.alg));
    save('keys.json', keys);
    build();
    return keys.map(({ kid, alg }) => [kid, alg]);
  },
  async 'POST /test/drop-old'() {
    const seen = new Set();
    const newest = keys.filter(({ alg }) => !seen.has(alg) && seen.add(alg));
    keys.splice(0, keys.length, ...newest);
    save('keys.json', keys);
    build();
    return keys.map(({ kid, alg }) => [kid, alg]);
  },
  async 'POST /test/jwks'(query) { return { jwks: mode.jwks = query.get('mode') ?? 'ok' }; },
  async 'POST /test/metadata'(query) {
    return { metadata: mode.metadata = query.get('mode') ?? 'ok' };
  },
  async 'POST /test/token'(query) {
    signing.alg = query.get('alg') ?? signing.alg;
    signing.seconds = Number(query.get('seconds') ?? signing.seconds);
    return signing;
  },
  async 'POST /test/users'(query, body) {
    Object.assign(users, JSON.parse(body));
    return Object.keys(users);
  },
  async 'GET /test/stats'() { return fetched; },
};

async function serve(request, response) {
  const url = new URL(request.url, issuer);
  const published = { [jwksPath]: 'jwks', [metadataPath]: 'metadata' }[url.pathname];
  if (published) {
    fetched[published] += 1;
    const fault = faults[mode[published]];
    if (fault) {
      response.setHeader('content-type', 'application/json');
      fault(response);
      return;
    }
  }
  const route = testRoutes[`${request.method} ${url.pathname}`];
  if (route) {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(await route(url.searchParams, await bodyOf(request))));
  } else if (url.pathname.startsWith('/interaction/')) {
    await interact(request, response);
  } else {
    await answer(request, response);
  }
}

const server = http.createServer((request, response) => {
  serve(request, response).catch((error) => {
    response.statusCode = 500;
    response.end(String(error));
  });
});
server.on('error', (error) => {
  console.error(`cannot listen on 127.0.0.1:${port}: ${error.message}`);
  process.exit(1);
});
server.listen(port, '127.0.0.1', () => {
  issuer = `http://127.0.0.1:${server.address().port}`;
  build();
  save('issuer.json', { issuer, audience });
  console.log(`issuer ${issuer}, audience ${audience}, tokens ${signing.alg}, state ${state}`);
});
process.on('SIGTERM', () => process.exit(0));
process.on('SIGINT', () => process.exit(0));
