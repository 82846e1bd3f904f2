/** kycClient: a client who sends documents as a browser would, and the reviewers on the other side. */
import { expect } from "vitest"
import type { KycDocumentView, KycOverview, KycReviewView, KycUploadPermission } from "#contract/KycViews.ts"
import type { KycFileType } from "#domain/KycFile.ts"
import type { KycKind, KycSide } from "#domain/KycKind.ts"
import { DEMO_SERVICE_KEY } from "#server/DemoLogins.ts"
import type { Answer, TradingClient } from "./TradingClient.ts"

/** As it stands on the wire: times are text. */
type Wire<A> = { readonly [Name in keyof A]: A[Name] extends number | null ? string | number | null : A[Name] }
export type Permission = Wire<typeof KycUploadPermission.Type>
export type Document = Wire<KycDocumentView>

export interface Upload {
  readonly kind: KycKind
  readonly side?: KycSide
  readonly type?: KycFileType
  readonly file: Buffer
}

export class KycClient {
  readonly client: TradingClient
  constructor(client: TradingClient) {
    this.client = client
  }

  overview = async (): Promise<KycOverview> => {
    const { body, status } = await this.client.send<KycOverview>("GET", "/kyc")
    expect(status).toBe(200)
    return body
  }
  request = ({ file, kind, side = "page", type = "image/png" }: Upload): Promise<Answer<Permission>> =>
    this.client.send<Permission>("POST", "/kyc/uploads", { kind, side, contentType: type, bytes: file.length })
  confirm = (uploadId: string): Promise<Answer<Document & { readonly code?: string }>> =>
    this.client.send<Document & { readonly code?: string }>("POST", `/kyc/uploads/${uploadId}/confirm`)

  permitted = async (upload: Upload): Promise<Permission> => {
    const { body, status } = await this.request(upload)
    expect([status, body]).toEqual([201, expect.objectContaining({ method: "PUT" })])
    return body
  }
  /** To the store, and no further. */
  uploaded = async (upload: Upload): Promise<Permission> => {
    const permission = await this.permitted(upload)
    expect((await put(permission, upload.file)).status).toBe(200)
    return permission
  }
  /** All the way. */
  sent = async (upload: Upload): Promise<Document> => {
    const { uploadId } = await this.uploaded(upload)
    const { body, status } = await this.confirm(uploadId)
    expect([status, body.code]).toEqual([200, undefined])
    return body
  }
}

export const put = (permission: Permission, file: Buffer, headers: Record<string, string> = permission.headers): Promise<Response> =>
  fetch(permission.url, { method: "PUT", headers, body: new Uint8Array(file) })

/** The CRM, with the key that demo installations have. */
export class CrmReviewer {
  readonly #origin: () => string
  constructor(origin: () => string) {
    this.#origin = origin
  }
  ask = (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(this.#origin() + path, {
      method,
      headers: { authorization: `Bearer ${DEMO_SERVICE_KEY}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
  private json = async <Body>(response: Response): Promise<Answer<Body>> => ({ status: response.status, body: await response.json() })
  documents = async (query: string): Promise<ReadonlyArray<KycReviewView>> =>
    (await this.json<{ documents: ReadonlyArray<KycReviewView> }>(await this.ask("GET", `/crm/kyc?${query}`))).body.documents
  decide = async (documentId: string, decision: unknown): Promise<Answer<Wire<KycReviewView> & { readonly code?: string }>> =>
    this.json(await this.ask("POST", `/crm/kyc/${documentId}/decision`, decision))
  review = async (documentId: string): Promise<Answer<Wire<KycReviewView> & { readonly code?: string }>> =>
    this.json(await this.ask("POST", `/crm/kyc/${documentId}/review`))
  file = (documentId: string, side: string): Promise<Response> => this.ask("GET", `/crm/kyc/${documentId}/files/${side}`)
}

/** `2031-05-17`, so many days from now. */
export const dayIn = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
export const APPROVE_IDENTITY = { decision: "approve", expiresOn: dayIn(1_000) }
export const APPROVE_ADDRESS = { decision: "approve", issuedOn: dayIn(-10) }
