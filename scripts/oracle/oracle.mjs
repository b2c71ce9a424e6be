// Answers cases of `ircontain policy eval` with @cloud-copilot/iam-simulate:
// one JSON case a line in, {"id","result"} or {"id","error"} a line out.
// Development only; see run.sh.
import { createInterface } from 'node:readline'
import { createRequire } from 'node:module'
import { join } from 'node:path'

// The package lives in the scratch folder, not beside this file.
const require = createRequire(join(process.cwd(), 'package.json'))
const { anonymousPrincipal, runSimulation } = require('@cloud-copilot/iam-simulate')

const named = (kind, docs) => (docs ?? []).map((policy, i) => ({ name: `${kind}${i}`, policy }))
const levels = (kind, list) =>
  (list ?? []).map((docs, i) => ({ orgIdentifier: `${kind}${i}`, policies: named(`${kind}${i}-`, docs) }))

function simulation({ policies: p, request: r }) {
  return {
    request: {
      principal: r.principal === 'anonymous' ? anonymousPrincipal : r.principal,
      action: r.action,
      resource: { resource: r.resource, accountId: r.resource_account },
      contextVariables: r.context ?? {}
    },
    identityPolicies: named('identity', p.identity),
    permissionBoundaryPolicies: p.boundary ? named('boundary', [p.boundary]) : undefined,
    sessionPolicy: p.session ?? undefined,
    resourcePolicy: p.resource ?? undefined,
    serviceControlPolicies: levels('scp', p.scps),
    // iam-simulate adds RCPFullAWSAccess to every level by itself.
    resourceControlPolicies: levels('rcp', p.rcps),
    vpcEndpointPolicies: p.endpoint ? named('endpoint', p.endpoint) : undefined
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const oneCase = JSON.parse(line)
  let out
  try {
    const got = await runSimulation(simulation(oneCase), {})
    out = got.resultType === 'error' ? { error: JSON.stringify(got.errors) } : { result: got.overallResult }
    if (got.result?.ignoredContextKeys?.length) out = { error: `ignored keys: ${got.result.ignoredContextKeys}` }
  } catch (e) {
    out = { error: `thrown: ${e.message}` }
  }
  process.stdout.write(JSON.stringify({ id: oneCase.id, ...out }) + '\n')
}
