// SPDX-License-Identifier: MIT
// Secrets from the stores of AWS, GCP and Azure, read as the identity that each platform gives a machine. The stores and
// the platforms are stand-ins that refuse whatever the real ones refuse: AWS' signature is checked with AWS' own signer,
// Google's assertion with its key. What was read shows in --generate-auth-token, which prints client id and secret.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { jwtVerify } from 'jose';
import { freePort, program, scratch, start, startOneapi } from './lib/programs.mjs';

const KEYS = { id: 'AKIDEXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', token: 'IQoJb3JpZ2lu//session+token==' };
const files = scratch();
const open = [];
after(() => {
  for (const server of open) server.close();
  files.remove();
});

function file(name, text) {
  const where = path.join(files.dir, name);
  writeFileSync(where, text);
  return where;
}

// A server whose handler gets (request, body) and returns [status, body]; throws are told as 400.
async function standIn(handle) {
  const seen = [];
  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', async () => {
      const body = Buffer.concat(chunks).toString();
      seen.push(`${request.method} ${request.url}`);
      let answer;
      try {
        answer = await handle(request, body);
      } catch (error) {
        answer = [400, { message: `stand-in: ${error.message}` }];
      }
      const text = typeof answer[1] === 'string' ? answer[1] : JSON.stringify(answer[1]);
      response.writeHead(answer[0], { 'content-type': 'application/json' }).end(text);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(server);
  return { url: `http://127.0.0.1:${server.address().port}`, host: `127.0.0.1:${server.address().port}`, seen };
}

async function run(env, args = ['--generate-auth-token']) {
  const running = await start(program('zscaler-mcp'), args, { env: { AWS_EC2_METADATA_DISABLED: 'true', HOME: files.dir, ...env } });
  const { code } = await running.exited;
  const basic = running.log().match(/Authorization: Basic ([A-Za-z0-9+/=]+)/)?.[1];
  return { code, log: running.log(), credentials: basic && Buffer.from(basic, 'base64').toString() };
}

// --- AWS ---

// Refuses as AWS does: the signature is made once more by AWS' own signer and compared.
async function checkSignature(request, body, region, keys) {
  const given = request.headers.authorization ?? '';
  const signed = given.match(/SignedHeaders=([^,]+)/)?.[1].split(';') ?? [];
  for (const needed of ['host', 'x-amz-date', ...(keys.token ? ['x-amz-security-token'] : [])]) assert.ok(signed.includes(needed), `${needed} is not signed`);
  if (keys.token) assert.equal(request.headers['x-amz-security-token'], keys.token);
  const headers = Object.fromEntries(signed.filter((name) => !['x-amz-date', 'x-amz-security-token'].includes(name)).map((name) => [name, request.headers[name]]));
  const date = request.headers['x-amz-date'].replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const signer = new SignatureV4({
    service: 'secretsmanager',
    region,
    sha256: Sha256,
    applyChecksum: false,
    credentials: { accessKeyId: keys.id, secretAccessKey: keys.secret, sessionToken: keys.token },
  });
  const again = await signer.sign(
    { method: request.method, protocol: 'http:', hostname: '127.0.0.1', path: request.url, query: {}, headers, body },
    { signingDate: new Date(date) },
  );
  const signature = (text) => text.match(/Signature=([0-9a-f]{64})/)?.[1];
  assert.equal(signature(given), signature(again.headers.authorization), `signature of ${given}`);
}

const SECRET = { ZSCALER_CLIENT_ID: 'from-aws', ZSCALER_CLIENT_SECRET: 's3cret of aws', ZSCALER_CUSTOMER_ID: 4711, ZSCALER_CLOUD: null, OTHER: 'x' };

const secretsManager = (secret = SECRET, { region = 'eu-west-1', keys = { ...KEYS, token: undefined }, name = 'zscaler/mcp' } = {}) =>
  standIn(async (request, body) => {
    await checkSignature(request, body, region, keys);
    assert.equal(request.headers['x-amz-target'], 'secretsmanager.GetSecretValue');
    assert.equal(request.headers['content-type'], 'application/x-amz-json-1.1');
    if (JSON.parse(body).SecretId !== name) return [400, { __type: 'ResourceNotFoundException', Message: "Secrets Manager can't find the specified secret." }];
    return [200, { Name: name, VersionId: 'v', SecretString: typeof secret === 'string' ? secret : JSON.stringify(secret) }];
  });

const awsEnv = (store, more = {}) => ({
  ZSCALER_SECRET_NAME: 'zscaler/mcp',
  AWS_REGION: 'eu-west-1',
  AWS_ENDPOINT_URL_SECRETS_MANAGER: store.url,
  ...more,
});
const awsKeys = { AWS_ACCESS_KEY_ID: KEYS.id, AWS_SECRET_ACCESS_KEY: KEYS.secret };

describe('AWS Secrets Manager', () => {
  test('keys of the environment; the secret beats the environment, a flag would beat it', async () => {
    const store = await secretsManager();
    const { code, log, credentials } = await run(awsEnv(store, { ...awsKeys, ZSCALER_CLIENT_ID: 'from-env' }));
    assert.equal(code, 0, log);
    assert.equal(credentials, 'from-aws:s3cret of aws');
  });

  test('a session token is sent and signed', async () => {
    const store = await secretsManager(SECRET, { keys: KEYS });
    const { log, credentials } = await run(awsEnv(store, { ...awsKeys, AWS_SESSION_TOKEN: KEYS.token }));
    assert.equal(credentials, 'from-aws:s3cret of aws', log);
  });

  test('the region comes from the ARN, or from AWS_DEFAULT_REGION', async () => {
    const arn = 'arn:aws:secretsmanager:ap-south-1:111122223333:secret:zscaler/mcp-AbCdEf';
    const store = await secretsManager(SECRET, { region: 'ap-south-1', name: arn });
    const env = awsEnv(store, { ...awsKeys, ZSCALER_SECRET_NAME: arn, AWS_REGION: undefined });
    delete env.AWS_REGION;
    assert.equal((await run(env)).credentials, 'from-aws:s3cret of aws');
    const other = await secretsManager(SECRET, { region: 'us-east-2' });
    const byDefault = awsEnv(other, { ...awsKeys, AWS_DEFAULT_REGION: 'us-east-2' });
    delete byDefault.AWS_REGION;
    assert.equal((await run(byDefault)).credentials, 'from-aws:s3cret of aws');
  });

  test('the role of an ECS task or EKS pod', async () => {
    const store = await secretsManager(SECRET, { keys: KEYS });
    const agent = await standIn((request) => {
      assert.equal(request.headers.authorization, 'the pod');
      return [200, { AccessKeyId: KEYS.id, SecretAccessKey: KEYS.secret, Token: KEYS.token, Expiration: '2026-12-01T00:00:00Z' }];
    });
    const container = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${agent.url}/v1/credentials` };
    for (const proof of [{ AWS_CONTAINER_AUTHORIZATION_TOKEN: 'the pod' }, { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file('pod-token', 'the pod\n') }]) {
      const { log, credentials } = await run(awsEnv(store, { ...container, ...proof }));
      assert.equal(credentials, 'from-aws:s3cret of aws', log);
    }
    const { code, log } = await run(awsEnv(store, { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://example.com/credentials' }));
    assert.equal(code, 1);
    assert.match(log, /neither https nor an address of this machine/);
  });

  test('the web identity of an EKS pod', async () => {
    const store = await secretsManager(SECRET, { keys: KEYS });
    const sts = await standIn((request, body) => {
      const form = new URLSearchParams(body);
      assert.equal(form.get('Action'), 'AssumeRoleWithWebIdentity');
      assert.equal(form.get('Version'), '2011-06-15');
      if (form.get('WebIdentityToken') !== 'a.web+/.identity')
        return [400, '<ErrorResponse><Error><Code>InvalidIdentityToken</Code><Message>Token is malformed</Message></Error></ErrorResponse>'];
      assert.equal(form.get('RoleArn'), 'arn:aws:iam::111122223333:role/mcp');
      return [
        200,
        `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>
          <Credentials><AccessKeyId>${KEYS.id}</AccessKeyId><SecretAccessKey>${KEYS.secret}</SecretAccessKey>
          <SessionToken>${KEYS.token}</SessionToken></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
      ];
    });
    const pod = (token) => awsEnv(store, { AWS_ENDPOINT_URL_STS: sts.url, AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/mcp', AWS_WEB_IDENTITY_TOKEN_FILE: file('web', token) });
    const { log, credentials } = await run(pod('a.web+/.identity\n'));
    assert.equal(credentials, 'from-aws:s3cret of aws', log);
    assert.match((await run(pod('junk'))).log, /cannot be assumed: STS answered 400: Token is malformed/);
  });

  test('the role of an instance, by its metadata service version 2, which knows the region too', async () => {
    const store = await secretsManager(SECRET, { keys: KEYS });
    const metadata = await standIn((request) => {
      if (request.method === 'PUT' && request.url === '/latest/api/token')
        return request.headers['x-aws-ec2-metadata-token-ttl-seconds'] ? [200, 'imds-token'] : [400, ''];
      if (request.headers['x-aws-ec2-metadata-token'] !== 'imds-token') return [401, ''];
      if (request.url === '/latest/meta-data/placement/region') return [200, 'eu-west-1'];
      if (request.url === '/latest/meta-data/iam/security-credentials/') return [200, 'mcp-role'];
      if (request.url === '/latest/meta-data/iam/security-credentials/mcp-role')
        return [200, { Code: 'Success', AccessKeyId: KEYS.id, SecretAccessKey: KEYS.secret, Token: KEYS.token }];
      return [404, ''];
    });
    const env = awsEnv(store, { AWS_EC2_METADATA_DISABLED: 'false', AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.url });
    delete env.AWS_REGION;
    const { log, credentials } = await run(env);
    assert.equal(credentials, 'from-aws:s3cret of aws', log);
  });

  test('what is wrong is told with what mends it, and no secret is shown', async () => {
    const store = await secretsManager();
    const cases = [
      [awsEnv(store, { ...awsKeys, ZSCALER_SECRET_NAME: 'nope' }), /ResourceNotFoundException: Secrets Manager can't find.*secretsmanager:GetSecretValue/s],
      [awsEnv(store), /nothing says who this machine is/],
      [{ ...awsEnv(await secretsManager('no json')), ...awsKeys }, /its text is no JSON object/],
      [{ ...awsEnv(await secretsManager({ ZSCALER_CLIENT_SECRET: ['s3cret'] })), ...awsKeys }, /its member ZSCALER_CLIENT_SECRET is no text/],
      [{ ...awsEnv({ url: 'http://127.0.0.1:1' }), ...awsKeys }, /127\.0\.0\.1:1/],
      [{ ...awsEnv(store), ...awsKeys, AWS_REGION: '' }, /the region is not known: set AWS_REGION/],
      [{ ...awsEnv(store), ...awsKeys, ZSCALER_MCP_AZURE_KEY_VAULT: 'https://x.vault.azure.net' }, /set one of them/],
    ];
    for (const [env, pattern] of cases) {
      const { code, log } = await run(env);
      assert.equal(code, 1, log);
      assert.match(log, pattern);
      assert.doesNotMatch(log, /s3cret|wJalr/);
    }
  });

  test('the server runs with it: a tool call, and the log names what was read, no value', async (t) => {
    const oneapi = await startOneapi();
    t.after(() => oneapi.stop());
    const store = await secretsManager({ ...SECRET, ZSCALER_VANITY_DOMAIN: 'e2e', ZSCALER_MCP_AUTH_API_KEY: 'the-key-of-aws' });
    const port = await freePort();
    const server = await start(program('zscaler-mcp'), ['--transport', 'streamable-http', '--port', String(port)], {
      env: { HOME: files.dir, ...awsEnv(store, awsKeys), ZSCALER_MCP_AUTH_MODE: 'api-key', ZSCALER_MCP_ONEAPI_URL: oneapi.url },
      port,
    });
    t.after(() => server.stop());
    const call = (key) =>
      fetch(`http://127.0.0.1:${port}/mcp`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'zia_list_rule_labels' },
        body: JSON.stringify({
          jsonrpc: '2.0',
          id: 1,
          method: 'tools/call',
          params: { name: 'zia_list_rule_labels', arguments: {}, _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} } },
        }),
      });
    assert.equal((await call('wrong')).status, 401);
    const answer = await (await call('the-key-of-aws')).json();
    assert.equal(answer.result.isError ?? false, false, JSON.stringify(answer));
    assert.match(server.log(), /AWS Secrets Manager \(zscaler\/mcp\): .*ZSCALER_CLIENT_ID.*ZSCALER_MCP_AUTH_API_KEY/);
    assert.match(server.log(), /a member OTHER, which is not read from there/);
    assert.doesNotMatch(server.log(), /s3cret|the-key-of-aws|wJalr/);
  });
});

// --- GCP ---

const GCP = { 'zscaler-client-id': 'from-gcp', 'zscaler-client-secret': 'gcp s3cret ü\n' };

const gcpStore = (secrets = GCP) =>
  standIn((request) => {
    if (request.headers.authorization !== 'Bearer gcp-token') return [401, { error: { code: 401, status: 'UNAUTHENTICATED', message: 'no valid authentication' } }];
    const found = request.url.match(/^\/v1\/projects\/my-project\/secrets\/([a-z-]+)\/versions\/latest:access$/);
    if (!found) return [400, { error: { code: 400, status: 'INVALID_ARGUMENT', message: request.url } }];
    if (secrets === 'denied') return [403, { error: { code: 403, status: 'PERMISSION_DENIED', message: "Permission 'secretmanager.versions.access' denied" } }];
    const value = secrets[found[1]];
    if (value === undefined) return [404, { error: { code: 404, status: 'NOT_FOUND', message: 'Secret not found' } }];
    return [200, { name: 'x', payload: { data: Buffer.from(value).toString('base64'), dataCrc32c: '1' } }];
  });

const gcpEnv = (store, more) => ({
  ZSCALER_MCP_GCP_SECRET_MANAGER: 'true',
  GCP_PROJECT_ID: 'my-project',
  CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER: `${store.url}/`,
  ...more,
});

describe('GCP Secret Manager', () => {
  const metadata = () =>
    standIn((request) => {
      if (request.headers['metadata-flavor'] !== 'Google') return [403, ''];
      if (request.url !== '/computeMetadata/v1/instance/service-accounts/default/token') return [404, ''];
      return [200, { access_token: 'gcp-token', expires_in: 3599, token_type: 'Bearer' }];
    });

  test('as the service account of the machine; what is not there is skipped', async () => {
    const store = await gcpStore();
    const { code, log, credentials } = await run(gcpEnv(store, { GCE_METADATA_HOST: (await metadata()).host }));
    assert.equal(code, 0, log);
    assert.equal(credentials, 'from-gcp:gcp s3cret ü');
  });

  test("with a service account's key", async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const tokens = await standIn(async (request, body) => {
      const form = new URLSearchParams(body);
      assert.equal(form.get('grant_type'), 'urn:ietf:params:oauth:grant-type:jwt-bearer');
      const { payload, protectedHeader } = await jwtVerify(form.get('assertion'), publicKey, {
        issuer: 'mcp@my-project.iam.gserviceaccount.com',
        audience: `${tokens.url}/token`,
        algorithms: ['RS256'],
        requiredClaims: ['exp', 'iat'],
      });
      assert.equal(protectedHeader.kid, 'key-1');
      assert.equal(payload.scope, 'https://www.googleapis.com/auth/cloud-platform');
      return [200, { access_token: 'gcp-token' }];
    });
    const account = {
      type: 'service_account',
      private_key_id: 'key-1',
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      client_email: 'mcp@my-project.iam.gserviceaccount.com',
      token_uri: `${tokens.url}/token`,
    };
    const { log, credentials } = await run(gcpEnv(await gcpStore(), { GOOGLE_APPLICATION_CREDENTIALS: file('account.json', JSON.stringify(account)) }));
    assert.equal(credentials, 'from-gcp:gcp s3cret ü', log);
    const user = file('user.json', JSON.stringify({ type: 'authorized_user' }));
    assert.match((await run(gcpEnv(await gcpStore(), { GOOGLE_APPLICATION_CREDENTIALS: user }))).log, /no key of a service account/);
  });

  test('what is wrong is told with what mends it', async () => {
    const machine = { GCE_METADATA_HOST: (await metadata()).host };
    const cases = [
      [gcpEnv(await gcpStore('denied'), machine), /PERMISSION_DENIED: Permission.*roles\/secretmanager.secretAccessor/s],
      [gcpEnv(await gcpStore({}), machine), /it has none of the secrets zscaler-client-id/],
      [gcpEnv(await gcpStore(), { GCE_METADATA_HOST: '127.0.0.1:1' }), /there is no metadata service/],
      [gcpEnv(await gcpStore(), { ...machine, GCP_PROJECT_ID: '' }), /GCP_PROJECT_ID is missing/],
    ];
    for (const [env, pattern] of cases) {
      const { code, log } = await run(env);
      assert.equal(code, 1, log);
      assert.match(log, pattern);
    }
  });
});

// --- Azure ---

const azureVault = (secrets = { 'zscaler-client-id': 'from-azure', 'zscaler-client-secret': 'azure s3cret' }) =>
  standIn((request) => {
    const url = new URL(request.url, 'http://x');
    if (request.headers.authorization !== 'Bearer azure-token') return [401, { error: { code: 'Unauthorized', message: 'AKV10000' } }];
    if (!url.searchParams.get('api-version')) return [400, { error: { code: 'BadParameter', message: 'api-version' } }];
    if (secrets === 'denied') return [403, { error: { code: 'Forbidden', message: 'Caller is not authorized to perform action on resource' } }];
    const value = secrets[url.pathname.replace('/secrets/', '')];
    if (value === undefined) return [404, { error: { code: 'SecretNotFound', message: 'A secret was not found in this key vault' } }];
    return [200, { value, id: `x${url.pathname}/1`, attributes: { enabled: true } }];
  });

describe('Azure Key Vault', () => {
  const identity = () =>
    standIn((request) => {
      const url = new URL(request.url, 'http://x');
      const app = url.pathname === '/msi/token' && request.headers['x-identity-header'] === 'opens-it';
      const machine = url.pathname === '/metadata/identity/oauth2/token' && request.headers.metadata === 'true';
      if (!app && !machine) return [400, { error: 'invalid_request' }];
      if (url.searchParams.get('resource') !== 'https://vault.azure.net') return [400, { error: 'invalid_resource' }];
      if ((url.searchParams.get('client_id') ?? 'user-1') !== 'user-1') return [400, { error: 'invalid_request', error_description: 'Identity not found' }];
      return [200, { access_token: 'azure-token', expires_on: '1', resource: 'https://vault.azure.net' }];
    });

  test('as the managed identity of Container Apps or App Service, and of a virtual machine', async () => {
    const vault = await azureVault();
    const who = await identity();
    const app = { IDENTITY_ENDPOINT: `${who.url}/msi/token`, IDENTITY_HEADER: 'opens-it' };
    const machine = { AZURE_POD_IDENTITY_AUTHORITY_HOST: who.url };
    for (const env of [app, machine, { ...app, AZURE_CLIENT_ID: 'user-1' }]) {
      const { code, log, credentials } = await run({ ZSCALER_MCP_AZURE_KEY_VAULT: vault.url, ...env });
      assert.equal(code, 0, log);
      assert.equal(credentials, 'from-azure:azure s3cret');
    }
    const { log } = await run({ ZSCALER_MCP_AZURE_KEY_VAULT: vault.url, ...app, AZURE_CLIENT_ID: 'other' });
    assert.match(log, /Identity not found.*Key Vault Secrets User/s);
  });

  test('as the workload identity of a pod, or an application with a secret', async () => {
    const vault = await azureVault();
    const entra = await standIn((request, body) => {
      const form = new URLSearchParams(body);
      assert.equal(request.url, '/tenant-1/oauth2/v2.0/token');
      assert.equal(form.get('grant_type'), 'client_credentials');
      assert.equal(form.get('client_id'), 'app-1');
      assert.equal(form.get('scope'), 'https://vault.azure.net/.default');
      const pod = form.get('client_assertion_type') === 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' && form.get('client_assertion') === 'pod.to+ken';
      if (!pod && form.get('client_secret') !== 'app s3cret') return [401, { error: 'invalid_client', error_description: 'AADSTS7000215: Invalid client secret provided.' }];
      return [200, { access_token: 'azure-token' }];
    });
    const application = { ZSCALER_MCP_AZURE_KEY_VAULT: `${vault.url}/`, AZURE_AUTHORITY_HOST: `${entra.url}/`, AZURE_TENANT_ID: 'tenant-1', AZURE_CLIENT_ID: 'app-1' };
    for (const proof of [{ AZURE_FEDERATED_TOKEN_FILE: file('azure-pod', 'pod.to+ken') }, { AZURE_CLIENT_SECRET: 'app s3cret' }]) {
      const { log, credentials } = await run({ ...application, ...proof });
      assert.equal(credentials, 'from-azure:azure s3cret', log);
    }
    assert.match((await run({ ...application, AZURE_CLIENT_SECRET: 'wrong' })).log, /invalid_client: AADSTS7000215/);
  });

  test('what is wrong is told with what mends it', async () => {
    const who = { AZURE_POD_IDENTITY_AUTHORITY_HOST: (await identity()).url };
    const cases = [
      [{ ZSCALER_MCP_AZURE_KEY_VAULT: (await azureVault('denied')).url, ...who }, /Forbidden: Caller is not authorized.*Key Vault Secrets User/s],
      [{ ZSCALER_MCP_AZURE_KEY_VAULT: (await azureVault({})).url, ...who }, /it has none of the secrets zscaler-client-id/],
      [{ ZSCALER_MCP_AZURE_KEY_VAULT: 'my-vault', ...who }, /ZSCALER_MCP_AZURE_KEY_VAULT: 'my-vault' is not valid: expected an absolute URL/],
      [{ ZSCALER_MCP_AZURE_KEY_VAULT: (await azureVault()).url, AZURE_POD_IDENTITY_AUTHORITY_HOST: 'http://127.0.0.1:1' }, /the managed identity/],
    ];
    for (const [env, pattern] of cases) {
      const { code, log } = await run(env);
      assert.equal(code, 1, log);
      assert.match(log, pattern);
    }
  });
});
