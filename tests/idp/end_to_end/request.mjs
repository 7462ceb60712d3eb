// One HTTP request as it is: headers may stand twice, connections may be new, bytes may be odd.
import http from 'node:http';
import https from 'node:https';
import { makeProof } from '../client.mjs';

const request_timeout_ms = 30_000;
const kept = {
  'http:': [http, new http.Agent({ keepAlive: true })],
  'https:': [https, new https.Agent({ keepAlive: true })],
};

// {status, headers, text, json}: `json` is undefined when the body is none.
// fresh: on a connection of its own. tls: options of node:tls, such as the client's {cert, key}.
export function send(url, { method = 'GET', headers = {}, body, ca, fresh = false, tls } = {}) {
  const target = new URL(url);
  const [library, agent] = kept[target.protocol];
  return new Promise((resolve, reject) => {
    const request = library.request(target, {
      method, ca, ...tls, timeout: request_timeout_ms, agent: fresh ? false : agent,
      headers: { ...headers,
        ...(body !== undefined && { 'Content-Length': Buffer.byteLength(body) }) },
    }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        let json;
        try { json = JSON.parse(text); } catch { json = undefined; }
        resolve({ status: response.statusCode, headers: response.headers, text, json });
      });
    });
    request.on('timeout', () => request.destroy(new Error(`no answer from ${method} ${url}`)));
    request.on('error', reject);
    request.end(body);
  });
}

// The headers that carry a token. as: 'dpop', 'bearer', 'none'. proof: replaces the fresh one; a
// list is sent as several headers. claims, header, url: of the proof, see makeProof.
export async function credentials(granted, method, url, options = {}) {
  const as = options.as ?? (granted?.key ? 'dpop' : 'bearer');
  if (!granted || as === 'none') return {};
  if (as === 'bearer') return { Authorization: `Bearer ${granted.access_token}` };
  const proof = options.proof ?? await makeProof(granted.key, method, options.proofUrl ?? url,
    { token: granted.access_token, claims: options.claims, header: options.header });
  return { Authorization: `DPoP ${granted.access_token}`, DPoP: proof };
}
