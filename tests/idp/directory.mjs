// Whom the authorization server knows: clients with what they may ask for, and users. Every
// organisation number and name is of a test client; every person number is synthetic (month + 80).

export const rights = [
  'person.read', 'person.read-with-legal-basis', 'person.search', 'person.bulk', 'events.read',
  'export.read', 'hjelpenummer.issue', 'hjelpenummer.link', 'hjelpenummer.block',
  'hjelpenummer.review', 'hpr.read', 'org.read', 'org.curate', 'admin', 'audit.read',
  'events.subscribe',
];

// The names that clients of Persontjenesten ask for; the server takes them as aliases.
export const persontjenestenScopes = [
  'nhn:hgd-persontjenesten-api/read-with-legal-basis',
  'nhn:hgd-persontjenesten-api/read-no-legal-basis',
];

const client = 'helseid://claims/client/';
const identity = 'helseid://claims/identity/';

const person = ['person.read', 'person.read-with-legal-basis', 'person.search', 'person.bulk',
  'events.read'];
const hospital = { parent: '993467049', child: '874716782' };

// alg: of the client's own key. bearer: its tokens are not bound to a key. multi: a vendor's
// client that names the organisation it acts for in each request.
const registrations = {
  'his-single': { name: 'Hospital record system (test)', alg: 'ES256', organisation: hospital,
    rights: rights.filter((right) => right !== 'admin' && right !== 'audit.read') },
  'his-reader': { name: 'Reader (test)', alg: 'PS256', organisation: { parent: '958935420' },
    rights: ['person.read'] },
  'vendor-multi': { name: 'Vendor of many (test)', alg: 'RS256', multi: true,
    supplier: '313745392', rights: person },
  'bearer-legacy': { name: 'Persontjenesten client (test)', alg: 'RS256', bearer: true,
    organisation: { parent: '958935420' }, rights: person, scopes: persontjenestenScopes },
  'administrator': { name: 'Administration (test)', alg: 'ES384', organisation: hospital,
    rights: ['admin', 'audit.read', 'person.read'] },
  'portal': { name: "Citizens' portal (test)", alg: 'ES256',
    organisation: { parent: '994598759' }, rights: ['person.read', 'audit.read'] },
  'elsewhere': { name: 'Has no rights here (test)', alg: 'ES256', organisation: hospital,
    rights: ['org.read'] },
  'stranger': { name: 'Not registered (test)', alg: 'ES256', organisation: hospital,
    rights: person },
  'expired': { name: 'Agreement has ended (test)', alg: 'ES256', organisation: hospital,
    rights: person },
  'leaving': { name: 'Will be revoked (test)', alg: 'ES256', organisation: hospital,
    rights: person },
  'throttled': { name: 'May ask seldom (test)', alg: 'ES256', organisation: hospital,
    rights: person },
};

function claimsOf(registration) {
  const { organisation } = registration;
  return {
    [`${client}client_name`]: registration.name,
    [`${client}client_tenancy`]: registration.multi ? 'multi-tenant' : 'single-tenant',
    ...(registration.supplier && { [`${client}claims/orgnr_supplier`]: registration.supplier }),
    ...(organisation && { [`${client}claims/orgnr_parent`]: organisation.parent }),
    ...(organisation?.child && { [`${client}claims/orgnr_child`]: organisation.child }),
  };
}

export function clientsFor(audience) {
  return Object.entries(registrations).map(([id, registration]) => ({
    id,
    name: registration.name,
    alg: registration.alg,
    bound: !registration.bearer,
    multi: registration.multi ?? false,
    scopes: [...registration.rights.map((right) => `${audience}/${right}`),
      ...(registration.scopes ?? [])],
    claims: claimsOf(registration),
  }));
}

function user(name, pid, level, { hpr, idp, network = 'helsenett' }) {
  return {
    name,
    [`${identity}pid`]: pid,
    [`${identity}security_level`]: String(level),
    [`${identity}assurance_level`]: level === 4 ? 'high' : 'substantial',
    [`${identity}network`]: network,
    ...(hpr && { 'helseid://claims/hpr/hpr_number': hpr }),
    idp,
    amr: ['pwd'],
  };
}

export function firstUsers() {
  return {
    lege: user('Magnar Koman', '05898597468', 4, { hpr: '9144900', idp: 'bankid-oidc' }),
    resepsjon: user('Rita Lin', '13898697481', 4, { idp: 'idporten-oidc' }),
    minid: user('Mina Id', '16858399649', 3, { idp: 'idporten-oidc', network: 'internett' }),
    // The person that the README looks up in the demonstration's population.
    innbygger: user('Ivar Innbygger', '09849110680', 4,
      { idp: 'bankid-oidc', network: 'internett' }),
  };
}

// What a client tells of the organisation it acts for and of the care relation, as claims.
export function claimsFromDetails(details, multi) {
  const claims = {};
  for (const detail of details) {
    if (detail.type === 'helseid_authorization') {
      const value = detail.practitioner_role?.organization?.identifier?.value ?? '';
      if (!value.startsWith('NO:ORGNR:')) {
        if (value) claims[`${client}claims/orgnr_child`] = value;
      } else if (multi) {
        const [parent, child] = value.slice('NO:ORGNR:'.length).split(':');
        claims[`${client}claims/orgnr_parent`] = parent;
        if (child) claims[`${client}claims/orgnr_child`] = child;
      }
    }
    if (detail.type === 'nhn:tillitsrammeverk:parameters') claims[detail.type] = detail;
  }
  return claims;
}
