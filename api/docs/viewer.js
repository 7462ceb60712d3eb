// Shows /openapi.yaml: operations by tag, their parameters, bodies and answers, and a form that
// sends a request. No framework, nothing from elsewhere.
'use strict';

const methods = ['get', 'post', 'put', 'patch', 'delete'];
let openapi;

/** make('p', {class: 'text'}, 'content', child …); texts never become markup. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children.filter((child) => child !== undefined && child !== null));
  return element;
}

/** Follows a local reference; gives [object, name of the component or undefined]. */
function resolve(object) {
  let name;
  while (object && object.$ref) {
    name = object.$ref.split('/').pop();
    object = object.$ref.slice(2).split('/').reduce((at, key) => at && at[key], openapi);
  }
  return [object || {}, name];
}

/** The contract's descriptions hold a few tags; they are shown as text. */
function plain(text) {
  return (text || '')
    .replace(/<br\s*\/?>|<p>|<ul>/g, '\n').replace(/<li>/g, '\n• ').replace(/<\/?\w+>/g, '')
    .trim();
}

function description(text) {
  return text ? make('div', {class: 'text'}, plain(text)) : undefined;
}

function typeOf(schema) {
  const [found, name] = resolve(schema);
  if (found.type === 'array') return `list of ${typeOf(found.items)}`;
  if (found.allOf && found.allOf.length === 1) return typeOf(found.allOf[0]);
  if (found.anyOf) return found.anyOf.map(typeOf).join(' or ');
  return name || found.type || 'any';
}

/** Members of a schema, each opened only when asked for: schemas may hold themselves. */
function showSchema(schema) {
  const [found] = resolve(schema);
  if (found.type === 'array') return showSchema(found.items);
  if (found.allOf && found.allOf.length === 1) return showSchema(found.allOf[0]);
  const box = make('div', {class: 'schema'}, description(found.description));
  if (found.enum) {
    box.append(make('p', {}, 'One of: ', make('code', {}, found.enum.map(String).join(', '))));
  }
  for (const alternative of found.anyOf || []) {
    if (resolve(alternative)[0].properties) box.append(showSchema(alternative));
  }
  const list = make('dl');
  for (const [name, property] of Object.entries(found.properties || {})) {
    const required = (found.required || []).includes(name) ? 'required' : '';
    list.append(make('dt', {class: required}, make('code', {}, name), ' ',
      make('span', {class: 'type'}, typeOf(property) + (property.nullable ? ' or null' : ''))));
    const value = make('dd', {}, description(property.description));
    if (isDeep(property)) value.append(unfold('members', () => showSchema(property)));
    list.append(value);
  }
  if (list.childElementCount) box.append(list);
  return box;
}

function isDeep(schema) {
  const [found] = resolve(schema);
  if (found.type === 'array') return isDeep(found.items);
  if (found.allOf && found.allOf.length === 1) return isDeep(found.allOf[0]);
  return Boolean(found.properties || found.enum || (found.anyOf || []).some(isDeep));
}

function unfold(label, fill) {
  const details = make('details', {}, make('summary', {}, label));
  details.addEventListener('toggle', () => {
    if (details.open && details.childElementCount === 1) details.append(fill());
  });
  return details;
}

function showContent(content) {
  return Object.entries(content || {}).map(([type, media]) => {
    const label = `${type}: ${typeOf(media.schema)}`;
    return isDeep(media.schema) ? unfold(label, () => showSchema(media.schema))
      : make('p', {}, make('code', {}, label));
  });
}

function showParameters(parameters) {
  if (!parameters.length) return [];
  const list = make('dl');
  for (const parameter of parameters) {
    list.append(make('dt', {class: parameter.required ? 'required' : ''},
      make('code', {}, parameter.name), ' ',
      make('span', {class: 'type'}, `${typeOf(parameter.schema)} in ${parameter.in}`)));
    const value = make('dd', {}, description(parameter.description));
    if (isDeep(parameter.schema)) {
      value.append(unfold('values', () => showSchema(parameter.schema)));
    }
    list.append(value);
  }
  return [make('h3', {}, 'Parameters'), list];
}

function showAnswers(responses) {
  const list = make('dl');
  for (const [status, reference] of Object.entries(responses)) {
    const [response] = resolve(reference);
    list.append(make('dt', {}, make('code', {}, status)),
      make('dd', {}, description(response.description), ...showContent(response.content)));
  }
  return [make('h3', {}, 'Answers'), list];
}

function exampleBody(type, media) {
  if (media.example) return JSON.stringify(media.example, null, 2);
  const [schema] = resolve(media.schema);
  if (!type.includes('form')) return '';
  return Object.keys(schema.properties || {}).map((name) => name + '=').join('&');
}

/** What the form says, as a request. */
function requestOf(form, method, path, parameters, bodyType) {
  const query = [];
  const headers = {};
  for (const parameter of parameters) {
    const value = form.elements[`p-${parameter.name}`].value.trim();
    const encoded = encodeURIComponent(value);
    if (parameter.in === 'path') path = path.replace(`{${parameter.name}}`, encoded);
    else if (value === '') continue;
    else if (parameter.in === 'query') query.push(`${parameter.name}=${encoded}`);
    else headers[parameter.name] = value;
  }
  const options = {method: method.toUpperCase(), headers};
  if (bodyType) {
    headers['Content-Type'] = bodyType;
    options.body = form.elements.body.value;
  }
  return [path + (query.length ? `?${query.join('&')}` : ''), options];
}

function curlOf(url, options) {
  const quote = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
  const method = options.method === 'GET' ? '' : `-X ${options.method} `;
  const lines = [`curl ${method}${quote(location.origin + url)}`];
  for (const [name, value] of Object.entries(options.headers)) {
    lines.push(`-H ${quote(`${name}: ${value}`)}`);
  }
  if (options.body) lines.push('--data-binary @-');
  return lines.join(' \\\n  ') + (options.body ? ` <<'BODY'\n${options.body}\nBODY` : '');
}

async function send(url, options, out) {
  out.textContent = 'Waiting …';
  try {
    const response = await fetch(url, options);
    let text = await response.text();
    if ((response.headers.get('content-type') || '').includes('json') && text) {
      text = JSON.stringify(JSON.parse(text), null, 2);
    }
    const head = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
    out.textContent = `${response.status} ${response.statusText}\n${head}\n\n${text}`;
  } catch (error) {
    out.textContent = String(error);
  }
}

function showForm(method, path, operation, parameters) {
  const form = make('form');
  const [bodyType, media] = Object.entries((operation.requestBody || {}).content || {})[0] || [];
  for (const parameter of parameters) {
    const id = `${operation.operationId}-${parameter.name}`;
    const input = make('input', {id, name: `p-${parameter.name}`, autocomplete: 'off'});
    const start = parameter.schema && parameter.schema.default;
    if (start !== undefined && parameter.required) input.value = start;
    form.append(make('label', {for: id}, parameter.name), input);
  }
  if (bodyType) {
    const id = `${operation.operationId}-body`;
    const body = make('textarea', {id, name: 'body', spellcheck: 'false'});
    body.value = exampleBody(bodyType, media);
    form.append(make('label', {for: id}, `Body, ${bodyType}`), body);
  }
  const command = make('pre');
  const out = make('pre', {'aria-live': 'polite'}, 'No answer yet');
  const refresh = () => {
    command.textContent = curlOf(...requestOf(form, method, path, parameters, bodyType));
  };
  form.append(make('button', {type: 'submit'}, 'Send'), command, out);
  form.addEventListener('input', refresh);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send(...requestOf(form, method, path, parameters, bodyType), out);
  });
  refresh();
  return form;
}

function showOperation(method, path, operation, shared) {
  const parameters = [...shared, ...(operation.parameters || [])].map((item) => resolve(item)[0]);
  const section = make('section', {id: operation.operationId},
    make('h2', {}, make('span', {class: 'method'}, method.toUpperCase()), ' ', path),
    make('p', {}, make('strong', {}, operation.summary || '')),
    description(operation.description), ...showParameters(parameters));
  if (operation.requestBody) {
    section.append(make('h3', {}, 'Body'), ...showContent(operation.requestBody.content));
  }
  section.append(...showAnswers(operation.responses),
    unfold('Try it', () => showForm(method, path, operation, parameters)));
  return section;
}

function operationsByTag() {
  const groups = new Map((openapi.tags || []).map((tag) => [tag.name, []]));
  for (const [path, item] of Object.entries(openapi.paths)) {
    for (const method of methods.filter((name) => item[name])) {
      const tag = (item[method].tags || ['Other'])[0];
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push([method, path, item[method], item.parameters || []]);
    }
  }
  return groups;
}

function show() {
  const main = document.getElementById('operations');
  const nav = document.getElementById('contents');
  main.replaceChildren(make('h1', {}, openapi.info.title), description(openapi.info.description));
  for (const [tag, operations] of operationsByTag()) {
    if (!operations.length) continue;
    const list = make('ul');
    for (const [method, path, operation, shared] of operations) {
      list.append(make('li', {}, make('a', {href: `#${operation.operationId}`},
        make('span', {class: 'method'}, method.toUpperCase()), ' ', path)));
      main.append(showOperation(method, path, operation, shared));
    }
    nav.append(make('h2', {}, tag), list);
  }
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

fetch('/openapi.yaml')
  .then((response) => response.text())
  .then((text) => { openapi = jsyaml.load(text); show(); })
  .catch((error) => { document.getElementById('waiting').textContent = String(error); });
