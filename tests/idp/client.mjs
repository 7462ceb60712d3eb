// A client of the authorization server: tokens bound to a key (client_credentials, or a user by
// authorization_code with PAR and PKCE), and DPoP proofs. One object speaks for one STATE_DIR.
import * as crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import * as jose from 'jose';
import { clientsFor } from './directory.mjs';

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const redirectUri = 'http://127.0.0.1:9999/cb';
const assertionSeconds = 60;
const redirectsMax = 10;

const sha256 = (text) => crypto.createHash('sha256').update(text, 'ascii').digest('base64url');
const now = () => Math.floor(Date.now() / 1000);
const publicPart = ({ d, p, q, dp, dq, qi, alg, ...rest }) => rest;

export async function makeKey(alg = 'ES256') {
  const { privateKey } = await jose.generateKeyPair(alg, { extractable: true });
  return { ...(await jose.exportJWK(privateKey)), alg };
}

// A DPoP proof (RFC 9449) of `token` for one request. `claims` and `header` replace single values.
export async function makeProof(key, method, url, { token, nonce, claims, header } = {}) {
  const target = new URL(url);
  target.search = '';
  target.hash = '';
  const payload = {
    jti: crypto.randomUUID(), htm: method, htu: target.href, iat: now(),
    ...(token && { ath: sha256(token) }), ...(nonce && { nonce }), ...claims,
  };
  return new jose.SignJWT(payload)
    .setProtectedHeader({ typ: 'dpop+jwt', alg: key.alg, jwk: publicPart(key), ...header })
    .sign(await jose.importJWK(key, key.alg));
}

// `assertion_details` that name the organisation: "parent:child".
export function organisationDetail(organisation) {
  return {
    type: 'helseid_authorization',
    practitioner_role: { organization: { identifier: {
      system: 'urn:oid:1.0.6523', type: 'ENH', value: `NO:ORGNR:${organisation}`,
    } } },
  };
}

// `assertion_details` of the trust framework: why the user asks.
export function purposeDetail(purpose, decision) {
  return {
    type: 'nhn:tillitsrammeverk:parameters',
    care_relation: {
      healthcare_service: { code: 'S03', system: 'urn:oid:2.16.578.1.12.4.1.1.8655' },
      purpose_of_use: { code: purpose, system: 'urn:oid:2.16.840.1.113883.1.11.20448' },
      ...(decision && { decision_ref: { id: decision, user_selected: true } }),
    },
  };
}

export class Client {
  constructor(state) {
    this.state = state;
    const issuerFile = path.join(state, 'issuer.json');
    if (!fs.existsSync(issuerFile)) {
      throw new Error(`no authorization server has been started with ${state}`);
    }
    Object.assign(this, JSON.parse(fs.readFileSync(issuerFile, 'utf8')));
  }

  // A token of the client itself, or of `user`, with `scope` (rights without an audience get this
  // issuer's; unset: all that the client may have; empty: none), for `resource` (unset: the
  // audience). Answers {access_token, token_type, key}; `key` is the private key that proofs are
  // made with, null for a client whose tokens are not bound.
  async token(id, { scope, user, details, key, resource } = {}) {
    const known = clientsFor(this.audience).find((client) => client.id === id);
    if (!known) throw new Error(`the authorization server has no client '${id}'`);
    const metadata = await this.#metadata();
    const bound = known.bound ? key ?? await makeKey() : null;
    const scopes = scope === undefined ? known.scopes : this.#whole(scope);
    const granted = user
      ? await this.#userToken(metadata, id, { scopes, user, details, key: bound })
      : await this.#post(metadata.token_endpoint, async () => ({
        ...(await this.#credentials(id, details)), grant_type: 'client_credentials',
        ...(scopes.length && { scope: scopes.join(' ') }), ...(resource && { resource }),
      }), bound);
    return { ...granted, key: bound };
  }

  #whole(scope) {
    return scope.split(' ').filter((name) => name !== '')
      .map((name) => (name.includes('/') ? name : `${this.audience}/${name}`));
  }

  async #metadata() {
    const answer = await fetch(`${this.issuer}/.well-known/openid-configuration`);
    if (!answer.ok) throw new Error(`metadata: ${answer.status}`);
    return answer.json();
  }

  async #credentials(id, details) {
    const key = JSON.parse(fs.readFileSync(path.join(this.state, `${id}.jwk`), 'utf8'));
    const assertion = await new jose.SignJWT({
      iss: id, sub: id, aud: this.issuer, jti: crypto.randomUUID(), iat: now(), nbf: now(),
      exp: now() + assertionSeconds, ...(details && { assertion_details: details }),
    }).setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'client-authentication+jwt' })
      .sign(await jose.importJWK(key, key.alg));
    return { client_id: id, client_assertion_type: assertionType, client_assertion: assertion };
  }

  // Once more when the server demands a nonce.
  async #post(url, form, key) {
    for (let nonce, attempt = 0; ; ++attempt) {
      const headers = key ? { DPoP: await makeProof(key, 'POST', url, { nonce }) } : {};
      const answer = await fetch(url,
        { method: 'POST', headers, body: new URLSearchParams(await form()) });
      const body = await answer.json();
      if (answer.ok) return body;
      if (body.error !== 'use_dpop_nonce' || attempt > 0) {
        throw new Error(`${answer.status} ${JSON.stringify(body)}`);
      }
      nonce = answer.headers.get('dpop-nonce');
    }
  }

  async #userToken(metadata, id, { scopes, user, details, key }) {
    const verifier = crypto.randomBytes(32).toString('base64url');
    const pushed = await this.#post(metadata.pushed_authorization_request_endpoint, async () => ({
      ...(await this.#credentials(id)), response_type: 'code', redirect_uri: redirectUri,
      scope: ['openid', ...scopes].join(' '), state: 's', nonce: 'n', login_hint: user,
      code_challenge: sha256(verifier), code_challenge_method: 'S256', resource: this.audience,
    }));
    const query = new URLSearchParams({ client_id: id, request_uri: pushed.request_uri });
    const code = await this.#follow(`${metadata.authorization_endpoint}?${query}`);
    return this.#post(metadata.token_endpoint, async () => ({
      ...(await this.#credentials(id, details)), grant_type: 'authorization_code', code,
      redirect_uri: redirectUri, code_verifier: verifier,
    }), key);
  }

  // As a browser: follows redirects with cookies until the code comes back.
  async #follow(start) {
    const cookies = new Map();
    let location = start;
    for (let step = 0; step < redirectsMax; ++step) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const answer = await fetch(location, { redirect: 'manual', headers: { cookie } });
      for (const line of answer.headers.getSetCookie()) {
        const [pair] = line.split(';');
        const equals = pair.indexOf('=');
        const [name, value] = [pair.slice(0, equals), pair.slice(equals + 1)];
        if (value && !/expires=Thu, 01 Jan 1970/i.test(line)) cookies.set(name, value);
        else cookies.delete(name);
      }
      const next = answer.headers.get('location');
      if (!next) throw new Error(`no redirect: ${answer.status} ${await answer.text()}`);
      location = new URL(next, this.issuer).href;
      if (location.startsWith(redirectUri)) break;
    }
    const code = new URL(location).searchParams.get('code');
    if (!code) throw new Error(`no code: ${location}`);
    return code;
  }
}
