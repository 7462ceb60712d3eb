// nginx with the project's own configuration in front of a service: unprivileged, on a free port,
// with a throw-away certificate. Nothing of the configuration changes but places and names.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child, freePort, makeFolder } from '../idp/end_to_end/processes.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
export const configuration = path.join(here, '..', '..', 'tools', 'nginx');
const days = '2';

function openssl(...args) {
  const done = spawnSync('openssl', args, { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`openssl ${args[0]}: ${done.error ?? done.stderr}`);
}

// A certificate authority, and certificates that it signs: `${name}.pem` and `${name}.key`.
export class Authority {
  constructor(folder, name) {
    Object.assign(this, { folder, name });
    openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc',
      '-keyout', this.file('key'), '-out', this.file('pem'), '-days', days,
      '-subj', `/CN=${name} (test)`);
  }

  file(extension, name = this.name) { return path.join(this.folder, `${name}.${extension}`); }
  get certificate() { return fs.readFileSync(this.file('pem')); }

  issue(name, extensions) {
    const wanted = this.file('ext', name);
    fs.writeFileSync(wanted, extensions);
    openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc',
      '-keyout', this.file('key', name), '-out', this.file('csr', name), '-subj', `/CN=${name}`);
    openssl('x509', '-req', '-in', this.file('csr', name), '-CA', this.file('pem'),
      '-CAkey', this.file('key'), '-CAcreateserial', '-days', days, '-extfile', wanted,
      '-out', this.file('pem', name));
    return { cert: fs.readFileSync(this.file('pem', name)),
      key: fs.readFileSync(this.file('key', name)) };
  }
}

// Each place must be there, so that the configuration cannot drift away from the test unseen.
function replaced(text, replacements) {
  return replacements.reduce((result, [from, to]) => {
    if (!result.includes(from)) throw new Error(`the configuration has no '${from}' any more`);
    return result.replaceAll(from, to);
  }, text);
}

function mainFile(folder) {
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `  ${name}_temp_path ${folder}/${name};\n`).join('');
  const user = process.getuid() === 0 ? 'user root;\n' : '';
  return `${user}daemon off;\nworker_processes 1;\npid ${folder}/nginx.pid;\n` +
    `events { worker_connections 1024; }\nhttp {\n${places}  include ${folder}/site.conf;\n}\n`;
}

export class Front {
  // backend: the port of the service. changes: [[from, to]] of the site's file.
  static async start(backend, changes = []) {
    const front = new Front();
    const folder = front.folder = makeFolder();
    const authority = new Authority(folder, 'authority');
    authority.issue('localhost', 'subjectAltName=DNS:localhost\n');
    front.ca = authority.certificate;
    front.port = await freePort();
    front.url = `https://localhost:${front.port}`;
    const site = fs.readFileSync(path.join(configuration, 'grunndata.conf'), 'utf8');
    fs.writeFileSync(path.join(folder, 'site.conf'), replaced(site, [
      ['listen 443 ssl', `listen 127.0.0.1:${front.port} ssl`],
      ...['    listen [::]:443 ssl default_server;\n', '    listen [::]:443 ssl;\n']
        .map((line) => [line, '']),
      ['server_name grunndata.example.org', 'server_name localhost'],
      ['/etc/nginx/grunndata/certificate.pem', path.join(folder, 'localhost.pem')],
      ['/etc/nginx/grunndata/key.pem', path.join(folder, 'localhost.key')],
      ['/etc/nginx/snippets', configuration],
      ['/var/log/nginx', folder],
      ['127.0.0.1:8080', `127.0.0.1:${backend}`],
      ...changes,
    ]));
    fs.writeFileSync(path.join(folder, 'nginx.conf'), mainFile(folder));
    const nginx = fs.existsSync('/usr/sbin/nginx') ? '/usr/sbin/nginx' : 'nginx';
    front.child = new Child(nginx,
      ['-p', folder, '-e', path.join(folder, 'error.log'), '-c', path.join(folder, 'nginx.conf')]);
    await front.child.wait(() => fs.existsSync(path.join(folder, 'nginx.pid')));
    return front;
  }

  log(name) { return fs.readFileSync(path.join(this.folder, name), 'utf8'); }

  async stop() {
    const status = await this.child.stop();
    fs.rmSync(this.folder, { recursive: true, force: true });
    return status;
  }
}
