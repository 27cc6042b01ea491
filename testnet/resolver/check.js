// Whether a resolver that others wrote finds out how DIDs are, by the method in docs/http-api.md.
//
// `make resolver` runs it inside a network of its own. The method is read out of the document.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Resolver } from 'did-resolver'

const guide = readFileSync(new URL('../../docs/http-api.md', import.meta.url), 'utf8')
const [, method] = guide.match(/```js\n(.*?)```/s)
const { getResolver } = await import(`data:text/javascript,${encodeURIComponent(method)}`)
const resolver = new Resolver(getResolver(process.env.HEFU_URL))

const home = mkdtempSync(join(tmpdir(), 'hefu-resolver-'))
const passphrase = join(home, 'passphrase')
writeFileSync(passphrase, 'a passphrase for a check\n', { mode: 0o600 })
const env = { ...process.env, HEFU_HOME: home, HEFU_PASSPHRASE_FILE: passphrase }

// What a command of hefu prints, as a value.
const hefu = (...words) =>
  JSON.parse(execFileSync('hefu', [...words, '-o', 'json', '--quiet'], { env, encoding: 'utf8' }))

// Enrols a wallet and has something done with its DID.
const enrolled = (wallet, ...words) => {
  const { did } = hefu('enrol', wallet, '--platform', 'shop.example')
  if (words.length > 0) hefu(...words.map((word) => (word === 'DID' ? did : word)))
  return did
}

// Resolves a DID and says what came of it.
const resolved = async (what, did) => {
  const result = await resolver.resolve(did)
  const { error, contentType } = result.didResolutionMetadata
  const found = result.didDocument ? `a document, keys: ${keys(result)}` : 'no document'
  console.log(`${what}: ${found}, ${error?.type ?? error ?? contentType}`)
  return result
}
const keys = (result) => result.didDocument.verificationMethod?.length ?? 0

try {
  const active = enrolled('alice')
  const found = await resolved('active', active)
  assert.equal(found.didDocument.id, active)
  assert.equal(keys(found), 1)

  const suspended = await resolved('suspended', enrolled('bob', 'suspend', 'DID', '--reason', 'fraud', '--days', '3'))
  assert.equal(keys(suspended), 0)
  assert.equal(suspended.didDocumentMetadata.hefu.suspended.reason, 'fraud')

  const gone = await resolved('deactivated', enrolled('carol', 'deactivate', 'carol', '--confirm=carol'))
  assert.equal(gone.didDocument, null)
  assert.equal(gone.didDocumentMetadata.deactivated, true)

  const unknown = await resolved('unknown', active.replace(/.{8}$/, 'aaaaaaaa'))
  assert.equal(unknown.didDocument, null)
  assert.match(JSON.stringify(unknown.didResolutionMetadata.error), /notFound|NOT_FOUND/)

  const { versionId } = found.didDocumentMetadata
  hefu('rotate', 'alice')
  const before = await resolved('an earlier version', `${active}?versionId=${versionId}`)
  assert.equal(before.didDocumentMetadata.versionId, versionId)
} finally {
  rmSync(home, { recursive: true })
}
