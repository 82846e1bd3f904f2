/** layerKyc: documents, their gate, and what looks after them. Needs the database and the audit trail. */
import { makeKycRecords } from "#db/KycRecords.ts"
import type { Configuration } from "#server/settings.ts"
import { DocumentStore } from "#server/kyc/DocumentStore.ts"
import { FileInspector } from "#server/kyc/FileInspector.ts"
import { Kyc } from "#server/kyc/Kyc.ts"
import { KycGate } from "#server/kyc/KycGate.ts"
import { KycSweep } from "#server/kyc/KycSweep.ts"
import { Layer } from "effect"

export const layerKyc = ({ kycRequired }: Configuration) =>
  Layer.mergeAll(Kyc.layer, KycGate.layer, KycSweep.scheduled).pipe(
    Layer.provide(KycSweep.layer),
    Layer.provideMerge(makeKycRecords(kycRequired)),
    Layer.provide(Layer.mergeAll(DocumentStore.layer, FileInspector.layer))
  )
