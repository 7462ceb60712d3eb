// Answers against the schemas of an OpenAPI 3.0 document.
import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

export interface Operation {
  method: string;
  path: string;
  operationId: string;
  responses: Record<string, any>;
}

/** OpenAPI 3.0 says `nullable` where JSON Schema has a type, and `format` without a check. */
function toJsonSchema(schema: any): any {
  if (Array.isArray(schema)) return schema.map(toJsonSchema);
  if (schema === null || typeof schema !== 'object') return schema;
  const out: any = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'nullable' || key === 'deprecated') continue;
    out[key] = key === 'enum' || key === 'example' ? value : toJsonSchema(value);
  }
  return (schema as any).nullable === true ? { anyOf: [{ type: 'null' }, out] } : out;
}

export class Contract {
  readonly document: any;
  readonly operations: Operation[] = [];
  /** "GET /path 200" of every answer that was checked. */
  readonly seen = new Set<string>();
  private readonly ajv = new Ajv({ strict: false, allErrors: false });
  private readonly validators = new Map<string, ValidateFunction>();

  constructor(readonly file: string) {
    this.document = parse(readFileSync(file, 'utf8'));
    (addFormats as any)(this.ajv);
    this.ajv.addFormat('int32', true);
    this.ajv.addFormat('int64', true);
    this.ajv.addSchema({ $id: 'document', components: toJsonSchema(this.document.components) });
    for (const [path, item] of Object.entries<any>(this.document.paths)) {
      for (const [method, operation] of Object.entries<any>(item)) {
        if (method === 'parameters') continue;
        this.operations.push({ method: method.toUpperCase(), path,
          operationId: operation.operationId ?? `${method} ${path}`,
          responses: operation.responses });
      }
    }
  }

  /** The operation whose path fits, literal segments first. */
  find(method: string, path: string): Operation | undefined {
    const wanted = method === 'HEAD' ? 'GET' : method;
    const fitting = this.operations.filter((operation) => operation.method === wanted &&
      new RegExp(`^${operation.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(path));
    fitting.sort((a, b) => a.path.split('{').length - b.path.split('{').length);
    return fitting[0];
  }

  validator(schema: any): ValidateFunction {
    const key = JSON.stringify(schema);
    let validate = this.validators.get(key);
    if (!validate) {
      const local = JSON.parse(JSON.stringify(toJsonSchema(schema))
        .replaceAll('"#/components/', '"document#/components/'));
      validate = this.ajv.compile(local);
      this.validators.set(key, validate);
    }
    return validate;
  }

  checkSchema(name: string, value: unknown): void {
    const validate = this.validator({ $ref: `#/components/schemas/${name}` });
    if (!validate(value)) {
      throw new Error(`no ${name}: ${this.ajv.errorsText(validate.errors)}`);
    }
  }

  /** Throws unless status, content type and body are as the document says. */
  check(method: string, path: string, status: number, type: string, body: string): void {
    const operation = this.find(method, path);
    if (!operation) throw new Error(`${this.file} has no ${method} ${path}`);
    this.seen.add(`${operation.method} ${operation.path} ${status}`);
    const where = `${this.file}: ${method} ${operation.path} ${status}`;
    let response = operation.responses[String(status)] ?? operation.responses['default'];
    if (!response) throw new Error(`${where} is not documented`);
    if (response.$ref) response = this.document.components.responses[response.$ref.split('/').pop()];
    if (!response.content) {
      if (body !== '') throw new Error(`${where} has a body`);
      return;
    }
    const media = response.content[type];
    if (!media) throw new Error(`${where} has content type ${type}`);
    if (method === 'HEAD' || !type.endsWith('json')) return;
    const validate = this.validator(media.schema);
    const texts = type.endsWith('ndjson') ? body.trimEnd().split('\n') : [body];
    for (const text of texts) {
      if (!validate(JSON.parse(text))) {
        throw new Error(`${where}: ${this.ajv.errorsText(validate.errors)}`);
      }
    }
  }
}
